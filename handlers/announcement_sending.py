"""From what was written to what leaves: what it costs, who may send it, and the sending itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from bot.budget import look, price_of
from bot.cards import Message
from bot.notices import Letter, Urgency, Window, Written, withdraw_notices
from bot.turn import Turn
from bot.voice import Speaks
from bot.watch import Watch
from handlers.announcement_cards import Said, announcement_card, said_of, window
from models.announcements import EMERGENCY_LASTS, Announcement, Emergency, emergencies
from models.approvals import ALL, OWN, Approvals
from models.audiences import Audience, Reach, audience_of, count_of, reach
from models.chats import Chat, Room
from models.people import Member
from models.permissions import Role
from models.post import Delivery, Notice, stands

KIND = "announcement"  # of its notices
WENT = ("sent", "unknown", "sending")  # deliveries that arrived, or may have


@dataclass(frozen=True, slots=True)
class Cost:
    """Who would be reached, and what that costs at most."""

    people: int  # one-to-one
    rooms: int
    heads: int  # in these rooms
    price: int  # counted messages if nothing rides
    left: int | None  # of the month's; None: no limit
    fits: bool


def may_send(turn: Turn, audience: Audience) -> bool:
    """Whether the speaker's word is enough: coordinators to all, leaders as the network sets it (models/approvals.py;
    usually to their own enterprise)."""
    if Role.COORDINATOR in turn.roles:
        return True
    own = turn.membership.enterprise_id if turn.membership else None
    if Role.LEADER not in turn.roles or turn.network is None or own is None:
        return False
    allowed = Approvals.of(turn.network.rhythm).leaders_announce
    return allowed == ALL or (allowed == OWN and audience == Audience("enterprise", (str(own),)))


def cost_of(turn: Turn, audience: Audience, urgency: str, author_id: int | None) -> Cost:
    """What sending it would mean."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    meant = reach(turn.session, turn.network.id, audience, besides=author_id)
    return cost(turn, meant, urgency)


def cost(turn: Turn, meant: Reach, urgency: str) -> Cost:
    """What reaching these would mean."""
    heads = price_of(turn.session, rooms=meant.rooms)
    people = count_of(turn.session, meant.apart)
    price = heads + people
    budget = look(turn.session, turn.now)
    may = budget.may_spend(Urgency(urgency))
    fits = may is None or price <= may
    return Cost(people, len(meant.rooms), heads, price, budget.left, fits)


def reached(speaks: Speaks, cost: Cost) -> str:
    """So many rooms and people, in words."""
    parts = []
    if cost.rooms:
        parts.append(speaks.say("announcements.rooms", count=cost.rooms, people=cost.heads))
    if cost.people:
        parts.append(speaks.say("announcements.people", count=cost.people))
    return speaks.say("announcements.and").join(parts) or speaks.say("announcements.nobody")


def send(speaker: Turn | Watch, announcement: Announcement) -> Written:
    """Let it leave: its notice is written, and what it corrects is taken back."""
    former = announcement.corrects_id
    if former is not None:
        correct(speaker, speaker.session.get_one(Announcement, former))
    said = said_of(speaker.session, speaker.tools, announcement, speaker.now.tzinfo)
    meant = reach(
        speaker.session,
        announcement.network_id,
        audience_of(announcement),
        besides=announcement.author_id,
    )
    announcement.state, announcement.send_at = "sent", speaker.now
    letter = _letter(announcement, said, window(announcement.urgency, speaker.now))
    return speaker.notify(letter, members=meant.apart, rooms=meant.rooms)


def correct(speaker: Turn | Watch, former: Announcement) -> None:
    """Another one takes its place: what has not left stays behind, and nobody is reminded of it."""
    take_back(speaker, former)
    former.state = "corrected"


def take_back(speaker: Turn | Watch, announcement: Announcement) -> None:
    """What has not left of it, and of its reminder, does not leave."""
    for kind in (KIND, "announcement_reminder"):
        withdraw_notices(speaker.session, kind, announcement.id, speaker.now)


def follow_up(turn: Turn, announcement: Announcement, message: str, *, reason: str = "") -> Written:
    """Tell those whom it reached, or may have, something more of it, in the words of a msgid."""
    rooms, members = who_got(turn, announcement)
    heading = announcement.words.strip().split("\n", 1)[0]

    def words(voice: Speaks) -> Sequence[Message]:
        because = voice.say("announcements.because", reason=reason) if reason else ""
        return [voice.text_message(message, head=heading, because=because)]

    letter = Letter(
        f"announcement_follow_up:{announcement.id}:0:0:{message.rpartition('.')[2]}",
        words,
        window(announcement.urgency, turn.now),
        Urgency(announcement.urgency),
        network=announcement.network,
        author=announcement.author,
    )
    return turn.notify(letter, members=members, rooms=rooms)


def who_got(turn: Turn, announcement: Announcement) -> tuple[list[Room], Select[Member]]:
    """The rooms and people whom it reached, or may have."""
    lanes = (
        select(Delivery.lane)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Notice.kind == KIND, Notice.object_id == announcement.id, stands().in_(WENT))
    )
    rooms = select(Room).join(Chat, Chat.id == Room.chat_id)
    rooms = rooms.where(Room.network_id == announcement.network_id, Chat.line_id.in_(lanes))
    members = select(Member).where(Member.line_user_id.in_(lanes)).order_by(Member.id)
    return list(turn.session.scalars(rooms)), members


def start_emergency(turn: Turn, audience: Audience) -> Emergency:
    """An emergency begins, or goes on where the same area has one already."""
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who belongs
    for running in emergencies(turn.session, turn.now, turn.network.id):
        if audience_of(running) == audience:
            running.ends_at = turn.now + EMERGENCY_LASTS
            return running
    begun = Emergency(
        network_id=turn.network.id,
        audience_kind=audience.kind,
        audience_values=list(audience.values),
        started_by_id=turn.member.id,
        started_at=turn.now,
        ends_at=turn.now + EMERGENCY_LASTS,
    )
    turn.session.add(begun)
    turn.session.flush()
    turn.note("emergency.started", "emergency", begun.id)
    return begun


def _letter(announcement: Announcement, said: Said, when: Window) -> Letter:
    roles = announcement.audience_values if announcement.audience_kind == "role" else []
    return Letter(
        f"{KIND}:{announcement.id}:0:0:said",
        lambda voice: [announcement_card(voice, said, announcement.id)],
        when,
        Urgency(announcement.urgency),
        network=announcement.network,
        role=Role(roles[0]) if len(roles) == 1 else None,
        author=announcement.author,
    )
