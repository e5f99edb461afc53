"""A bot that is killed at any moment loses nothing and says nothing twice."""

import pytest

from tests.soak.crash import crash_drill


@pytest.mark.crash
def test_kill_9_loses_no_event_and_answers_none_twice(database_url, tmp_path):
    """Killed at random moments: no event and no push is lost or doubled, no answer is given twice."""
    counts = crash_drill(database_url, tmp_path, kills=5, seed=20261124)
    assert counts.kills == 5
    assert counts.events > 50
    assert (counts.lost, counts.doubled, counts.wrong) == (0, 0, 0), counts
