"""A stand-in with three people and one group, a bot that only listens, and LINE's own SDK as its client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, MessagingApiBlob

from bot.simulator import Simulator, create_simulator, serving

SECRET, TOKEN = "secret", "token"
BANGKOK = timezone(timedelta(hours=7))
NETWORK = {
    "enterprises": [{"id": "E1", "short_name": "ทอผ้า"}],
    "members": [
        {"id": f"M0{n}", "line_user_id": f"U{n:032x}", "call_as": name, "enterprise_id": "E1", "rooms": rooms}
        for n, name, rooms in ((1, "แม่บัว", ["G1"]), (2, "ลุงโขง", ["G1"]), (3, "น้องแพร", []))
    ],
    "network": {"rooms": [{"id": "G1", "line_group_id": f"C{1:032x}", "name": "ห้องใหญ่"}]},
}


@dataclass
class Time:
    """A clock and a wall that stand still until moved."""

    now: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=BANGKOK)
    wall: float = 1_795_000_000.0


@dataclass
class ListeningBot:
    """Keeps what the webhooks brought and answers each with `status`."""

    status: int = 200
    requests: list[tuple[bytes, Mapping[str, str]]] = field(default_factory=list)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.requests.append((body, headers))
        return self.status

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body, _ in self.requests for event in orjson.loads(body)["events"]]

    @property
    def event(self) -> dict[str, Any]:
        return self.events[-1]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def bot() -> ListeningBot:
    return ListeningBot()


@pytest.fixture
def simulator(time: Time, bot: ListeningBot) -> Simulator:
    return create_simulator(
        channel_secret=SECRET,
        access_token=TOKEN,
        bot_url="http://bot.invalid",
        network=NETWORK,
        public_url="https://demo.saan.example",
        clock=lambda: time.now,
        wall=lambda: time.wall,
        deliver=bot,
    )


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    with serving(simulator.app) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[ApiClient]:
    with ApiClient(Configuration(host=url, access_token=TOKEN)) as client:
        yield client


@pytest.fixture
def api(client: ApiClient) -> MessagingApi:
    return MessagingApi(client)


@pytest.fixture
def blob(client: ApiClient) -> MessagingApiBlob:
    return MessagingApiBlob(client)
