"""The database is locked or away: LINE is asked to send again, and the bot recovers by itself."""

import errno
import sqlite3

import pytest
from sqlalchemy import create_engine, select, text

from models.attachments import Unwritable
from models.post import Event
from tests.bot.test_webhook import event, post, webhook
from tests.conversations.talk import a_picture


def test_a_picture_waits_until_there_is_room(bot, database_kind, monkeypatch, caplog):
    """A full disk is no fault of the event: it is not given up after its tries."""
    if database_kind == "postgres":
        return  # where pictures lie in the database

    def no_room(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    person = bot.person("M04")
    person.says("วันนี้ขายผ้าได้ 2 ผืน 900 บาท")
    with monkeypatch.context() as disk:
        disk.setattr("models.attachments.os.fsync", no_room)
        with pytest.raises(Unwritable):
            person.sends_photo(a_picture())
        for _ in range(4):
            bot.clock.forward(minutes=1)
            with pytest.raises(Unwritable):
                bot.sweep()
    assert "No space left on device; make room in SAAN_DATA_DIR" in caplog.text
    bot.sweep()
    assert "1 รูป" in person.received[-1].text


def stored(bot) -> int:
    with bot.house.store.session() as session:
        return len(session.scalars(select(Event)).all())


def test_a_locked_or_lost_database_is_503_and_then_all_is_well_again(bot, database_url):
    """Not one accepted event is lost: what was not committed was not accepted."""
    if database_url.startswith("sqlite"):
        other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert post(bot, webhook(event(1))).status_code == 503
        other.execute("ROLLBACK")
        other.close()
    else:
        bot.client.get("/healthz")
        admin = create_engine(database_url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        admin.dispose()
    assert post(bot, webhook(event(1))).status_code == 200
    assert stored(bot) == 1
    bot.work()
    assert bot.client.get("/healthz").status_code == 200
