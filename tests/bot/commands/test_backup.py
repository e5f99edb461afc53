"""`saan backup` and what comes back: a bot that holds what it had not sent, without the people erased since."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from bot.app import build
from bot.backups import records
from bot.housekeeping import PREVIEW
from models.activities import Activity, Photo
from models.attachments import attachments_of
from models.base import Base
from models.ledger import Erasure
from models.people import Member, Refusal
from models.post import Budget, Delivery, Event, Lane, TalkToken
from models.store import Store
from tests.conftest import POSTGRES_URL
from tests.conversations.talk import Talk
from tests.world import HandJobs, World

BACKUP_KEY = "b" * 40
SHE, NAME, WORDS = "M05", "ยายจันที", "ขาวม้าลายพิเศษของยาย"
REPORTS = f"""
ยายจันที ส่ง รูป
  สาน: [ขายของ]
ยายจันที กด ขายของ
  สาน: ของอะไร
ยายจันที: ผ้าขาวม้า
  สาน: [ข้าม]
ยายจันที: 900 บาท
  สาน: 900 บาท · [ถูกต้อง]
ยายจันที กด ถูกต้อง
  สาน: บันทึกแล้ว
ยายจันที: ถามหน่อย {WORDS} ย้อมสีธรรมชาติยังไงไม่ให้ตก
  สาน: ยังไม่มีคำตอบ
  สาน: ส่งคำถามนี้ให้ · [ถูกต้อง]
ยายจันที กด ถูกต้อง
  สาน: ส่ง
"""
MADE_ANEW = ("held", "holder", "held_until", "asked_at")  # columns that are not the same in a restored bot
DELETES = """
ยายจันที: ลบข้อมูลของฉัน
  สาน: ใช่ไหม
ยายจันที กด ลบทั้งหมด
  สาน: ลบให้หมดแล้ว
"""


@pytest.fixture
def backup(bot, run, monkeypatch, tmp_path):
    """`saan backup …` at the bot's own time; the answer's words where it went well."""
    monkeypatch.setenv("SAAN_BACKUP_KEY", BACKUP_KEY)
    monkeypatch.setattr("bot.clock.wall", bot.clock)
    monkeypatch.setattr("bot.commands.post.wall", bot.clock)

    def call(*arguments: object) -> str:
        done = run("backup", *map(str, arguments))
        assert done.exit_code == 0, done.output
        return done.output

    return call


@pytest.fixture
def refused(run):
    """The one line with which `saan backup …` refuses."""

    def call(*arguments: object) -> str:
        done = run("backup", *map(str, arguments))
        assert done.exit_code == 1
        assert done.output.count("\n") == 1
        return done.output

    return call


@pytest.fixture
def elsewhere(database_kind, templates, tmp_path, monkeypatch):
    """From now on commands have an empty database and data folder of another host, and the old ledger."""
    yield from _elsewhere(database_kind, templates, tmp_path, monkeypatch)


@pytest.fixture
def other_database(database_kind, templates, tmp_path, monkeypatch):
    """The same on the other kind of database."""
    other = "sqlite" if database_kind == "postgres" else "postgres"
    if not POSTGRES_URL:
        pytest.skip("TEST_POSTGRES_URL is not set")
    yield from _elsewhere(other, templates, tmp_path, monkeypatch)


def _elsewhere(kind, templates, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    url = templates.copy(kind, folder, demo=False)
    if kind == "sqlite":
        (folder / "saan.db").unlink()

    def move() -> tuple[str, Path]:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("SAAN_DATA_DIR", str(folder))
        monkeypatch.setenv("SAAN_LEDGER", str(tmp_path / "erased.ledger"))
        return url, folder

    yield move
    templates.give_back(url)


def restored_world(bot, url: str, folder: Path) -> World:
    """A bot on what was restored, before the same LINE."""
    settings = bot.house.settings.model_copy(
        update={"database_url": url, "saan_data_dir": folder, "saan_ledger": folder / "erased.ledger"}
    )
    jobs = HandJobs()
    return World(build(settings, own_wall=bot.clock, jobs=jobs), bot.simulator, bot.clock, jobs)


def plan(bot, person, words: str) -> None:
    """Something that is to be pushed tomorrow."""
    now = bot.clock.now
    with bot.house.store.session() as session:
        session.add(
            Delivery(
                key=f"test:{person.chat_id}",
                lane=person.chat_id,
                way="push",
                retry_key="0b0e5b1c-9c0f-4a5e-8f39-0d4a8d3b6a11",
                body=f'[{{"type":"text","text":"{words}"}}]'.encode(),
                state="planned",
                due_at=now + timedelta(days=1),
                expires_at=now + timedelta(days=3),
                written_at=now,
            )
        )


def test_what_was_erased_since_stays_erased_and_what_was_planned_waits_for_release(
    bot, run, backup, elsewhere, tmp_path
):
    """Nothing of hers comes back in any table or file; a delivery to somebody else leaves once, after the release."""
    Talk(bot).play(REPORTS)
    other = bot.person("M04")
    plan(bot, other, "ประชุมพรุ่งนี้")
    address, file = bot.person(SHE).account.user_id, tmp_path / "saan.backup"
    assert "attachments" in backup(file)
    bot.clock.forward(hours=1)
    Talk(bot).play(DELETES)

    url, folder = elsewhere()
    assert "1 members' rows erased since then are erased again" in backup("restore", file)
    again = restored_world(bot, url, folder)
    _holds_nothing_of_hers(again, folder, address)
    with again.house.store.session() as session:
        assert session.scalars(select(Activity).where(Activity.amount == 900)).one().reporter_id is None
        hashed = again.house.tools.hashed("refusal", address)
        assert session.get(Refusal, hashed) is not None

    bot.clock.forward(days=1, hours=2)
    again.tick()
    assert not _heard(other, "ประชุมพรุ่งนี้")
    assert "1 released" in run("outbox", "release").output
    for _ in range(2):
        again.tick(hours=1)
    assert _heard(other, "ประชุมพรุ่งนี้") == 1
    assert run("outbox", "release").output == "nothing is held\n"


def _heard(person, words: str) -> int:
    return sum(message.text == words for message in person.received)


def _holds_nothing_of_hers(again: World, folder: Path, address: str) -> None:
    traces = (NAME, "จันที ทดลองทอ", WORDS, address)
    with again.house.store.session() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for trace in traces:
                    assert trace not in repr(row), table.name
                    for cell in row:
                        assert not isinstance(cell, bytes) or trace.encode() not in cell, table.name
        assert session.scalars(select(Photo)).all() == []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert path.parent.name != "photos"
        for trace in traces:
            assert trace.encode() not in content, path


def test_a_backup_holds_rows_pictures_and_no_plain_words(bot, backup, elsewhere, tmp_path):
    """All tables have the rows they had; a picture its bytes; the file shows neither names nor keys."""
    Talk(bot).play(REPORTS)
    file = tmp_path / "saan.backup"
    backup(file)
    sealed = file.read_bytes()
    for trace in (NAME.encode(), b"access-token", b"k" * 40, BACKUP_KEY.encode()):
        assert trace not in sealed
    assert "is whole" in backup("check", file)
    url, folder = elsewhere()
    backup("restore", file)
    store = Store(url)
    for table in Base.metadata.sorted_tables:
        with bot.house.store.session() as before, store.session() as after:
            assert _rows(before, table) == _rows(after, table), table.name
    with bot.house.store.session() as before, store.session() as after:
        photo = after.scalars(select(Photo)).one()
        for name in (photo.name, photo.name + PREVIEW):
            there = attachments_of(store, folder).get(after, name)
            assert there == bot.house.tools.attachments.get(before, name)
    store.close()


def _rows(session, table) -> list[str]:
    """But for what is not true of a restored bot."""
    kept = [column for column in table.columns if column.name not in MADE_ANEW]
    return sorted(repr(row) for row in session.execute(select(*kept)))


def test_a_backup_of_one_database_is_restored_into_the_other(bot, backup, other_database, tmp_path):
    """A network grows from SQLite to PostgreSQL, its pictures included; new rows get new numbers."""
    Talk(bot).play(REPORTS)
    file = tmp_path / "saan.backup"
    backup(file)
    url, folder = other_database()
    backup("restore", file)
    again = restored_world(bot, url, folder)
    with again.house.store.session() as session:
        photo = session.scalars(select(Photo)).one()
        assert len(again.house.tools.attachments.get(session, photo.name)) == photo.size
    bot.house, bot.client, bot.jobs = again.house, again.client, again.jobs
    Talk(bot).play(DELETES)


def test_a_restored_bot_forgets_tokens_leases_and_unhandled_events(bot, backup, elsewhere, tmp_path):
    """What was true of the running bot: nothing is done that it may have done since."""
    now = bot.clock.now
    with bot.house.store.session() as session:
        session.add(TalkToken(lane="C1", token="t", said_at=now, received_at=now))
        session.add(Lane(name="C1", holder="somebody", held_until=now))
        session.add(
            Event(webhook_event_id="e", lane="C1", kind="message", sent_at=1, received_at=now, payload=b"{}")
        )
        if session.get(Budget, 1) is None:
            session.add(Budget(id=1, month="2026-11", quota=300, asked_at=now))
    file = tmp_path / "saan.backup"
    backup(file)
    url, _ = elsewhere()
    backup("restore", file)
    store = Store(url)
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(TalkToken)) == 0
        assert session.get_one(Lane, "C1").holder is None
        assert session.scalars(select(Event.state).where(Event.lane == "C1")).one() == "dead"
        assert session.scalars(select(Budget)).one().asked_at < now - timedelta(days=365)
    store.close()


def test_a_backup_is_restored_into_nothing_that_holds_something(bot, backup, refused, tmp_path):
    """The bot's own database and pictures are never written over."""
    file = tmp_path / "saan.backup"
    backup(file)
    assert "is not empty" in refused("restore", file)
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).select_from(Member))


def test_what_is_no_whole_backup_is_refused_and_leaves_nothing(
    bot, backup, refused, elsewhere, tmp_path, monkeypatch
):
    """A foreign file, another key, a missing end, no ledger, no key, no file."""
    file, other = tmp_path / "saan.backup", tmp_path / "other"
    backup(file)
    url, folder = elsewhere()
    for command in ("check", "restore"):
        other.write_bytes(b"PK\x03\x04 something else")
        assert "is no backup of Saan" in refused(command, other)
        other.write_bytes(file.read_bytes()[:-100])
        assert "damaged or cut short" in refused(command, other)
        assert "cannot be read" in refused(command, tmp_path / "nowhere")
        monkeypatch.setenv("SAAN_BACKUP_KEY", "c" * 40)
        assert "another key" in refused(command, file)
        monkeypatch.setenv("SAAN_BACKUP_KEY", BACKUP_KEY)
    monkeypatch.setenv("SAAN_LEDGER", str(tmp_path / "lost"))
    assert "--without-ledger" in refused("restore", file)
    assert not list(folder.rglob("*"))
    if make_url(url).get_backend_name() != "sqlite":
        store = Store(url)
        with store.session() as session:
            assert session.scalar(select(func.count()).select_from(Member)) == 0
        store.close()
    backup("restore", file, "--without-ledger")


def test_without_a_key_nothing_is_written(run, bot, monkeypatch, tmp_path):
    """The setting is named, with what it is."""
    monkeypatch.delenv("SAAN_BACKUP_KEY", raising=False)
    failed = run("backup", str(tmp_path / "saan.backup"))
    assert "SAAN_BACKUP_KEY is not set" in str(failed.exception)
    assert not list(tmp_path.glob("saan.backup*"))


def test_a_full_disk_leaves_no_half_a_backup(backup, refused, monkeypatch, tmp_path):
    """The old ones stay, the new one has no name yet."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    backup(shelf)
    there = sorted(shelf.iterdir())

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device" in refused(tmp_path / "saan.backup")
    assert not list(tmp_path.glob("saan.backup*"))
    assert sorted(shelf.iterdir()) == there


def test_a_folder_keeps_the_backups_of_so_many_days(bot, run, backup, refused, tmp_path):
    """Older ones of ours go, also what a killed one left; other files stay, whatever their name and age."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    backup(shelf)
    first = next(shelf.iterdir())
    (shelf / "saan-20250101T000000Z.backup").write_bytes(b"somebody's own file")
    (shelf / "saan-20250101T000000Z.backup.part").write_bytes(b"killed")
    (shelf / "notes.txt").write_text("old")
    bot.clock.forward(days=30)
    assert first.name not in backup(shelf)
    bot.clock.forward(seconds=1)
    assert first.name in backup(shelf)
    left = {path.name for path in shelf.iterdir()}
    assert len(left) == 4
    assert {"notes.txt", "saan-20250101T000000Z.backup"} < left
    assert "exists" in refused(shelf / "notes.txt")
    assert run("backup", "--keep-days", "90", str(shelf)).exit_code == 2


def test_a_backup_is_one_view_while_others_write(bot, backup, elsewhere, monkeypatch, tmp_path):
    """Rows that come while it is written are not in it, and their writers do not wait."""
    begun: list[str] = []
    table = records.Records.table

    def meanwhile(self, name, columns) -> None:
        if not begun:
            with bot.house.store.session() as session:
                session.add(Member(created_at=bot.clock.now, call_as="ผู้มาทีหลัง"))
        begun.append(name)
        table(self, name, columns)

    monkeypatch.setattr(records.Records, "table", meanwhile)
    file = tmp_path / "saan.backup"
    backup(file)
    url, _ = elsewhere()
    backup("restore", file)
    store = Store(url)
    late = select(func.count()).where(Member.call_as == "ผู้มาทีหลัง")
    with bot.house.store.session() as before, store.session() as after:
        assert (before.scalar(late), after.scalar(late)) == (1, 0)
    store.close()


def test_a_backup_of_an_older_form_is_restored_and_brought_up_to_date(
    bot, backup, elsewhere, monkeypatch, tmp_path
):
    """Taken before an upgrade, with the new version's code: what there was is there, in the new form."""
    from models import migrate

    file = tmp_path / "saan.backup"
    with bot.house.store.engine.connect() as connection, connection.begin():
        migrate.command.downgrade(migrate._config(connection), "0006")
        people = connection.scalar(text("SELECT count(*) FROM members"))
    backup(file)
    url, _ = elsewhere()
    backup("restore", file)
    store = Store(url)
    assert migrate.pending(store) == []
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(Member)) == people
        assert session.scalars(select(Erasure)).all() == []
    store.close()
