"""Two clocks on one database, and a wall clock that jumps: what is timed happens once, whatever becomes of them."""

import hashlib
import random
import socket
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.heartbeat import CLOCK
from bot.inbox import new_holder
from models.network import Network
from models.people import Member
from models.post import Delivery, Heartbeat
from tests.letters import HOUR, write
from tests.post import held
from tests.soak.counts import MARK, Counts, Wanted, tally
from tests.soak.killing import finish
from tests.soak.load import Load, add_meeting
from tests.town import Town, settled, until
from tests.world import World, world

TAKEN_OVER_WITHIN = 30.0  # seconds
STARTS_WITHIN = 4.0  # seconds, after which a clock that keeps the time sweeps
PEOPLE = ("M03", "M04", "M05", "M06")
INVITED = ("M05", "M13", "M17")  # to whom no digest tells of meetings once more
JUMPS = (-3 * 24, -24, -5, -1, 1, 5, 24, 3 * 24)  # hours
LONGEST_WAIT = 15  # minutes that a lease or a pause may last, whatever the clock said when they began
WINDOW = 60 * 24  # hours, more than the clock is ever wrong by


def two_clocks_drill(database_url: str, folder: Path, *, rounds: int, seed: int) -> Counts:
    """The one that keeps the time is killed again and again: the other takes over, and nothing is said twice."""
    chance, slowest = random.Random(seed), 0.0
    with Town(database_url, folder).open() as town:
        load = Load(town, people=8)
        names = ["serve", "clock"] if town.store.is_sqlite else ["web", "worker", "clock", "clock 2"]
        town.start_all(names)
        clocks = names[-2:]
        with load.talking(pause=0.5):
            for number in range(rounds):
                load.write(number)
                slowest = max(slowest, _take_over(town, clocks, chance, load.counts))
                load.counts.killed += 1
        finish(town, load)
    load.counts.note("wrong", slowest > TAKEN_OVER_WITHIN, "the other clock took over too late")
    load.counts.details.append(f"the slowest took over after {slowest:.1f} s")
    return load.counts


def _take_over(town: Town, clocks: list[str], chance: random.Random, counts: Counts) -> float:
    """Kill the one that keeps the time, and start it again. Gives after how many seconds the other one swept."""
    until(lambda: _keeper(town, clocks) is not None, "nobody keeps the time")
    keeper = _keeper(town, clocks)
    time.sleep(chance.uniform(0.0, 2 * STARTS_WITHIN))
    counts.note("wrong", _keeper(town, clocks) != keeper, "two keep the time")
    town.running[keeper].kill()
    killed = time.monotonic()
    (other,) = set(clocks) - {keeper}
    until(lambda: _keeper(town, clocks) == other, "nobody took over", 2 * TAKEN_OVER_WITHIN)
    seconds = time.monotonic() - killed
    town.start(keeper)
    town.until_ready()
    return seconds


def _keeper(town: Town, clocks: list[str]) -> str | None:
    """Which of these processes swept last."""
    with town.store.session() as session:
        beat = session.get(Heartbeat, CLOCK)
    if beat is None:
        return None
    host = socket.gethostname()
    for name in clocks:
        hashes = {hashlib.sha256(f"{host}:{pid}".encode()).hexdigest() for pid in town.running[name].pids()}
        if any(one.startswith(beat.holder) for one in hashes):
            return name
    return None


def jump_drill(database_url: str, folder: Path, *, rounds: int, seed: int) -> Counts:
    """The bot's wall clock is wrong by hours or days, and set right again, while LINE's own goes on as it should."""
    chance, counts, wanted = random.Random(seed), Counts(), Wanted()
    with world(database_url, folder) as bot:
        bot.simulator.outgoing.limit = None
        for number in range(rounds):
            _jump(bot, chance)
            faults = bot.line.faults
            faults.api = chance.choice((None, "down", "timeout_before", "timeout_after"))
            faults.times, faults.path = chance.randint(1, 3), chance.choice(("/push", "/reply"))
            _said(bot, chance, number, wanted)
            _meeting(bot, chance, number, wanted)
            _dies(bot, chance)
            _jump(bot, chance)
            for _ in range(3):
                bot.clock.forward(seconds=chance.randint(1, 20))
                bot.sweep()
            bot.line.faults.api = None
            minutes = chance.choice((1, 10, 60, 300))
            bot.tick(minutes=minutes)
            stuck = minutes > LONGEST_WAIT and not settled(bot.house.store)
            counts.note("wrong", stuck, f"round {number}: held by times of a clock that was wrong")
        counts.events = 2 * rounds
        bot.clock.skew = timedelta()
        for _ in range(8 * 12):
            bot.tick(hours=3)
        _leave_out_what_was_leapt_over(bot, wanted, counts)
        tally(bot.line, bot.house.store, wanted, counts, ordered=False)
    return counts


def _jump(bot: World, chance: random.Random) -> None:
    """The clock goes wrong, or is set right; not forward by a day while LINE may have a push: it is given up."""
    wrong = timedelta() if bot.clock.skew else HOUR * chance.choice(JUMPS)
    with bot.house.store.session() as session:
        unsure = session.scalar(select(Delivery.id).where(Delivery.state == "sending").limit(1))
    if unsure is None or wrong - bot.clock.skew < 20 * HOUR:
        bot.clock.skew = wrong


def _said(bot: World, chance: random.Random, number: int, wanted: Wanted) -> None:
    """A report, and something that is due now or in some hours, to one or to a room."""
    person = bot.person(chance.choice(PEOPLE))
    wanted.add(person.chat_id, f"{10_001 + number:,} บาท")
    wanted.reports += 1
    members, rooms, lane = chance.choice(
        (([person.account.key], [], person.chat_id), ([], ["G3"], _room(bot)))
    )
    words, due = f"due {number}.", chance.choice((0.0, 3.0, 30.0))
    write(bot, words, members=members, rooms=rooms, about=f"test:{number}", due=due, until=WINDOW)
    wanted.add(lane, words)
    person.says(f"วันนี้ขายผ้าได้ 2 ผืน {10_001 + number} บาท")
    person.says("ยกเลิก")


def _meeting(bot: World, chance: random.Random, number: int, wanted: Wanted) -> None:
    """A meeting after more days than the clock is ever wrong by; one person is reminded of it the evening before."""
    starts = (bot.clock.now + timedelta(days=chance.randint(4, 8))).replace(hour=19, minute=0)
    person = bot.person(chance.choice(INVITED))
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        network.rhythm = {"remind": ["day_before"]}
        member = session.scalars(select(Member).where(Member.line_user_id == person.chat_id)).one()
        add_meeting(session, network, member, f"meet {number}.", starts)
    wanted.add(person.chat_id, f"meet {number}.")


def _dies(bot: World, chance: random.Random) -> None:
    """A process dies with a chat in its hands."""
    if chance.random() < 0.3:
        held(bot.house, bot.person(chance.choice(PEOPLE)).chat_id, new_holder())


def _room(bot: World) -> str:
    return str(bot.line.group("G3").group_id)


def _leave_out_what_was_leapt_over(bot: World, wanted: Wanted, counts: Counts) -> None:
    """Reminders that were planned when the clock leapt behind the meeting: they are marked as too late, and told so."""
    with bot.house.store.session() as session:
        late = session.scalars(select(Delivery).where(Delivery.state == "expired")).all()
        for delivery in late:
            for mark in MARK.findall(delivery.notice.body.decode() if delivery.notice else ""):
                if wanted.marks.pop((delivery.lane, mark), None) is not None:
                    counts.details.append(f"{mark} was leapt over")
