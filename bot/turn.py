"""What a handler is given: who speaks, where, when, what was understood; and what it can do in return."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session, joinedload

from bot.buttons import unpack
from bot.cards import Message
from bot.inbox import insert_once
from bot.incoming import Incoming
from bot.language import DEFAULT, Language, language
from bot.notices import Letter, Urgency, Window, Written, write_notice
from bot.offered import offered_button
from bot.pictures import Picture, PictureProblem
from bot.sounds import Sound, SoundProblem
from bot.tools import Tools
from bot.understanding.address import without_name
from bot.understanding.normalise import tidy
from bot.understanding.reader import SURE, read, read_as
from bot.understanding.reading import Reading
from bot.voice import Speaks
from bot.zones import zone_of
from models.chats import Chat, Room
from models.network import Network
from models.people import AuditEntry, Consent, Member, Membership
from models.permissions import Role, Standing
from models.post import Notice, SentMessage

if TYPE_CHECKING:
    from bot.forms import Forms
    from bot.router import Router


@dataclass
class Turn(Speaks):
    """One event's turn. `now` is the event's time in the network's zone; `session` is the turn's transaction."""

    incoming: Incoming
    session: Session
    tools: Tools
    now: datetime
    chat: Chat
    member: Member | None
    membership: Membership | None
    network: Network | None
    room: Room | None
    roles: frozenset[Role]
    standing: Standing
    language: Language
    router: "Router"
    reading: Reading | None = None
    picture: Picture | PictureProblem | None = None
    sound: Sound | SoundProblem | None = None  # a voice message that somebody wants to hear
    told: list[str] = field(default_factory=list)  # lanes to wake when this turn is committed

    seen_before: bool = False  # of an edit: the message as it was first said has been dealt with
    words: str = ""  # what is being read: what was typed, or what was typed before and is taken up again
    plain: str = ""  # the same with its characters put right, without the bot's name
    secret: bool = False  # the event holds a code, or its sender wants nothing kept: it is blanked at once

    @property
    def forms(self) -> "Forms":
        """The dialogues that handlers open."""
        return self.router.forms

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.incoming.in_group

    @property
    def keeps(self) -> bool:
        """Whether the event's content may be kept for a while: what was said only of people who consented."""
        return not self.secret and (self.member is not None or not self.incoming.says)

    @property
    def sure(self) -> bool:
        """Whether the reading is sure enough to act on."""
        return self.reading is not None and self.reading.confidence >= SURE

    @cached_property
    def text(self) -> str:
        """What was typed, without the bot's name before it."""
        return without_name(self.incoming.text, self.tools.bot_names)

    def read(self, words: str, intent: str | None = None) -> None:
        """Understand these words; `intent` where the speaker has said what they mean."""
        names = self.tools.bot_names
        self.words, self.plain = words, tidy(without_name(words, names)).clean
        self.reading = (
            read(words, self.now, names=names)
            if intent is None
            else read_as(intent, words, self.now, names=names)
        )

    def toward(self, member: Member) -> "Turn":
        """The same turn in the language of somebody who is to be told of it."""
        return replace(self, language=language(member.language))

    def heard(self, msgid: str) -> tuple[str, ...] | None:
        """The groups of a msgid's regular expression, in this person's language or Thai, where it fits all the words
        that are being read; None where it does not. A group that stayed empty is an empty string."""
        own, thai = self.language.pattern(msgid), language(DEFAULT).pattern(msgid)
        for pattern in (own,) if own is thai else (own, thai):
            if match := pattern.fullmatch(self.plain):
                return match.groups(default="")
        return None

    def offered(self, *buttons: str) -> list[str] | None:
        """The arguments of the first of these buttons (`<capability>.<name>`) that this chat's last answer holds: what
        was just spoken of; None where it holds none of them."""
        found = offered_button(self.session, self.incoming.chat_id, buttons, self.tools.wall())
        return list(unpack(found)[1]) if found is not None else None

    def quoted_notice(self) -> Notice | None:
        """What was said unasked and is quoted now; None where nothing of that kind is."""
        said = self.session.get(SentMessage, self.incoming.quoted_id) if self.incoming.quoted_id else None
        here = said is not None and said.lane == self.incoming.chat_id
        return self.session.get(Notice, said.notice_id) if said and here and said.notice_id else None

    def tell(
        self,
        member: Member,
        messages: Sequence[Message],
        *,
        about: str,
        urgency: Urgency = Urgency.IMPORTANT,
    ) -> bool:
        """Write a message to another member's one-to-one chat; `about` (kind:object:…) makes it happen only once.

        It leaves at once, in the quiet hours only where it is urgent. False where the member cannot be reached: no
        LINE id yet, left, or blocked the bot.
        """
        letter = Letter(
            f"{about}:{member.id}",  # each has words of their own
            lambda _: messages,
            Window.at_once(self.now),
            urgency,
            network=self.network,
            personal=True,
        )
        return self.notify(letter, members=[member]).reached == 1

    def notify(
        self, letter: Letter, *, members: Iterable[Member] | Select[Member] = (), rooms: Iterable[Room] = ()
    ) -> Written:
        """Write a letter to members' one-to-one chats and to rooms; once for each, however often it is called."""
        written = write_notice(self.session, self.tools, letter, members=members, rooms=rooms, now=self.now)
        self.told += written.wake
        return written

    def note(self, action: str, object_kind: str, object_id: int | None) -> None:
        """Add an audit entry: who did what to what, without contents."""
        self.session.add(
            AuditEntry(
                at=self.now,
                network_id=self.network.id if self.network else None,
                actor_id=self.member.id if self.member else None,
                action=action,
                object_kind=object_kind,
                object_id=object_id,
            )
        )


def open_turn(session: Session, tools: Tools, router: "Router", incoming: Incoming) -> Turn:
    """Look up who speaks and where. Nothing about a person is created here; their chat's id is."""
    chat = chat_of(session, incoming.chat_kind, incoming.chat_id)
    member = find_member(session, incoming.user_id)
    room = session.scalar(select(Room).where(Room.chat_id == chat.id)) if incoming.in_group else None
    membership = _membership(session, member, room)
    network = room.network if room else (membership.network if membership else None)
    return Turn(
        incoming=incoming,
        session=session,
        tools=tools,
        now=incoming.at.astimezone(zone_of(network)),
        chat=chat,
        member=member,
        membership=membership,
        network=network,
        room=room,
        roles=roles_of(membership),
        standing=_standing(member, membership),
        language=language(member.language if member else "th"),
        router=router,
    )


def chat_of(session: Session, kind: str, line_id: str) -> Chat:
    """The chat with this LINE id; made where the bot meets it for the first time."""
    chat = session.scalar(CHAT, {"chat": line_id})
    if chat is None:
        session.execute(insert_once(session, Chat).values(kind=kind, line_id=line_id))
        chat = session.scalars(select(Chat).where(Chat.line_id == line_id)).one()
    return chat


def find_member(session: Session, line_user_id: str | None) -> Member | None:
    """The member behind a LINE id whose consent stands; None for everybody else."""
    if line_user_id is None:
        return None
    return session.scalar(CONSENTED, {"user": line_user_id})


def roles_of(membership: Membership | None) -> frozenset[Role]:
    """The roles of an active membership; an unknown word in the table grants nothing."""
    if membership is None or membership.state != "active":
        return frozenset()
    known = {role.value for role in Role}
    return frozenset(Role(grant.role) for grant in membership.roles if grant.role in known) | {Role.MEMBER}


def _membership(session: Session, member: Member | None, room: Room | None) -> Membership | None:
    """The membership that this turn is about: the room's network, else the one first joined; active before waiting."""
    if member is None:
        return None
    found = session.scalars(MEMBERSHIPS, {"member": member.id}).unique()
    here = [one for one in found if room is None or one.network_id == room.network_id]
    return min(here, key=lambda one: one.state != "active", default=None)


def _standing(member: Member | None, membership: Membership | None) -> Standing:
    if member is None:
        return Standing.STRANGER
    if membership is None or membership.state != "active":
        return Standing.CONSENTED
    return Standing.BELONGS


# Put together once: each turn asks for them.
CHAT = select(Chat).where(Chat.line_id == bindparam("chat"))
CONSENTED = select(Member).where(
    Member.line_user_id == bindparam("user"),
    Member.left_at.is_(None),
    exists().where(
        Consent.member_id == Member.id, Consent.purpose == "basic", Consent.withdrawn_at.is_(None)
    ),
)
MEMBERSHIPS = (
    select(Membership)
    .where(Membership.member_id == bindparam("member"), Membership.state != "left")
    .order_by(Membership.id)
    .options(joinedload(Membership.network, innerjoin=True), joinedload(Membership.roles))
)
