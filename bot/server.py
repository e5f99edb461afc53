"""gunicorn, set up for one process in which web, worker and clock live together."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from bot.logs import set_up_logs
from bot.settings import load_settings

WEB_THREADS = 8
# A stop, in seconds: requests end first, then the turns in hand, then the clock; who takes longer is ended.
REQUESTS_SECONDS, TURNS_SECONDS, CLOCK_SECONDS, GRACE_SECONDS = 2, 3, 1, 7


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """Lets gunicorn's lines go the way of all others."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's own handlers away."""
        super().setup(cfg)
        settings = load_settings()
        set_up_logs(settings.saan_log_format, settings.saan_log_level)
        for name in ("gunicorn.error", "gunicorn.access"):
            log = logging.getLogger(name)
            log.handlers, log.propagate = [], True


class EmbeddedServer(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Serves one application from one worker process; `start` and `stop` run in that process, `stop` ends it."""

    def __init__(
        self, port: int, load: Callable[[], Flask], start: Callable[[], None], stop: Callable[[], None]
    ) -> None:
        def begin(worker: Any) -> None:
            # The parent waits for all of the stop, its child's requests have a part of it.
            worker.cfg.set("graceful_timeout", REQUESTS_SECONDS)
            start()

        self._options: dict[str, Any] = {
            "bind": f"0.0.0.0:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": WEB_THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "control_socket_disable": True,
            "logger_class": ServerLog,
            "loglevel": "warning",
            # Threads and connections are started after the fork, in the process that uses them.
            "post_worker_init": begin,
            "worker_exit": lambda server, worker: stop() if worker.booted else None,
        }
        self._load = load
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The WSGI application, made in the worker process."""
        return self._load()
