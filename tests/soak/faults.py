"""LINE's own faults, mixed at random, with all that may be on its way: answers, pushes, rides, multicasts."""

import random
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import orjson
from sqlalchemy import func, select

from bot.notices import Urgency
from models.post import IS_UNTRIED, Delivery
from tests.letters import write
from tests.soak.counts import Counts, Wanted, tally
from tests.town import active, crowded
from tests.world import DEMO, World, world

PEOPLE = 60  # more than are pushed to one by one
ROOM = "G1"
FAULTS = (None, "down", "rate", "timeout_before", "timeout_after", "unauthorized")
PATIENCE = 0.2  # seconds in which LINE must answer, while this lasts
MONTHS_LIMIT = 100_000
A_SEASON = 25  # rounds, after which LINE is well until the next month has begun
THANKS = 3  # times that each person says something then: an answer carries four more messages
WINDOW = 60 * 24  # hours in which all that is said unasked stays worth saying


def line_drill(database_url: str, folder: Path, *, rounds: int, seed: int) -> Counts:
    """Every second call or so fails; once LINE is well again and a new month has begun, all must have arrived."""
    chance, counts, wanted = random.Random(seed), Counts(), Wanted()
    network = crowded(orjson.loads(DEMO.read_bytes()), PEOPLE)
    with world(database_url, folder, network=network) as bot, patch("bot.line.READ_SECONDS", PATIENCE):
        bot.simulator.outgoing.limit = MONTHS_LIMIT
        people = [member["id"] for member in network["members"] if active(member)]
        for number in range(rounds):
            _strike(bot, chance)
            _report(bot, bot.person(chance.choice(people)), 10_001 + number, wanted)
            _notify(bot, chance, number, people, wanted)
            counts.events += 2
            bot.person("M04").in_group(ROOM).says("สวัสดีตอนเช้าจ้า")
            _go_on(bot, seconds=chance.randint(1, 40))
            if number % A_SEASON == A_SEASON - 1 or number == rounds - 1:
                counts.events += _turn_month(bot, people)
        tally(bot.line, bot.house.store, wanted, counts, ordered=False)
    return counts


def _strike(bot: World, chance: random.Random) -> None:
    """What goes wrong now: before or after LINE accepts, at once or by letting wait; or somebody spends the month.

    A token that is tried again is refused only where it was used: the bot asks for no other before it is too old.
    """
    faults = bot.line.faults
    faults.api, faults.times = chance.choice(FAULTS), chance.randint(1, 3)
    faults.hang = chance.choice((0.0, 0.0, 2 * PATIENCE))
    faults.late_tokens = faults.api is None and chance.random() < 0.4 and not _is_unsure(bot)
    if chance.random() < 1.5 / A_SEASON:
        bot.simulator.outgoing.spent = MONTHS_LIMIT


def _is_unsure(bot: World) -> bool:
    """Whether a reply is tried again of which nobody knows if LINE took it."""
    with bot.house.store.session() as session:
        tried = (Delivery.way == "reply") & (Delivery.state == "sending")
        return bool(session.scalar(select(func.count()).where(tried)))


def _report(bot: World, person, total: int, wanted: Wanted) -> None:
    wanted.add(person.chat_id, f"{total:,} บาท")
    wanted.reports += 1
    person.says(f"วันนี้ขายผ้าได้ 2 ผืน {total} บาท")
    person.says("ยกเลิก")


def _notify(bot: World, chance: random.Random, number: int, people: list[str], wanted: Wanted) -> None:
    """Something is said unasked: to one, to a room or to all; at once or with talk to come; urgent or not."""
    kind, due = chance.choice((("push", 0.0), ("ride", 1.0), ("due", 0.1)))
    to, rooms = chance.choice((([chance.choice(people)], ()), ((), (ROOM,)), (people, ())))
    words = f"{kind} {number}."
    urgency = chance.choice(tuple(Urgency))
    about = f"test:{number}"
    write(bot, words, members=to, rooms=rooms, about=about, due=due, until=WINDOW, urgency=urgency)
    for key in to:
        wanted.add(bot.person(key).chat_id, words)
    for room in rooms:
        wanted.add(bot.line.group(room).group_id, words)


def _go_on(bot: World, **by: float) -> None:
    bot.clock.forward(**by)
    bot.house.sweep.release_due(bot.clock.now)
    bot.sweep()


def _turn_month(bot: World, people: list[str]) -> int:
    """LINE is well for a day, all for whom something waits say something, and then the next month begins.

    Gives how many events these were.
    """
    faults = bot.line.faults
    faults.api, faults.times, faults.late_tokens = None, None, False
    for _ in range(24):
        _go_on(bot, hours=1)
    said = 0
    for key in people * THANKS:
        if _waits(bot, bot.person(key).chat_id):
            bot.person(key).says("ขอบคุณค่ะ")
            said += 1
    begins = (bot.clock.now.replace(day=1) + timedelta(days=32)).replace(day=2, hour=10, minute=0)
    bot.clock.now = max(bot.clock.now, begins)
    for _ in range(4):
        _go_on(bot, hours=1)
    return said


def _waits(bot: World, lane: str) -> bool:
    """Whether something may still ride into this chat."""
    with bot.house.store.session() as session:
        return bool(session.scalar(select(func.count()).where(IS_UNTRIED, Delivery.lane == lane)))
