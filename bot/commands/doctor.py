"""`saan doctor`: what is wrong, and what to do about it."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import click
from rich.console import Console
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import wall
from bot.commands.database import opened
from bot.heartbeat import CLOCK, STALE_AFTER, last_beat
from bot.line import Line, LineAway
from bot.settings import DEMANDED, Settings, SettingsProblem, load_settings
from bot.understanding import reader
from models.migrate import pending
from models.post import Delivery

CALLBACK = "/callback"
REFUSES_TOKEN = (401, 403)

Answer = TypeVar("Answer")


class Fault(Exception):
    """Something is wrong; the message says what to do."""


@dataclass(frozen=True)
class Check:
    """One thing to look at; `look` gives what was found, or raises Fault."""

    name: str
    look: Callable[[], str]


@click.command()
def doctor() -> None:
    """Check settings, database, migrations, LINE, webhook, quota, clock, deliveries and Thai data."""
    console = Console()
    faults = 0
    for check in _checks():
        try:
            console.print(f"[green]ok[/green]    {check.name}: {check.look()}", highlight=False)
        except Fault as fault:
            faults += 1
            console.print(f"[red]fault[/red] {check.name}: {fault}", highlight=False)
    if faults:
        sys.exit(1)


def _checks() -> Iterator[Check]:
    try:
        settings = load_settings(DEMANDED)
    except SettingsProblem as problem:
        yield Check("settings", _faulty(str(problem)))
        try:
            settings = load_settings()
        except SettingsProblem:
            return
    else:
        yield Check("settings", lambda: "complete")
    yield Check("database", lambda: _database(settings))
    yield Check("migrations", lambda: _migrations(settings))
    line = Line(settings.line_channel_access_token.get_secret_value(), settings.line_api_url)
    yield Check("LINE token", lambda: _token(line))
    yield Check("webhook address", lambda: _webhook(line, settings))
    yield Check("message quota", lambda: _quota(line))
    yield Check("clock", lambda: _clock(settings))
    yield Check("deliveries", lambda: _deliveries(settings))
    yield Check("Thai data", _thai)


def _faulty(words: str) -> Callable[[], str]:
    def look() -> str:
        raise Fault(words)

    return look


def _database(settings: Settings) -> str:
    store = opened(settings.database)
    try:
        with store.session() as session:
            session.execute(text("SELECT 1"))
    except Exception as error:
        raise Fault(f"{type(error).__name__}; check DATABASE_URL and SAAN_DATA_DIR") from None
    return store.url.render_as_string(hide_password=True)


def _migrations(settings: Settings) -> str:
    try:
        lacking = pending(opened(settings.database))
    except Exception as error:
        raise Fault(f"{type(error).__name__}; mend the database first") from None
    if lacking:
        raise Fault(f"{len(lacking)} have not been run; run `saan db upgrade`")
    return "up to date"


def _token(line: Line) -> str:
    try:
        return f"accepted, the bot is {line.basic_id}"
    except LineAway as error:
        if error.status in REFUSES_TOKEN:
            raise Fault(
                "LINE refuses it; issue a new one in the console and set LINE_CHANNEL_ACCESS_TOKEN"
            ) from None
        raise Fault(f"{error}; check the network and LINE_API_URL") from None


def _webhook(line: Line, settings: Settings) -> str:
    wanted = settings.public_url + CALLBACK
    try:
        address, active = line.webhook_endpoint()
    except LineAway as error:
        raise Fault(f"{error}; set the webhook URL in the console to {wanted}") from None
    if address != wanted:
        raise Fault(
            f"the console has {address or 'none'}; set it to {wanted}, or PUBLIC_URL to what it should be"
        )
    if not active:
        raise Fault(
            "it is switched off; switch 'Use webhook' on in the console, and 'Webhook redelivery' too"
        )
    return address


def _quota(line: Line) -> str:
    try:
        limit, used = line.quota()
    except LineAway as error:
        raise Fault(f"{error}; nothing can be pushed until LINE answers") from None
    if limit is not None and used >= limit:
        raise Fault(
            f"all {limit} messages of this month are used; replies still go, pushes wait for a larger plan"
        )
    return f"{used} of {limit if limit is not None else 'unlimited'} messages used this month"


def _clock(settings: Settings) -> str:
    if settings.saan_clock_shift:
        return "only `saan tick` says what is due (SAAN_CLOCK_SHIFT)"
    beat = _ask(settings, lambda session: last_beat(session, CLOCK))
    if beat is None:
        raise Fault(
            "none has run on this database; start `saan serve`, or `saan clock` beside `web` and `worker`"
        )
    age = wall() - beat
    if age > STALE_AFTER:
        raise Fault(
            f"it last looked for what is due at {beat:%Y-%m-%d %H:%M} UTC; start `saan serve` or `saan clock` again"
        )
    return f"looked for what is due {age.total_seconds():.0f} s ago"


def _deliveries(settings: Settings) -> str:
    """Whether something waits for the operator."""
    open_ones = select(func.count(Delivery.id)).where(Delivery.finished_at.is_(None))
    refused = _ask(
        settings, lambda session: session.scalar(open_ones.where(Delivery.status.in_(REFUSES_TOKEN)))
    )
    if refused:
        raise Fault(f"{refused} wait because LINE refused the token; set LINE_CHANNEL_ACCESS_TOKEN anew")
    held = _ask(settings, lambda session: session.scalar(open_ones.where(Delivery.held)))
    if held:
        raise Fault(
            f"{held} are held since a restore; `saan outbox list` shows them, `saan outbox release` lets them go"
        )
    return "none waits for you"


def _ask(settings: Settings, question: Callable[[Session], Answer]) -> Answer:
    store = opened(settings.database)
    try:
        with store.session() as session:
            return question(session)
    except SQLAlchemyError as error:
        raise Fault(f"{type(error).__name__}; mend the database first") from None
    finally:
        store.close()


def _thai() -> str:
    try:
        reader.load()
    except Exception as error:
        raise Fault(f"{type(error).__name__}: {error}; install again with `make setup`") from None
    return "loaded"
