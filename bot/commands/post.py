"""`saan inbox` and `saan outbox`: look at what came in and what goes out, try it again, or let it be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import wall
from bot.commands.database import opened
from bot.settings import load_settings
from models.post import Delivery, Event, stands
from models.store import Store, take

SHORT = 6  # characters of a LINE id that are enough to tell chats apart, too few to find a person


@dataclass(frozen=True)
class Box:
    """What differs between the two."""

    model: type[Event] | type[Delivery]
    content: str
    columns: tuple[str, ...]
    again: Callable[[Any], None]
    state: Any  # the column, or what the state is told from


def _event_again(event: Event) -> None:
    event.state, event.tries, event.retry_at, event.finished_at, event.problem = (
        "waiting",
        0,
        None,
        None,
        None,
    )


def _delivery_again(delivery: Delivery) -> None:
    """A reply's token is long gone: it is sent as a push, under its own retry key. A multicast goes to all again."""
    if delivery.way == "multicast":
        _carry_again(delivery)
    else:
        delivery.way = "push"
    delivery.state, delivery.attempts, delivery.attempt_at, delivery.retry_at = "waiting", 0, None, None
    delivery.reply_token, delivery.finished_at = None, None
    delivery.begun_at = delivery.carrier_id = delivery.expires_at = None
    delivery.written_at, delivery.held = wall(), False


def _carry_again(multicast: Delivery) -> None:
    session = Session.object_session(multicast)
    assert session is not None  # noqa: S101 - it was taken in one
    copies = update(Delivery).where(Delivery.carrier_id == multicast.id, Delivery.way == "batch")
    again = {"state": "carried", "finished_at": None, "problem": None}
    session.execute(copies.where(Delivery.state.in_(("dead", "expired"))).values(**again))


INBOX = Box(
    Event,
    "payload",
    ("id", "state", "kind", "lane", "tries", "received_at", "problem"),
    _event_again,
    Event.state,
)
OUTBOX = Box(
    Delivery,
    "body",
    ("id", "state", "way", "lane", "attempts", "written_at", "status", "problem"),
    _delivery_again,
    stands(),
)


@click.group()
def inbox() -> None:
    """Events that came in."""


@click.group()
def outbox() -> None:
    """Messages that go out."""


def _add_commands(group: click.Group, box: Box) -> None:
    ids = click.argument("ids", nargs=-1, type=int, required=True)

    @group.command("list")
    @click.option(
        "--state", default="dead", show_default=True, help="waiting, done, sent, dead, dropped …, or all."
    )
    @click.option("--most", default=50, show_default=True, type=click.IntRange(1, 1000))
    def list_rows(state: str, most: int) -> None:
        """List what is in a state, newest first."""
        query = select(box.model).order_by(box.model.id.desc()).limit(most)
        table = Table(*box.columns)
        with _store().session() as session:
            rows = session.scalars(query if state == "all" else query.where(box.state == state)).all()
            for row in rows:
                table.add_row(*(_cell(row, column) for column in box.columns))
        Console().print(table if rows else f"nothing is {state}")

    @group.command("show")
    @click.argument("ident", type=int)
    @click.option("--text", is_flag=True, help="Also what was said. Only with the people's leave.")
    def show(ident: int, text: bool) -> None:
        """Show one, without what was said."""
        with _store().session() as session:
            row = session.get(box.model, ident)
            if row is None:
                raise click.ClickException(f"there is no {ident}")
            names = [column.name for column in box.model.__table__.columns if column.name != box.content]
            for name in names:
                click.echo(f"{name}: {_cell(row, name)}")
            content = _content(row, box)
        if content is None:
            click.echo(f"{box.content}: blanked")
        elif text:
            click.echo(
                f"{box.content}: {orjson.dumps(orjson.loads(content), option=orjson.OPT_INDENT_2).decode()}"
            )
        else:
            click.echo(f"{box.content}: {len(content)} bytes (--text shows them)")

    @group.command("retry")
    @ids
    def retry(ids: tuple[int, ...]) -> None:
        """Try these once more; a running worker takes them up."""
        _change(box, ids, box.again, "waits again")

    @group.command("drop")
    @ids
    def drop(ids: tuple[int, ...]) -> None:
        """Let these be; their contents are blanked."""

        def dropped(row: Any) -> None:
            row.state, row.finished_at = "dropped", wall()
            setattr(row, box.content, None)

        _change(box, ids, dropped, "is dropped")


@outbox.command("release")
@click.option("--ids", multiple=True, type=int, help="Only these; may be repeated.")
def release(ids: tuple[int, ...]) -> None:
    """Let go what a restored bot holds; what is too late or may have been sent already ends instead."""
    from bot.held import let_go

    with _store().session() as session:
        became = let_go(session, wall(), ids)
    for what, count in sorted(became.items()):
        click.echo(f"{count} {what}")
    if not became:
        click.echo("nothing is held")


def _change(box: Box, ids: tuple[int, ...], change: Callable[[Any], None], said: str) -> None:
    with _store().session() as session:
        for ident in ids:
            row = take(session, box.model, ident)
            if row is None:
                click.echo(f"{ident} does not exist")
            elif _state(row) in ("done", "sent"):
                click.echo(f"{ident} is {_state(row)}: nothing to do")
            elif _leaves_with(session, row):
                click.echo(f"{ident} is on its way with another: nothing to do")
            elif _content(row, box) is None:
                click.echo(f"{ident} has been blanked: nothing to do")
            else:
                change(row)
                click.echo(f"{ident} {said}")


def _state(row: Any) -> str:
    """The state; of what is carried, its carrier's."""
    return str(row.carrier.state if row.state == "carried" else row.state)


def _leaves_with(session: Session, row: Any) -> bool:
    """Whether another one that has been tried, or may be at any moment, takes it along."""
    if row.state != "carried":
        return False
    carrier = take(session, Delivery, row.carrier_id)
    assert carrier is not None  # noqa: S101 - it refers to it
    return carrier.finished_at is None and (carrier.attempts > 0 or carrier.way == "reply")


def _content(row: Any, box: Box) -> bytes | None:
    found: bytes | None = (
        row.notice.body if isinstance(row, Delivery) and row.notice else getattr(row, box.content)
    )
    return found


def _cell(row: Any, name: str) -> str:
    value = getattr(row, name)
    if value is None:
        return ""
    if name == "state" and value == "carried":
        return f"{_state(row)} (carried)"
    if name == "lane":
        return f"{value[:SHORT]}…"
    if name in ("key", "reply_token", "message_id", "webhook_event_id"):
        return "…"
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else str(value)


def _store() -> Store:
    return opened(load_settings().database)


_add_commands(inbox, INBOX)
_add_commands(outbox, OUTBOX)
