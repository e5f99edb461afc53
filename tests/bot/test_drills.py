"""A fixed-seed tenth of the long drills: nothing lost, nothing doubled, nothing wrong or out of order."""

import pytest

from tests.soak.clocks import jump_drill
from tests.soak.faults import line_drill
from tests.soak.storage import storage_drill
from tests.soak.webhooks import webhook_drill


def test_lines_faults_lose_and_double_nothing(database_url, tmp_path):
    """500, 429 of both kinds, 401, late tokens, dropped connections and time-outs before and after accepting."""
    counts = line_drill(database_url, tmp_path, rounds=6, seed=2569)
    assert counts.faults == 0, counts


def test_webhooks_in_any_order_and_again_change_nothing(demo_url, tmp_path):
    """All is read as it was said and answered once; what was unsent before it came is neither read nor kept."""
    counts = webhook_drill(demo_url, tmp_path, rounds=4, seed=2569)
    assert counts.faults == 0, counts


def test_a_wall_clock_that_jumps_loses_and_doubles_nothing(demo_url, tmp_path):
    """Hours and days, forward and back, with answers, pushes and reminders on their way."""
    counts = jump_drill(demo_url, tmp_path, rounds=6, seed=2569)
    assert counts.faults == 0, counts


@pytest.mark.crash
def test_a_database_that_is_away_or_a_full_disk_loses_nothing(demo_url, tmp_path):
    """LINE is asked to send again, and all goes on by itself."""
    counts = storage_drill(demo_url, tmp_path, seconds=4.0, rounds=2, seed=2569)
    assert counts.faults == 0, counts
