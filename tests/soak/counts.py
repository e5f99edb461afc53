"""What a drill found: what LINE's stand-in saw, held against what was stored.

All that is said in a drill bears a mark that nothing else bears, such as `push 17.` or the sum of a report; so each
time that people saw it can be counted.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import select

from bot.first_try import OVER_BUDGET
from bot.outbox import messages_of
from bot.simulator.reading import words
from models.chats import Form
from models.post import Delivery, Event, stands
from models.store import Store

PUSH, SUM = re.compile(r"push (\d+)\."), re.compile(r"(\d{2,3},\d{3}) บาท")
MARK = re.compile(r"(?:push|ride|due|meet) \d+\.|\d{2,3},\d{3} บาท")


@dataclass
class Counts:
    """Lost, doubled, wrong and out of order must be nought; replies of unknown outcome are counted."""

    killed: int = 0
    ended: int = 0  # told to end
    events: int = 0
    said: int = 0  # answers and notices that people were to see
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    out_of_order: int = 0
    unknown: int = 0  # replies of which LINE never told whether it took them
    said_again: int = 0  # of these, those that the next answer repeated although LINE had them
    refused: int = 0  # answers that the month did not allow before they were stale: the operator is told
    absorbed: int = 0  # pushes and multicasts that LINE had already: their retry key told it
    rode: int = 0
    details: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """What must be nought."""
        return self.lost + self.doubled + self.wrong + self.out_of_order

    def note(self, kind: str, number: int, what: str) -> None:
        """Count something, and say what it was."""
        if number > 0:
            setattr(self, kind, getattr(self, kind) + number)
            self.details.append(f"{kind}: {what}")


@dataclass
class Wanted:
    """What people are to see: each mark so many times in its chat."""

    marks: dict[tuple[str, str], int] = field(default_factory=dict)
    reports: int = 0  # each opens one form, which is cancelled

    def add(self, lane: str, mark: str, times: int = 1) -> None:
        """This is to be seen there."""
        self.marks[lane, mark] = times


def tally(line, store: Store, wanted: Wanted, counts: Counts, *, ordered: bool = True) -> Counts:
    """Hold all that was said against all that was stored, when nothing waits any more.

    Not `ordered`: answers pass pushes that have to wait, and what is urgent passes the rest.
    """
    seen = _seen(line)
    sent = _sent(store)
    counts.said = sum(wanted.marks.values())
    for (lane, mark), times in wanted.marks.items():
        _compare(
            counts, f"{mark} in {lane[:1]}…{lane[-3:]}", times, seen[lane, mark], sent.get((lane, mark), [])
        )
    _count_events(store, wanted, counts, ordered)
    counts.absorbed = sum(call.status == 409 for call in line.calls)
    if ordered:
        for lane, earlier, later in _disorder(line):
            was = [(sent.get((lane, mark), []), mark) for mark in (earlier, later)]
            counts.note("out_of_order", 1, f"seen in {lane[:1]}…{lane[-3:]}: {was}")
    return counts


@dataclass(frozen=True)
class _Sent:
    id: int
    state: str
    way: str
    tries: int
    repeated: bool
    problem: str | None


def _compare(counts: Counts, what: str, times: int, seen: int, sent: list[_Sent]) -> None:
    states = {one.state for one in sent}
    again = sum(one.repeated for one in sent)
    told = f"{what}: seen {seen} of {times}, stored {sent}"
    counts.note("doubled", seen - times - again, told)
    counts.said_again += max(0, min(seen - times, again))
    if seen < times and states == {"expired"} and {one.problem for one in sent} == {OVER_BUDGET}:
        counts.refused += times - seen
    elif seen < times:
        sure = sum(one.state == "sent" and one.way not in ("ride", "batch") for one in sent)
        if "unknown" not in states or sure > seen:
            counts.note("lost", times - seen, told)
    elif times and not states & {"sent", "unknown"}:
        counts.note("wrong", 1, told)
    counts.rode += any(one.way == "ride" and one.state == "sent" for one in sent)


def _count_events(store: Store, wanted: Wanted, counts: Counts, ordered: bool) -> None:
    with store.session() as session:
        events = Counter(session.scalars(select(Event.state)))
        forms = Counter(session.scalars(select(Form.state)))
        ends = session.execute(select(Event.lane, Event.finished_at).order_by(Event.sent_at, Event.id)).all()
        states = Counter(session.scalars(select(Delivery.state).where(Delivery.way == "reply")))
    counts.note("lost", counts.events - events.total(), f"events {events}")
    counts.note("doubled", events.total() - counts.events, f"events {events}")
    counts.note("wrong", events.total() - events["done"], f"events {events}")
    counts.note(
        "wrong", abs(forms["cancelled"] - wanted.reports), f"forms {forms} of {wanted.reports} reports"
    )
    counts.unknown = states["unknown"]
    last: dict[str, object] = {}
    for lane, end in ends if ordered else ():
        counts.note("out_of_order", lane in last and last[lane] > end, f"events of {lane[-3:]}")
        last[lane] = end


def _seen(line) -> Counter[tuple[str, str]]:
    """How often each mark was seen in each chat."""
    found: Counter[tuple[str, str]] = Counter()
    for chat in list(line.chats.values()):
        for message in chat.received:
            found.update((chat.id, mark) for mark in set(MARK.findall(message.text)))
    return found


def _sent(store: Store) -> dict[tuple[str, str], list[_Sent]]:
    """The deliveries that bear each mark in each chat, oldest first."""
    found: dict[tuple[str, str], list[_Sent]] = {}
    with store.session() as session:
        for delivery, state in session.execute(select(Delivery, stands()).order_by(Delivery.id)):
            one = _Sent(
                delivery.id, state, delivery.way, delivery.attempts, delivery.repeated, delivery.problem
            )
            for mark in {
                mark for said in messages_of(delivery) for mark in MARK.findall("\n".join(words(said)))
            }:
                found.setdefault((delivery.lane, mark), []).append(one)
    return found


def _disorder(line) -> list[tuple[str, str, str]]:
    """What was first seen before something that was said earlier, and that: pushes' numbers and sums rise in each chat.

    Gives the chat and both marks, in the order in which they were seen.
    """
    found = []
    for chat in list(line.chats.values()):
        for kind in (PUSH, SUM):
            first: dict[int, str] = {}
            for message in chat.received:
                for match in kind.finditer(message.text):
                    first.setdefault(int(match[1].replace(",", "")), match[0])
            found += [
                (chat.id, mark, next_mark)
                for (number, mark), (next_number, next_mark) in pairwise(first.items())
                if next_number < number
            ]
    return found
