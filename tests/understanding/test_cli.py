"""`saan understand`: one message a line in, one reading a line out, and no line harms another."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.understanding.cli import understand

NOW = "2026-11-24T10:00:00+07:00"


def run(*lines: str | bytes, args: tuple[str, ...] = ("--now", NOW)) -> Result:
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n"
    return CliRunner().invoke(understand, list(args), input=data)


def readings(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_of_text_gives_a_reading() -> None:
    """Intent, confidence, whether the bot is addressed, and slots."""
    (reading,) = readings(run("นัดประชุมพรุ่งนี้บ่ายสองที่ศาลากลางบ้าน"))
    assert list(reading) == ["intent", "confidence", "addressed", "slots"]
    assert reading["intent"] == "create_meeting"
    assert reading["slots"] == {"datetime": "2026-11-25T14:00", "place": "ศาลากลางบ้าน"}


def test_thai_is_written_as_thai() -> None:
    """Slots are readable, not escaped."""
    assert "ศาลากลางบ้าน" in run("นัดประชุมพรุ่งนี้บ่ายสองที่ศาลากลางบ้าน").stdout


def test_an_object_carries_its_own_circumstances() -> None:
    """A line may bring its chat, its time, and whether it mentions the bot."""
    text = "นัดประชุมพรุ่งนี้บ่ายสอง"
    lines = [
        {"text": text, "chat": "group"},
        {"text": text, "chat": "group", "mention_self": True, "now": "2026-01-31T23:30:00+07:00"},
        {"text": text, "chat": "group", "quotes_bot": True, "now": "2026-01-31T20:00:00Z"},
        {"text": text, "now": "2026-03-01T08:00"},
    ]
    silent, mentioned, quoted, plain = readings(run(*(json.dumps(line) for line in lines)))
    assert silent == {"intent": "other", "confidence": 1.0, "addressed": False, "slots": {}}
    assert mentioned["slots"]["datetime"] == "2026-02-01T14:00"
    assert quoted["slots"]["datetime"] == "2026-02-02T14:00"  # 20:00 UTC is the next morning in Bangkok
    assert plain["slots"]["datetime"] == "2026-03-02T14:00"


@pytest.mark.parametrize(
    "line", ["{ไม่ใช่ json", "[1, 2]", '"ขายผ้า"', "{", "", '{"text": "a"} ตามนั้น', "[" * 9000, "{" * 9000]
)
def test_what_is_no_object_is_text(line: str) -> None:
    """Only a JSON object is taken apart; anything else is what somebody wrote, an empty line, too."""
    assert len(readings(run(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        '{"chat": "user"}',
        '{"text": 5}',
        '{"text": "ก", "chat": "room"}',
        '{"text": "ก", "now": "พรุ่งนี้"}',
        '{"text": "ก", "now": 5}',
        '{"text": "ก", "mention_self": "yes"}',
    ],
)
def test_a_bad_object_is_named_and_the_rest_is_read(line: str) -> None:
    """What is wrong is said in one line of standard error, with its number; the other lines have their readings."""
    result = run("สวัสดีค่ะ", line, "ขอบคุณค่ะ")
    assert len(readings(result)) == 2
    assert json.loads(result.stderr)["error"].startswith("line 2: ")


@pytest.mark.parametrize(
    "line", [b"\xff\xfe\x80", b"\xef\xbb\xbf\xe0\xb8\x82", b'{"text": "\\ud800"}', b"a\x0b\x85b"]
)
def test_odd_bytes_are_one_message(line: bytes) -> None:
    """Broken UTF-8, a byte order mark, half characters and odd separators are read as one line."""
    assert len(readings(run(line))) == 1


def test_a_wrong_now_is_refused_at_once() -> None:
    """A time that is none ends the command with a word on how to write one."""
    result = run("สวัสดี", args=("--now", "เมื่อวาน"))
    assert result.exit_code == 2
    assert "2026-11-24T10:00:00+07:00" in result.stderr


def test_explain_shows_the_way_to_the_reading() -> None:
    """Normalised text, words, marks, scores and slots are shown."""
    out = run("วันนี้ขายผ้าไหมได้ 3 ผืน", args=("--now", NOW, "--explain")).stdout
    for shown in ("normalised", "ขาย | ผ้าไหม", "marks", "log_activity", "'product': 'ผ้าไหม'"):
        assert shown in out
