"""What became of an announcement: who got it, by which way, what failed and why, and who took note."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Select, func, select

from bot.cards import Row
from bot.first_try import OVER_BUDGET
from bot.notices import WITHDRAWN
from bot.reach import BLOCKED, GONE, LEFT, MUTED, NO_ROLE, UNBOUND
from bot.turn import Turn
from handlers.announcement_sending import KIND
from models.announcements import Acknowledgement, Announcement
from models.audiences import count_of, lacking
from models.chats import Chat, Room
from models.people import Member, Membership
from models.post import Delivery, Notice, stands, stands_why, unwritten

Columns = TypeVarTuple("Columns")

ANSWERS = ("noted", "safe", "help")  # the latter two of an emergency
FAILED = ("dead", "expired", "dropped")
NAMED_AT_MOST = 3
WAITING = ("planned", "waiting", "sending")
REASONS = {
    BLOCKED: "blocked",
    LEFT: "left",
    UNBOUND: "left",
    GONE: "gone",
    NO_ROLE: "gone",
    MUTED: "muted",
    WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Way:
    """How chats got it, counted."""

    rode: int
    pushed: int
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class Named:
    """One enterprise's people, of those who answered and of those who have not."""

    enterprise: str
    answered: list[str]
    lacking: list[str]


def way_of(turn: Turn, announcement: Announcement) -> Way:
    """What its deliveries say."""
    states: Counter[str] = Counter()
    each = _of(announcement, select(stands().label("state"), Delivery.way)).subquery()
    query = select(each.c.state, each.c.way, func.count()).group_by(each.c.state, each.c.way)
    for state, way, count in turn.session.execute(query):
        states["rode" if way == "ride" and state == "sent" else _state(state)] += count
    waiting = states["waiting"] + unwritten(turn.session, KIND, announcement.id)
    return Way(states["rode"], states["pushed"], waiting, states["failed"])


def failures(turn: Turn, announcement: Announcement, limit: int) -> list[tuple[str, str]]:
    """The first chats that did not get it, by name, and why, as a msgid's last part."""
    query = _of(announcement, select(Delivery.lane, stands(), stands_why())).where(stands().in_(FAILED))
    return [
        (_chat_name(turn, announcement, lane), _why(state, problem))
        for lane, state, problem in turn.session.execute(query.order_by(Delivery.id).limit(limit))
    ]


def counts(turn: Turn, announcement: Announcement) -> Counter[str]:
    """Answers by kind; `unnamed` are taps by who is not known."""
    found: Counter[str] = Counter()
    for one in _answers(turn, announcement):
        found[one.answer] += 1
        found["unnamed"] += one.member_id is None
    return found


def by_enterprise(turn: Turn, announcement: Announcement) -> list[Named]:
    """Names, for one-to-one."""
    answered = [one.member for one in _answers(turn, announcement) if one.member is not None]
    still = turn.session.scalars(lacking(turn.session, announcement)).all()
    groups: dict[str, Named] = {}
    for people, field in ((answered, "answered"), (still, "lacking")):
        for person in people:
            group = _group(turn, announcement, person)
            named = groups.setdefault(group, Named(group, [], []))
            getattr(named, field).append(person.call_as)
    return sorted(groups.values(), key=lambda one: one.enterprise)


def report_rows(turn: Turn, announcement: Announcement) -> list[Row]:
    """The lines of its card."""
    way, answers = way_of(turn, announcement), counts(turn, announcement)
    shown = [
        ("got", _got(turn, way)),
        ("waiting", _waiting(turn, announcement, way)),
        ("failed", _failed(turn, announcement, way)),
    ]
    if announcement.emergency_id is not None:
        shown += [("safe", str(answers["safe"])), ("help", str(answers["help"]))]
    elif announcement.acknowledge_by is not None:
        shown.append(("noted", noted_of(turn, announcement)))
    if answers["unnamed"]:
        shown.append(("unnamed", turn.say("announcements.taps", count=answers["unnamed"])))
    return [Row(turn.say(f"announcements.row.{name}"), value) for name, value in shown if value]


def noted_of(turn: Turn, announcement: Announcement) -> str:
    """How many of those who were asked took note: 7 จาก 12 คน."""
    answers = counts(turn, announcement)
    noted = sum(answers[answer] for answer in ANSWERS) - answers["unnamed"]
    everybody = noted + count_of(turn.session, lacking(turn.session, announcement))
    return turn.say("announcements.noted_of", count=noted, all=everybody)


def _got(turn: Turn, way: Way) -> str:
    """By which way it came, where it came by any: what a file brought was made known without the bot."""
    told = [(name, getattr(way, name)) for name in ("pushed", "rode")]
    return " · ".join(turn.say(f"announcements.got.{name}", count=count) for name, count in told if count)


def _waiting(turn: Turn, announcement: Announcement, way: Way) -> str:
    short = _of(announcement, select(Delivery.id), all_ways=True).where(
        Delivery.state == "planned", Delivery.problem == OVER_BUDGET
    )
    if turn.session.scalar(short.limit(1)) is not None:
        return turn.say("announcements.waits_for_budget", count=way.waiting)
    return str(way.waiting or "")


def _failed(turn: Turn, announcement: Announcement, way: Way) -> str:
    found = failures(turn, announcement, NAMED_AT_MOST)
    told = [f"{name} ({turn.say(f'announcements.why.{why}')})" for name, why in found]
    more = way.failed - len(found)
    return ", ".join(told) + (f" +{more}" if more > 0 else "")


def _state(state: str) -> str:
    if state in WAITING:
        return "waiting"
    return "failed" if state in FAILED else "pushed"


def _why(state: str, problem: str | None) -> str:
    return "late" if state == "expired" else REASONS.get(problem or "", "refused")


def _of(announcement: Announcement, query: Select[*Columns], *, all_ways: bool = False) -> Select[*Columns]:
    """Of its deliveries; a multicast is one of them only where all ways are asked for."""
    query = query.join(Notice, Notice.id == Delivery.notice_id)
    query = query.where(Notice.kind == KIND, Notice.object_id == announcement.id)
    return query if all_ways else query.where(Delivery.way != "multicast")


def _answers(turn: Turn, announcement: Announcement) -> Sequence[Acknowledgement]:
    query = select(Acknowledgement).where(Acknowledgement.announcement_id == announcement.id)
    return turn.session.scalars(query.order_by(Acknowledgement.id)).all()


def _chat_name(turn: Turn, announcement: Announcement, lane: str) -> str:
    room = turn.session.scalar(select(Room).join(Chat, Chat.id == Room.chat_id).where(Chat.line_id == lane))
    if room is not None:
        return room.name
    member = turn.session.scalar(select(Member).where(Member.line_user_id == lane))
    return member.call_as if member else ""


def _group(turn: Turn, announcement: Announcement, person: Member) -> str:
    query = select(Membership).where(
        Membership.member_id == person.id, Membership.network_id == announcement.network_id
    )
    membership = turn.session.scalar(query)
    enterprise = membership.enterprise if membership else None
    return enterprise.short_name if enterprise else turn.say("announcements.no_enterprise")
