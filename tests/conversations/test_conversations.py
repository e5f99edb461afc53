"""Every transcript beside this file holds, on both databases."""

from pathlib import Path

import pytest

from tests.conversations.talk import Talk
from tests.world import world

TRANSCRIPTS = sorted(Path(__file__).parent.rglob("*.txt"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(transcript, demo_url, tmp_path):
    """Each line of the transcript is said, and each answer comes where and as it is written."""
    with world(demo_url, tmp_path) as made:
        Talk(made).play(transcript.read_text("utf-8"))
