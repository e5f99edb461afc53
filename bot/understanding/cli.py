"""Commands: ``saan understand`` reads messages from standard input, ``saan train`` makes the intent model anew."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.understanding import intents, reader

BANGKOK = ZoneInfo("Asia/Bangkok")
FLAGS = ("mention_self", "quotes_bot")


class BadLineError(ValueError):
    """A line that is a JSON object, but no message: says what is wrong with it and what is right."""


@click.command()
@click.option(
    "--now", "now_text", metavar="ISO", help="When the messages were sent (default: the time of the call)."
)
@click.option("--explain", "why", is_flag=True, help="Show how each message was normalised, cut and scored.")
def understand(now_text: str | None, why: bool) -> None:
    """Read messages, one a line, and print a reading for each.

    A line is plain text or an object {"text", "chat": "user"|"group", "now", "mention_self", "quotes_bot"}.
    What is wrong with a line is said on standard error; the other lines are read all the same.
    """
    now = _default_now(now_text)
    for number, line in enumerate(_lines(), start=1):
        try:
            text, asked = _message(line, now)
        except BadLineError as fault:
            click.echo(json.dumps({"error": f"line {number}: {fault}"}, ensure_ascii=False), err=True)
            continue
        for answer in _explained(text, asked) if why else (_as_json(text, asked),):
            click.echo(answer)


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode(errors="replace").removeprefix("\ufeff").rstrip("\r\n")


def _message(line: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """Give a line's text and the keyword arguments of ``reader.read`` that come with it."""
    try:
        given = json.loads(line) if line.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return line, {"now": now}
    if not isinstance(given.get("text"), str):
        raise BadLineError('"text" must be there and be a string')
    if given.get("chat", "user") not in ("user", "group"):
        raise BadLineError('"chat" must be "user" or "group"')
    if any(not isinstance(given.get(flag, False), bool) for flag in FLAGS):
        raise BadLineError('"mention_self" and "quotes_bot" must be true or false')
    flags = {flag: given.get(flag, False) for flag in FLAGS}
    return given["text"], {
        "now": _moment(given.get("now"), now),
        "group": given.get("chat") == "group",
        **flags,
    }


def _moment(said: object, now: datetime) -> datetime:
    if said is None:
        return now
    try:
        return _local(said)
    except (TypeError, ValueError) as fault:
        raise BadLineError('"now" must be a time such as "2026-11-24T10:00:00+07:00"') from fault


def _default_now(said: str | None) -> datetime:
    try:
        return _local(said) if said else datetime.now(BANGKOK).replace(tzinfo=None)
    except ValueError as fault:
        raise click.BadParameter(
            "give a time such as 2026-11-24T10:00:00+07:00", param_hint="--now"
        ) from fault


def _local(said: Any) -> datetime:
    """Give a time in ISO 8601 as local time of Bangkok; one without an offset is local already."""
    moment = datetime.fromisoformat(said)
    return moment.astimezone(BANGKOK).replace(tzinfo=None) if moment.tzinfo else moment


def _as_json(text: str, asked: dict[str, Any]) -> str:
    reading = reader.read(text, **asked)
    shown = {
        "intent": reading.intent,
        "confidence": round(reading.confidence, 3),
        "addressed": reading.addressed,
        "slots": reading.slots,
    }
    return json.dumps(shown, ensure_ascii=False)


def _explained(text: str, asked: dict[str, Any]) -> Iterator[str]:
    from bot.understanding.explain import explain

    yield from explain(text, asked["now"])


@click.command()
def train() -> None:
    """Make the intent model anew from data/corpus (needs the dev extra)."""
    try:
        from bot.understanding import training
    except ImportError as fault:
        raise click.ClickException(
            f"{fault.name} is missing: install the dev extra (pip install -e .[dev])"
        ) from fault
    made = training.train(training.corpus(), training.corpus_hash())
    intents.MODEL.write_bytes(intents.dumps(made))
    click.echo(
        f"{intents.MODEL.name}: {len(made.intents)} intents, temperature {made.temperature:.3f}, {made.corpus[:12]}"
    )
