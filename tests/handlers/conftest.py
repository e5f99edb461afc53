"""A whole bot beside a stand-in for LINE, and conversations with it."""

import pytest

from tests.conversations.talk import Talk
from tests.world import world


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, on each database."""
    with world(demo_url, tmp_path) as made:
        yield made


@pytest.fixture
def play(bot):
    """Plays a transcript; what one caught is known to the next."""
    return Talk(bot).play
