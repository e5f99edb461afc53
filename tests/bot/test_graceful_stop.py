"""A process that is told to end finishes what it has in hand, hands back the rest, and nothing is lost or doubled."""

import orjson
import pytest
from sqlalchemy import func, select

from models.post import Delivery, Event, Heartbeat, Lane
from tests.bot.processes import SAAN, running, web
from tests.town import Town, settled, until
from tests.world import DEMO

REPORT = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท"
MOST_SECONDS = 10.0

pytestmark = pytest.mark.crash


class Here:
    """LINE's stand-in, and what the processes share."""

    def __init__(self, town: Town) -> None:
        self.town, self.line, self.store, self.port = town, town.line, town.store, town.port

    def runs(self, command: list[str]):
        """A process of this bot, while the block runs."""
        return running(command, self.town.environment, self.town.folder)

    def serves(self):
        """The bot in one process."""
        return self.runs([*SAAN, "serve", "--port", str(self.port)])

    def ready(self) -> None:
        """Wait for it."""
        until(self.town.receives, "the bot did not start")

    def count(self, model, *where) -> int:
        with self.store.session() as session:
            return session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    def is_sending(self) -> bool:
        return self.count(Delivery, Delivery.state == "sending") > 0

    def answers(self) -> tuple[int, int]:
        """How many replies LINE took, and how many answers are known to be sent; a notice may ride with one."""
        taken = sum(call.accepted and call.path.endswith("/reply") for call in self.line.calls)
        return taken, self.count(Delivery, Delivery.key.startswith("reply:"), Delivery.state == "sent")

    def holders(self) -> set[str]:
        """Who works on a chat now."""
        with self.store.session() as session:
            return set(session.scalars(select(Lane.holder).where(Lane.holder.is_not(None))))


@pytest.fixture
def here(database_url, tmp_path):
    network = orjson.loads(DEMO.read_bytes()) | {"meetings": []}  # whose reminders would depend on the day
    with Town(database_url, tmp_path, network=network).open() as town:
        yield Here(town)


def test_a_stop_in_the_middle_of_a_call_to_line_loses_and_doubles_nothing(here):
    """LINE answers within the stop's patience, then not: each answer arrives once, and what waited is done later."""
    person = here.line.person("M04")
    for slow, said in ((2.0, REPORT), (12.0, "สวัสดีค่ะ")):
        with here.serves() as process:
            here.ready()
            until(lambda: settled(here.store), "the bot did not go on")
            here.line.faults.slow, here.line.faults.path = slow, "/reply"
            person.says(said)
            person.says("ยกเลิก")
            until(here.is_sending, "nothing was sent")
            ends_well(process)
        here.line.faults.slow = 0.0
        assert here.holders() == set()
        assert here.count(Event, Event.state == "waiting") == 1
    with here.serves():
        until(lambda: settled(here.store), "the bot did not go on")
    assert "5,200" in person.received[0].text
    assert "ยกเลิกแล้ว" in person.received[1].text
    assert here.count(Event, Event.state == "done") == 4
    assert here.answers() == (4, 4)


def test_another_worker_goes_on_at_once_with_what_one_hands_back(here):
    """The lease is not waited for: reply tokens live for a minute. The clock beside them ends as well."""
    person = here.line.person("M04")
    here.line.faults.slow, here.line.faults.path = 12.0, "/reply"
    with (
        here.runs(web(here.port)),
        here.runs([*SAAN, "worker"]) as first,
        here.runs([*SAAN, "clock"]) as clock,
    ):
        here.ready()
        person.says(REPORT)
        person.says("ยกเลิก")
        until(here.is_sending, "nothing was sent")
        (held,) = here.holders()
        with here.runs([*SAAN, "worker"]):
            ends_well(first)
            assert held not in here.holders()
            here.line.faults.slow = 0.0
            until(lambda: settled(here.store), "nobody went on")
        until(lambda: here.count(Heartbeat) == 1, "the clock does not beat")
        ends_well(clock)
    assert here.answers() == (2, 2)


def ends_well(process) -> None:
    """Told to end, it does so in time and without an error."""
    code, seconds = process.end()
    assert (code, seconds < MOST_SECONDS) == (0, True), f"{code} after {seconds:.1f} s"
