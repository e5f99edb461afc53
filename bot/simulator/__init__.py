"""A stand-in for LINE: its HTTP API, its webhooks, and a web chat where anyone can try the bot without an account.

It knows the bot only as LINE does: signed webhooks to POST {bot_url}/callback, and calls of LINE's API.

    simulator = create_simulator(channel_secret="s", access_token="t", bot_url="http://127.0.0.1:8000", …)
    with serving(simulator.app) as line_url:      # give this to the bot as LINE's address
        bua = simulator.line.person("M04")
        bua.says("สวัสดี")
        assert "สวัสดี" in bua.received[-1].text
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from bot.simulator.api import api
from bot.simulator.courier import Deliver, post_to
from bot.simulator.outgoing import Outgoing
from bot.simulator.page import page
from bot.simulator.platform import Line
from bot.simulator.proxy import proxy
from bot.simulator.seeds import from_network
from bot.simulator.serve import serving
from bot.simulator.state import Json
from bot.simulator.webhooks import Mention, sign

__all__ = ["Line", "Mention", "Simulator", "create_simulator", "serving", "sign"]


@dataclass(frozen=True)
class Simulator:
    """The platform, its sending half (quota), and the Flask app that serves both and the page."""

    line: Line
    outgoing: Outgoing
    app: Flask


def create_simulator(
    *,
    channel_secret: str,
    access_token: str,
    bot_url: str,
    network: Json,
    public_url: str,
    clock: Callable[[], datetime],
    on_clock: Callable[[datetime], None] | None = None,
    wall: Callable[[], float] = time.time,
    deliver: Deliver | None = None,
    quota: int | None = 300,
) -> Simulator:
    """A stand-in for LINE, with the people and rooms of `network` (the format of the sample network).

    `clock` gives aware datetimes and `on_clock` is called with the new one when the page moves it; None hides
    the clock's buttons. `wall` (seconds since 1970) ages reply tokens and retry keys. Without `deliver` webhooks
    are posted to `bot_url` from a thread, in order; with it, it is called at once in the caller's thread.
    `public_url` is the https address the bot names in its messages; the page shows what is there through itself.
    `quota` is the month's counted messages, None for no limit.
    """
    line = Line(
        from_network(network),
        channel_secret=channel_secret,
        deliver=deliver or post_to(bot_url),
        clock=clock,
        wall=wall,
    )
    if deliver is None:
        line.courier.start()
    outgoing = Outgoing(line, quota)
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(api(line, outgoing, access_token, f"{bot_url}/callback"))
    app.register_blueprint(page(line, outgoing, public_url, on_clock))
    app.register_blueprint(proxy(bot_url, public_url))
    return Simulator(line, outgoing, app)
