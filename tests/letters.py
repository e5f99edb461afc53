"""Notices for tests that need one without the conversation behind it."""

from datetime import timedelta

from sqlalchemy import select

from bot import cards
from bot.notices import Letter, Urgency, Window, write_notice
from models.chats import Chat, Room
from models.network import Network
from models.people import Member, Membership
from models.post import Delivery, stands

HOUR = timedelta(hours=1)


def write(
    bot,
    words: str = "ข่าวจากเครือข่าย",
    *,
    members=(),
    rooms=(),
    about: str = "test:1",
    ride: float = 0,
    due: float = 6,
    until: float = 48,
    urgency=Urgency.ORDINARY,
    role=None,
    messages=None,
):
    """A notice to members (their ids in the file) and rooms; its window in hours from now."""
    now = bot.clock.now
    window = Window(now + ride * HOUR, now + due * HOUR, now + until * HOUR)
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        letter = Letter(
            about, lambda _: messages or [cards.text(words)], window, urgency, network=network, role=role
        )
        people = select(Member).join(Membership, Membership.member_id == Member.id)
        written = write_notice(
            session,
            bot.house.tools,
            letter,
            members=session.scalars(people.where(Membership.code.in_(members))).all(),
            rooms=session.scalars(select(Room).where(Room.code.in_(rooms))).all(),
            now=now,
        )
    bot.jobs.wake(written.wake)
    bot.work()
    return written


def ends(bot, about: str = "test:") -> dict[str, tuple[str, str]]:
    """How each delivery of a notice stands: state and way, by its key's last part."""
    with bot.house.store.session() as session:
        query = select(Delivery.key, stands(), Delivery.way).where(Delivery.key.startswith(about))
        found = session.execute(query.order_by(Delivery.id))
        return {key.rpartition(":")[2]: (state, way) for key, state, way in found}


def end(bot, about: str = "test:") -> tuple[str, str]:
    """The same of a notice with one delivery."""
    (only,) = ends(bot, about).values()
    return only


def chat_of(bot, line_id: str) -> Chat:
    with bot.house.store.session() as session:
        return session.scalars(select(Chat).where(Chat.line_id == line_id)).one()
