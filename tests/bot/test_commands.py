"""What an operator types, and what comes back."""

from datetime import timedelta

from sqlalchemy import select, text

from bot.clock import wall
from bot.heartbeat import CLOCK, beat
from models.post import Event
from tests.letters import write

REPORT = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท"


def dead(bot, monkeypatch) -> None:
    """Make one dead letter."""

    def broken(_router, _turn):
        raise RuntimeError("a defect")

    monkeypatch.setattr("bot.router.Router.answer", broken)
    bot.person("M04").says(REPORT)
    for seconds in (2, 5):
        bot.clock.forward(seconds=seconds)
        bot.sweep()
    monkeypatch.undo()


def test_the_inbox_lists_and_shows_without_what_was_said(bot, run, monkeypatch):
    """--text is needed to read what somebody wrote; ids are shortened."""
    with monkeypatch.context() as patch:
        dead(bot, patch)
    listed = run("inbox", "list").output
    assert "RuntimeError" in listed
    assert bot.person("M04").chat_id not in listed
    shown = run("inbox", "show", "1").output
    assert "state: dead" in shown
    assert "5,200" not in shown
    assert "5,200" in run("inbox", "show", "1", "--text").output


def test_a_dead_letter_is_tried_again_or_dropped(bot, run, monkeypatch):
    """retry puts it back, drop blanks it; both may be repeated."""
    with monkeypatch.context() as patch:
        dead(bot, patch)
    assert "waits again" in run("inbox", "retry", "1").output
    bot.sweep()
    assert "nothing to do" in run("inbox", "retry", "1").output
    assert "5,200" in bot.person("M04").received[-1].text
    with bot.house.store.session() as session:
        session.execute(text("UPDATE events SET state = 'dead'"))
    assert "is dropped" in run("inbox", "drop", "1").output
    with bot.house.store.session() as session:
        assert session.scalars(select(Event.payload)).all() == [None]


def test_the_doctor_names_each_fault_and_its_remedy(bot, run, monkeypatch):
    """A healthy bot beside its stand-in is in order but for the webhook's address; a wrong token is said."""
    output = run("doctor").output
    assert "ok    LINE token" in output.replace("\n", " ")
    assert "migrations: up to date" in output
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", "wrong")
    sick = run("doctor")
    assert sick.exit_code == 1
    assert "LINE_CHANNEL_ACCESS_TOKEN" in sick.output
    monkeypatch.delenv("SAAN_SECRET_KEY")
    assert "SAAN_SECRET_KEY is not set" in run("doctor").output.replace("\n", " ")


def test_the_doctor_sees_a_clock_that_stands_still_and_what_waits_for_an_operator(bot, run):
    """No clock, a live one, a stale one; held deliveries, refused ones; each with what to do."""

    def said() -> str:
        return " ".join(run("doctor").output.split())

    def beats(ago: timedelta) -> None:
        with bot.house.store.session() as session:
            beat(session, CLOCK, wall() - ago)

    assert "fault clock: none has run on this database; start `saan serve`" in said()
    beats(timedelta(seconds=5))
    healthy = said()
    assert "ok clock: looked for what is due" in healthy
    assert "ok deliveries: none waits for you" in healthy
    beats(timedelta(minutes=3))
    write(bot, members=["M04"], due=6)
    with bot.house.store.session() as session:
        session.execute(text("UPDATE deliveries SET held = true"))
    sick = said()
    assert "fault clock: it last looked for what is due at" in sick
    assert "fault deliveries: 1 are held since a restore" in sick
    with bot.house.store.session() as session:
        session.execute(text("UPDATE deliveries SET status = 401"))
    assert "1 wait because LINE refused the token; set LINE_CHANNEL_ACCESS_TOKEN" in said()


def test_tick_does_what_is_due_then_and_may_be_repeated(bot, run):
    """Eight days later the handled event's content is blanked."""
    bot.person("M04").says(REPORT)
    later = (bot.clock.now.replace(tzinfo=None)).isoformat()
    assert run("tick", "--at", later).exit_code == 0
    output = run("tick", "--at", "2026-12-03T10:00")
    assert "events blanked: 1" in output.output
    assert "events blanked: 0" in run("tick", "--at", "2026-12-03T10:00").output
    assert run("tick", "--at", "พรุ่งนี้").exit_code == 2


def test_a_database_without_tables_is_one_line_with_the_remedy(run, monkeypatch, tmp_path):
    """No traceback."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    failed = run("housekeep")
    assert failed.exit_code == 1
    assert "saan db upgrade" in str(failed.exception)
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0
    assert run("housekeep").exit_code == 0
