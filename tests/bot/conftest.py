"""A whole bot beside a stand-in for LINE, for tests of the machine."""

import pytest
from click.testing import CliRunner

from bot.cli import saan
from tests.world import world


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, on each database."""
    with world(demo_url, tmp_path) as made:
        yield made


@pytest.fixture
def run(bot, monkeypatch):
    """Run a command against the bot's database and its stand-in for LINE."""
    settings = bot.house.settings
    environment = {
        "DATABASE_URL": settings.database,
        "SAAN_DATA_DIR": str(settings.saan_data_dir),
        "LINE_API_URL": settings.line_api_url,
        "LINE_CHANNEL_SECRET": "channel-secret",
        "LINE_CHANNEL_ACCESS_TOKEN": "access-token",
        "SAAN_SECRET_KEY": "k" * 40,
        "PUBLIC_URL": "https://bot.example",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(saan, arguments)
