"""A bot that is killed at any moment loses nothing and says nothing twice."""

import pytest

from tests.soak.killing import kill_drill


@pytest.mark.crash
def test_kill_9_loses_no_event_and_says_nothing_twice(demo_url, tmp_path):
    """Processes killed at random moments, or told to end: nothing lost, doubled or out of order."""
    counts = kill_drill(demo_url, tmp_path, rounds=5, pause=(0.2, 0.6))
    assert counts.killed + counts.ended == 5
    assert counts.events > 20
    assert counts.faults == 0, counts
