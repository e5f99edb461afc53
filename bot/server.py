"""gunicorn, set up for one process in which web, worker and clock live together."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

WEB_THREADS = 8
GRACE_SECONDS = 10


class EmbeddedServer(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Serves one application from one worker process; `start` and `stop` run in that process."""

    def __init__(
        self, port: int, load: Callable[[], Flask], start: Callable[[], None], stop: Callable[[], None]
    ) -> None:
        self._options: dict[str, Any] = {
            "bind": f"0.0.0.0:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": WEB_THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            # Threads and connections are started after the fork, in the process that uses them.
            "post_worker_init": lambda worker: start(),
            "worker_exit": lambda server, worker: stop(),
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
