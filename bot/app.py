"""The composition root: every part is made here, once, and given what it needs."""

import gc
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, request
from werkzeug.serving import make_server

import handlers
from bot.backups.ledger import Ledger
from bot.budget import Purse
from bot.cards import together
from bot.clock import wall_of
from bot.drain import Drain
from bot.due import release_due
from bot.faults import where
from bot.inbox import Inbox
from bot.jobs import Asleep, Jobs, Queue
from bot.jobs.embedded import EmbeddedJobs
from bot.keeping import Keeper
from bot.line import Line, LineAway
from bot.listeners import Listeners
from bot.logs import set_up_logs
from bot.measures import Measures
from bot.ours import Sorter
from bot.outbox import Outbox
from bot.router import Router
from bot.settings import DEMANDED, Settings, SettingsProblem, load_settings
from bot.sweep import Sweep
from bot.tools import Tools
from bot.understanding import reader
from bot.web.calendars import calendars
from bot.web.committer import Committer
from bot.web.health import health
from bot.web.media import media
from bot.web.metrics import metrics
from bot.web.pages import pages
from bot.web.webhook import Webhook
from models.attachments import attachments_of
from models.store import Store

WEBHOOK_PATIENCE = 1.5  # seconds: LINE waits two for an answer
ASK_AGAIN_SECONDS = 60.0

log = logging.getLogger(__name__)


def _as_cards_do(value: Any) -> Any:
    """Words in a page break where those of cards do; its markup is left as it is."""
    return together(value) if type(value) is str else value


class _Web(Flask):
    """Flask, whose log of a fault would show the address: that may be somebody's signed link."""

    def log_exception(self, exc_info: Any) -> None:
        """What failed and where."""
        log.error("%s failed: %s at %s", request.endpoint, *where(exc_info[1]))


@dataclass(frozen=True)
class House:
    """The parts of a running bot."""

    settings: Settings
    store: Store
    inbox: Inbox
    outbox: Outbox
    line: Line
    router: Router
    tools: Tools
    drain: Drain
    sweep: Sweep
    jobs: Jobs
    webhook: Webhook
    measures: Measures

    def web(self) -> Flask:
        """The WSGI application."""
        app = _Web("saan")
        app.jinja_options = {"finalize": _as_cards_do}
        app.register_blueprint(self.webhook.blueprint())
        app.register_blueprint(health(self.webhook.store, self.tools.wall))
        app.register_blueprint(media(self.store, self.tools))
        app.register_blueprint(pages(self.store, self.tools, self.router))
        app.register_blueprint(calendars(self.store, self.tools, self.router))
        app.register_blueprint(self._metrics())
        app.extensions["saan"] = self
        return app

    def metrics(self) -> Flask:
        """The WSGI application that answers /metrics alone."""
        app = _Web("saan")
        app.register_blueprint(self._metrics())
        return app

    def _metrics(self) -> Blueprint:
        token = self.settings.saan_metrics_token.get_secret_value()
        return metrics(self.webhook.store, self.measures, token, self.tools.wall)


def build(
    settings: Settings,
    *,
    own_wall: Callable[[], datetime] | None = None,
    jobs: Jobs | None = None,
    metrics_folder: Path | None = None,
    alone: bool = False,
) -> House:
    """Make all parts; nothing is started yet.

    `own_wall` gives the time of the wall, aware, and `jobs` carries the wake-ups; tests give their own. In
    `metrics_folder` the processes of one host keep their measures together; without it they are this one's alone.
    Who is `alone` works with no other process, and needs no job to be woken by one.
    """
    clock = own_wall or wall_of(settings)
    store = Store(settings.database)
    line = Line(settings.line_channel_access_token.get_secret_value(), settings.line_api_url)
    tools = Tools(
        attachments=attachments_of(store, settings.saan_data_dir),
        key=settings.key,
        public_url=settings.public_url,
        bot_names=settings.bot_names,
        basic_id=_patiently(lambda: line.basic_id),
        wall=clock,
        ledger=Ledger(settings.ledger, settings.key),
    )
    inbox, outbox = Inbox(store, clock), Outbox(store, clock)
    router = Router(handlers.CAPABILITIES)
    purse = Purse(store, line, clock)
    measures = Measures(router.intents, metrics_folder)

    def wake(lanes: Iterable[str]) -> None:
        engine.wake(lanes)

    def send(lanes: Iterable[str]) -> None:
        engine.wake(lanes, Queue.DELIVERIES)

    drain = Drain(store, inbox, outbox, purse, line, router, tools, send, measures)
    asleep = {Queue.CHATS: inbox.asleep, Queue.DELIVERIES: outbox.asleep}
    engine = jobs or _engine(settings, drain, asleep, embedded=alone or store.is_sqlite)

    def release(now: datetime) -> list[str]:
        purse.foresee()
        return release_due(store, now)

    sweep = Sweep(store, tools, router.timed, release, send)
    impatient = Store(settings.database, patience=WEBHOOK_PATIENCE)
    sorter = Sorter(impatient, Listeners(clock), settings.bot_names, router.forms)
    keeper = Keeper(impatient.engine, sorter, tools.hashed, clock)
    webhook = Webhook(
        store=impatient,
        passes_over=sorter.passes_over,
        committer=Committer(keeper.keep, WEBHOOK_PATIENCE),
        secrets=[secret.get_secret_value().encode() for secret in settings.line_channel_secret],
        wake=wake,
        measures=measures,
    )
    return House(settings, store, inbox, outbox, line, router, tools, drain, sweep, engine, webhook, measures)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application alone, for `gunicorn 'bot.app:create_app()'`; workers run beside it."""
    settings = settings or load_settings(DEMANDED)
    set_up_logs(settings.saan_log_format, settings.saan_log_level)
    reader.load()
    return build(settings, metrics_folder=shared_metrics(settings)).web()


def shared_metrics(settings: Settings) -> Path | None:
    """Where a process beside others of its host keeps its measures; None where there is no /metrics."""
    return settings.saan_data_dir / "metrics" if settings.saan_metrics_token.get_secret_value() else None


def answer_metrics(house: House) -> None:
    """Answer /metrics at SAAN_METRICS_PORT, if there is one: for hosts without `web`. Raises SettingsProblem.

    Of several processes on one host the first one answers, for all that share its data folder.
    """
    port, token = house.settings.saan_metrics_port, house.settings.saan_metrics_token.get_secret_value()
    if not port:
        return
    if not token:
        raise SettingsProblem("SAAN_METRICS_PORT needs SAAN_METRICS_TOKEN, which guards /metrics; set both")
    try:
        # Checked beforehand: werkzeug ends the process where the port is taken.
        socket.create_server(("", port)).close()
    except OSError as error:
        log.warning("/metrics is not answered at port %s by this process (%s)", port, error.strerror)
        return
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for each scrape
    server = make_server("", port, house.metrics(), threaded=True)
    threading.Thread(target=server.serve_forever, name="saan-metrics", daemon=True).start()


def start_working(house: House) -> None:
    """Load what is slow to load, and begin to work on chats."""
    reader.load()
    house.router.load()
    # What is loaded stays. The collector would look through it again and again, and hold up everybody each time.
    gc.collect()
    gc.freeze()
    house.jobs.start()


def stop_working(house: House, seconds: float) -> None:
    """Finish the turns in hand, waiting at most so long, and hand back the rest: others go on with it at once."""
    house.inbox.stop()
    house.jobs.stop(seconds)
    house.inbox.hand_back()


def _engine(settings: Settings, drain: Callable[[str], None], asleep: Asleep, *, embedded: bool) -> Jobs:
    if embedded:
        return EmbeddedJobs(drain, asleep, threads=settings.saan_workers)
    # Imported where it is used: it is an extra.
    from bot.jobs.procrastinate import ProcrastinateJobs

    return ProcrastinateJobs(settings.database, drain, asleep, threads=settings.saan_workers)


def _patiently(ask: Callable[[], str]) -> Callable[[], str]:
    """`ask`, but empty while LINE does not answer, and not asked more than once a minute then."""
    failed_at = -ASK_AGAIN_SECONDS

    def answer() -> str:
        nonlocal failed_at
        if time.monotonic() - failed_at < ASK_AGAIN_SECONDS:
            return ""
        try:
            return ask()
        except LineAway as error:
            failed_at = time.monotonic()
            log.warning(
                "LINE does not say who the bot is (%s); buttons to its chat open the chat list", error
            )
            return ""

    return answer
