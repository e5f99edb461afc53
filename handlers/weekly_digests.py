"""The weekly digest that comes by itself: to coordinators the network's, to leaders their own enterprise's."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from bot import cards
from bot.capability import Capability
from bot.cards import Message
from bot.notices import Letter, Urgency, Window, Words
from bot.voice import Voice
from bot.watch import Watch
from handlers.digest import Digest, Scope, View, closing_before, gather
from handlers.digest_card import digest_card, short_card
from handlers.digests import page_link
from models.chats import Room
from models.people import Member
from models.people_queries import holders
from models.permissions import Role
from models.post import Notice
from models.spans import week_ending
from models.words import RoomKind

capability = Capability("weekly_digests")

NOON = time(12, 0)
EVENING = time(20, 0)
FRESH = timedelta(days=3)  # after a digest, on a day that was changed meanwhile, there is none


@capability.on_clock
def write_digests(watch: Watch) -> None:
    """Write the week's digests once it has closed (the network's day and hour; Sunday 18:00 if it set none).

    From then on each may ride with its reader's own talk; it is pushed the next day at noon. Lateness: what could not
    be written or sent by eight in the evening of that day is skipped: the next week is near, and it can be asked for.
    """
    rhythm, zone = watch.rhythm, watch.now.tzinfo
    closed = closing_before(watch.now, rhythm.digest_weekday, rhythm.digest_at)
    following = closed.date() + timedelta(days=1)
    window = Window(
        ride_from=closed,
        due_at=datetime.combine(following, NOON, zone),
        expires_at=datetime.combine(following, EVENING, zone),
    )
    if watch.now >= window.expires_at:
        return
    made = _Writer(watch, closed, window)
    made.to_people()
    if rhythm.digest_in_room:
        made.to_room()


class _Writer:
    """One week's digests of one network. A digest is only summed up where it has not been written yet."""

    def __init__(self, watch: Watch, closed: datetime, window: Window) -> None:
        self._watch, self._closed, self._window = watch, closed, window
        self._digests: dict[str, Digest] = {}
        written = select(Notice.kind, Notice.object_id).where(
            Notice.network_id == watch.network.id,
            Notice.kind.in_(("digest", "room_digest")),
            Notice.written_at >= closed - FRESH,
        )
        self._written = {(kind, ident) for kind, ident in watch.session.execute(written)}

    def to_people(self) -> None:
        """Coordinators get the network's week; who leads an enterprise and does not coordinate, its own."""
        session, network = self._watch.session, self._watch.network
        coordinators = holders(session, network.id, Role.COORDINATOR)
        for one in coordinators:
            self._to(one.member, Scope(View.NETWORK), Role.COORDINATOR)
        busy = {one.member_id for one in coordinators}
        for one in holders(session, network.id, Role.LEADER):
            if one.enterprise is not None and one.member_id not in busy:
                self._to(one.member, Scope(View.ENTERPRISE, one.enterprise), Role.LEADER)

    def to_room(self) -> None:
        """The network's main room gets the sums."""
        query = select(Room).where(
            Room.network_id == self._watch.network.id,
            Room.kind == RoomKind.NETWORK,
            Room.chat_id.is_not(None),
        )
        for room in self._watch.session.scalars(query.order_by(Room.id).limit(1)):
            if ("room_digest", room.id) not in self._written:
                self._watch.notify(self._letter(f"room_digest:{room.id}", self._short), rooms=[room])

    def _to(self, member: Member, scope: Scope, role: Role) -> None:
        if ("digest", member.id) in self._written:
            return

        def words(voice: Voice) -> Sequence[Message]:
            digest = self._digest(scope)
            link = page_link(voice.tools, digest, member)
            return [digest_card(voice, digest, [cards.opens(voice.say("digests.whole"), link)])]

        self._watch.notify(self._letter(f"digest:{member.id}", words, role), members=[member])

    def _short(self, voice: Voice) -> Sequence[Message]:
        return [short_card(voice, self._digest(Scope(View.TOTALS)), [])]

    def _letter(self, about: str, words: Words, role: Role | None = None) -> Letter:
        network, week = self._watch.network, self._closed.date()
        return Letter(
            f"{about}:{network.id}:{week}:weekly", words, self._window, Urgency.ORDINARY, network, role
        )

    def _digest(self, scope: Scope) -> Digest:
        """Summed up once for all who share it."""
        if scope.mark not in self._digests:
            week = week_ending(self._closed.date())
            before = self._closed - timedelta(days=7)
            watch = self._watch
            self._digests[scope.mark] = gather(
                watch.session, watch.network, scope, week, watch.now, late_since=before
            )
        return self._digests[scope.mark]
