"""A whole bot beside a stand-in for LINE, in one process and one thread, under a clock of the test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from bot.app import House, build
from bot.jobs import Queue
from bot.settings import load_settings
from bot.simulator import Simulator, create_simulator, serving
from bot.understanding import places
from bot.understanding.words import cut
from models.network import Network
from models.network_file import load_network
from models.store import Store

BANGKOK = ZoneInfo("Asia/Bangkok")
DEMO = Path(__file__).parent.parent / "models" / "demo_network.json"
SECRET, TOKEN, KEY = "channel-secret", "access-token", "k" * 40
PUBLIC_URL = "https://bot.example"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=BANGKOK)  # a Tuesday


class Clock:
    """A time that only tests move."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.skew = timedelta()  # by which the bot's own wall clock is wrong

    def __call__(self) -> datetime:
        return self.now

    def wall(self) -> datetime:
        """What the bot takes for the time, in UTC."""
        return (self.now + self.skew).astimezone(UTC)

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class HandJobs:
    """Jobs that are done when the test says so, one after the other."""

    def __init__(self) -> None:
        self.lanes: list[str] = []

    def wake(self, lanes, queue=Queue.CHATS) -> None:
        self.lanes += [lane for lane in lanes if lane not in self.lanes]


class World:
    """The bot, LINE's stand-in with the demo network's people, and the clock they share."""

    def __init__(self, house: House, simulator: Simulator, clock: Clock, jobs: HandJobs) -> None:
        self.house, self.simulator, self.clock, self.jobs = house, simulator, clock, jobs
        self.line = simulator.line
        self.client = house.web().test_client()

    def person(self, key: str):
        """Somebody by the network file's id (M04), one-to-one with the bot."""
        return self.line.person(key)

    def deliver(self, body: bytes, headers) -> int:
        """A webhook comes in; all it causes is done before this returns."""
        answer = self.client.post("/callback", data=body, headers=dict(headers))
        self.work()
        return answer.status_code

    def work(self) -> None:
        """Do all that is waiting."""
        while self.jobs.lanes:
            self.house.drain(self.jobs.lanes.pop(0))

    def tick(self, **by: float) -> None:
        """The time goes on by this (days, hours, minutes …); what is due then is done and delivered."""
        self.clock.forward(**by)
        assert self.house.sweep.look(self.clock.wall()) == []
        self.house.sweep.write_on(self.clock.wall())
        self.house.sweep.release_due(self.clock.wall())
        self.sweep()

    def sweep(self) -> None:
        """Do what is due by now, as the sweep of a running bot does."""
        self.jobs.wake([*self.house.outbox.asleep(), *self.house.inbox.asleep()])
        self.work()


@contextmanager
def world(
    database_url: str, folder: Path, *, network: dict | None = None, now: datetime = NOW
) -> Iterator[World]:
    """A bot with the demo network loaded, ready to be talked to."""
    network = network or orjson.loads(DEMO.read_bytes())
    clock, jobs = Clock(now), HandJobs()
    made: list[World] = []
    simulator = create_simulator(
        channel_secret=SECRET,
        access_token=TOKEN,
        bot_url="http://bot.invalid",
        network=network,
        public_url=PUBLIC_URL,
        clock=clock,
        wall=lambda: clock.now.timestamp(),  # noqa: PLW0108 - `now` changes
        deliver=lambda body, headers: made[0].deliver(body, headers),  # noqa: PLW0108 - not made yet
    )
    with serving(simulator.app) as line_url:
        settings = load_settings(
            line_channel_secret=SECRET,
            line_channel_access_token=TOKEN,
            line_api_url=line_url,
            database_url=database_url,
            saan_data_dir=folder,
            saan_secret_key=KEY,
            public_url=PUBLIC_URL,
        )
        house = build(settings, own_wall=clock.wall, jobs=jobs)
        if not is_loaded(house.store):
            load_demo(database_url, network)
        made.append(World(house, simulator, clock, jobs))
        yield made[0]
        house.store.close()
        house.webhook.store.close()


def is_loaded(store: Store) -> bool:
    """Whether the database holds a network."""
    with store.session() as session:
        return session.scalar(select(Network.id).limit(1)) is not None


def load_demo(database_url: str, network: dict) -> None:
    """Load a network's file into a migrated database."""
    store = Store(database_url)
    with store.session() as session:
        load_network(session, orjson.dumps(network), cut=cut, places=places, progress=lambda *_: None)
    store.close()
