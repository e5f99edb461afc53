"""What the log tells: everything about one event under one mark, and nothing about people."""

import io
import logging

import orjson
import pytest

from bot.logs import following, set_up_logs, trace_of
from models.post import Event
from tests.letters import write
from tests.world import KEY, SECRET, TOKEN, world

REPORT = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท"


class Log:
    """Sets the log up, every logger at its most talkative; has what was written since."""

    def begin(self, form: str) -> None:
        set_up_logs(form, "debug")
        self._written = io.StringIO()
        logging.getLogger().handlers[-1].setStream(self._written)

    def text(self) -> str:
        return self._written.getvalue()

    def lines(self) -> list[dict]:
        return [orjson.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def log():
    root = logging.getLogger()
    before = root.handlers, root.level
    yield Log()
    root.handlers, root.level = before


@pytest.fixture
def bot(log, demo_url, tmp_path):
    """The bot, whose libraries are made when the log is set up already."""
    log.begin("json")
    with world(demo_url, tmp_path) as made:
        yield made


def only_event(bot) -> str:
    with bot.house.store.session() as session:
        return session.query(Event).one().webhook_event_id


def test_webhook_turn_and_answer_bear_the_same_mark_and_lines_request_id(bot, log):
    """The mark comes from the event's id, so that it is the same in every process; the id is LINE's own."""
    bot.person("M04").says(REPORT)
    lines = [line for line in log.lines() if line.get("trace") == trace_of(only_event(bot))]
    assert [line["logger"] for line in lines] == ["bot.keeping", "bot.drain", "bot.drain"]
    assert [line["message"].split(" ")[0] for line in lines] == ["Event", "Event", "reply"]
    assert lines[-1]["line_request"] == bot.line.calls[-1].request_id
    assert all(line["time"].endswith("+00:00") and line["level"] in ("DEBUG", "INFO") for line in lines)


def test_what_an_event_causes_bears_its_mark_also_when_it_leaves_later(bot, log):
    """A notice that a turn wrote is sent by whoever comes to it."""
    with following(trace_of("01HEVENT")):
        write(bot, members=["M01"], due=1)
    bot.tick(hours=2)
    marked = [line for line in log.lines() if line.get("trace") == trace_of("01HEVENT")]
    (sent,) = [line for line in marked if line["message"].startswith("push")]
    told = bot.person("M01").chat_id
    assert [sent["line_request"]] == [
        one.request_id for one in bot.line.calls if (one.body or {}).get("to") == told
    ]


def test_no_line_holds_what_was_said_a_token_or_a_whole_id(bot, log, monkeypatch):
    """Whatever library is at DEBUG, and also where a defect puts what was said into an error."""
    person, group = bot.person("M04"), bot.person("M04").in_group("G3")
    person.says(REPORT)
    group.says("สาน เมนู")

    def defect(_router, turn):
        raise RuntimeError(turn.text, turn.incoming)

    monkeypatch.setattr(type(bot.house.router), "answer", defect)
    person.says(REPORT)
    logging.getLogger("urllib3").warning("Retrying /v2/bot/profile/%s", person.chat_id)
    logging.getLogger("bot").error("Not caught", exc_info=RuntimeError(REPORT, group.chat_id))
    written = log.text()
    assert "RuntimeError at" in written
    assert f"/profile/{person.chat_id[:6]}…" in written
    tokens = [call.body["replyToken"] for call in bot.line.calls if call.path.endswith("/reply")]
    assert len(tokens) == 2
    for secret in (person.chat_id, group.chat_id, "ผ้า", "5,200", "เมนู", TOKEN, SECRET, KEY, *tokens):
        assert secret not in written


def test_a_fault_behind_a_signed_link_does_not_show_the_link(bot, log, monkeypatch):
    """The address of a page is as good as a password."""

    def defect(*_):
        raise RuntimeError(REPORT)

    monkeypatch.setattr(type(bot.house.tools), "page_mark", defect)
    assert bot.client.get("/pages/secret-mark/digest/1-2-3").status_code == 500
    assert "pages.page failed: RuntimeError at" in log.text()
    assert "secret-mark" not in log.text()


def test_at_a_terminal_each_record_is_one_line_and_repeated_set_up_doubles_nothing(log):
    """An error is told by its kind and place."""
    log.begin("json")
    log.begin("text")
    ours = logging.getLogger("bot.drain")
    with following("0123456789ab"):
        ours.info("two\nlines")
    try:
        raise ValueError(REPORT)
    except ValueError:
        ours.exception("Failed")
    first, second = log.text().splitlines()
    assert first.endswith("INFO bot.drain [0123456789ab] two lines")
    assert "ERROR bot.drain [-] Failed (ValueError at test_logs.py:" in second
