"""A fixed-seed tenth of the long drills."""

from tests.soak.faults import line_drill, webhook_drill


def test_lines_faults_lose_and_double_nothing(demo_url, tmp_path):
    """500, 429, 401, late tokens and time-outs before and after accepting, mixed."""
    counts = line_drill(demo_url, tmp_path, rounds=30, seed=2569)
    assert (counts.lost, counts.doubled, counts.wrong) == (0, 0, 0), counts


def test_webhooks_that_come_again_change_nothing(demo_url, tmp_path):
    """Doubled and redelivered events are handled and answered once."""
    counts = webhook_drill(demo_url, tmp_path, rounds=30, seed=2569)
    assert (counts.lost, counts.doubled, counts.wrong) == (0, 0, 0), counts
