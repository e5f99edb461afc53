"""Serves the stand-in over HTTP from a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

LOOKS_FOR_ITS_END = 0.02  # seconds: who stops it waits no longer than that


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing: paths hold user ids. Small answers leave at once."""

    disable_nagle_algorithm = True

    def log_request(self, *_: Any) -> None:
        """No access log."""


@contextmanager
def serving(app: Flask, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The address (http://host:port) at which the app answers while the block runs; port 0 takes a free one."""
    server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler)
    loop = {"poll_interval": LOOKS_FOR_ITS_END}
    threading.Thread(target=server.serve_forever, kwargs=loop, name="simulator", daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
