"""`saan serve`, `worker`, `clock`, `tick`, `housekeep`: the processes, and what they do when asked once."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.backups.ledger import Ledger, LedgerProblem
from bot.clock import Clock, wall_of
from bot.commands.database import opened
from bot.housekeeping import Kept
from bot.housekeeping import housekeep as forget
from bot.server import CLOCK_SECONDS, GRACE_SECONDS, TURNS_SECONDS, EmbeddedServer
from bot.settings import DEMANDED, SPEAKING, Settings, SettingsProblem, load_settings
from models.attachments import attachments_of
from models.migrate import pending, upgrade
from models.store import Store

if TYPE_CHECKING:
    from flask import Flask

    from bot.app import House

BANGKOK = ZoneInfo("Asia/Bangkok")
SETTLE_IN_SECONDS = 2.0  # so long webhooks may wait at a start: LINE waits two for an answer

log = logging.getLogger(__name__)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default: PORT).")
def serve(port: int | None) -> None:
    """Web, worker and clock in one process."""
    settings = load_settings(DEMANDED)
    running: list[House] = []
    clocks: list[Clock] = []

    def load() -> "Flask":
        # Imported after the fork: the parent process, which only watches, stays small.
        from bot.app import build

        store = opened(settings.database)
        upgrade(store)
        store.close()
        running.append(build(settings, alone=True))
        return running[0].web()

    def start() -> None:
        from bot.app import start_working

        house = running[0]
        house.inbox.forget_leases()  # this is the only process that works: nobody else holds one
        start_working(house)
        if not settings.saan_clock_shift:
            clocks.append(_clock_of(house))
            clocks[0].start()
            clocks[0].settle_in(SETTLE_IN_SECONDS)

    def stop() -> None:
        from bot.app import stop_working

        _end_within(TURNS_SECONDS + CLOCK_SECONDS)
        for house in running:
            stop_working(house, TURNS_SECONDS)
        for clock in clocks:
            clock.stop(CLOCK_SECONDS)
        _end()

    EmbeddedServer(settings.port if port is None else port, load, start, stop).run()


@click.command()
def worker() -> None:
    """Work on chats, beside `web`."""
    from bot.app import answer_metrics, build, shared_metrics, start_working, stop_working

    settings = _upgraded(load_settings(DEMANDED))
    house = build(settings, metrics_folder=shared_metrics(settings))
    answer_metrics(house)
    start_working(house)
    _wait_for_the_end()
    stop_working(house, TURNS_SECONDS)
    _end()


@click.command()
def clock() -> None:
    """Decide what is due, beside `web` and `worker`; several may run, one works and the others stand by."""
    from bot.app import answer_metrics, build, shared_metrics

    settings = _upgraded(load_settings(SPEAKING))
    house = build(settings, metrics_folder=shared_metrics(settings))
    answer_metrics(house)
    keeper = _clock_of(house)
    keeper.start()
    _wait_for_the_end()
    if not keeper.stop():
        log.warning("What the clock had in hand is left to the next one: the database takes it back")
    _end()


@click.command()
@click.option(
    "--at", "at_text", required=True, metavar="ISO", help="The time; without an offset it is Bangkok's."
)
def tick(at_text: str) -> None:
    """Do what is due at a time, and return when it is delivered; may be repeated, also beside a running `serve`."""
    from bot.ticks import Ticks

    now = _moment(at_text)
    try:
        done = Ticks(_upgraded(load_settings(SPEAKING)))(now)
    except LedgerProblem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(_counts(done.forgotten))
    for name in done.failed:
        click.echo(f"{name} failed; the log says where", err=True)
    if done.waiting:
        click.echo(f"{done.waiting} chats still wait for what is due; see `saan outbox list`", err=True)
    sys.exit(1 if done.failed or done.waiting else 0)


@click.command()
def housekeep() -> None:
    """Forget what is due to be forgotten."""
    settings = _upgraded(load_settings())
    store = opened(settings.database)
    attachments = attachments_of(store, settings.saan_data_dir)
    now = wall_of(settings)()
    click.echo(_counts(forget(store, attachments, Kept.from_settings(settings), now)))
    if settings.key:  # without it nobody was erased by this bot, nor can the ledger be signed
        try:
            Ledger(settings.ledger, settings.key).catch_up(store, now)
        except LedgerProblem as problem:
            raise click.ClickException(str(problem)) from None


def _clock_of(house: "House") -> Clock:
    """The clock of this process; it may have to stand by."""
    from bot.alone import alone_on

    kept, wall = Kept.from_settings(house.settings), house.tools.wall

    def tidy(go_on: Callable[[], bool]) -> None:
        forget(house.store, house.tools.attachments, kept, wall(), go_on=go_on)
        house.tools.ledger.catch_up(house.store, wall())

    return Clock(house.store, alone_on(house.store), house.sweep, tidy, wall)


def _counts(done: dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in done.items())


def _moment(words: str) -> datetime:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        raise click.BadParameter(
            f"{words!r} is no ISO time such as 2026-11-24T10:00", param_hint="--at"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=BANGKOK)).astimezone(UTC)


def _upgraded(settings: Settings) -> Settings:
    """The settings, if the database has the form that this version needs."""
    store = Store(settings.database)
    lacking = pending(store)
    store.close()
    if lacking:
        raise SettingsProblem(f"the database lacks {len(lacking)} migrations; run `saan db upgrade`")
    return settings


def _wait_for_the_end() -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    stop.wait()
    _end_within(GRACE_SECONDS)


def _end() -> None:
    """End at once: its threads would be waited for, and Python takes seconds to take all words and places down."""
    logging.shutdown()
    os._exit(0)


def _end_within(seconds: float) -> None:
    """End the process then, whatever still hangs in it: that is as after a crash, and nothing of it is lost."""
    end = threading.Timer(seconds, os._exit, (0,))
    end.daemon = True
    end.start()
