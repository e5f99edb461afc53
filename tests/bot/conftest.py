"""A whole bot beside a stand-in for LINE, for tests of the machine."""

import pytest

from tests.world import world


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, on each database."""
    with world(demo_url, tmp_path) as made:
        yield made
