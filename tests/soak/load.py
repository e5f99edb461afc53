"""What goes on in a town while it is drilled: people talk, and things wait to be said, to ride and to fall due."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import cards
from bot.notices import MANY, Letter, Window, write_notice
from models.chats import Room
from models.meetings import Invitation, Meeting, Occurrence
from models.network import Network
from models.people import Member
from models.post import IS_PLANNED, Delivery
from tests.conversations.talk import a_picture
from tests.post import write_push
from tests.soak.counts import Counts, Wanted
from tests.town import Town

SENDERS = 4
PAUSE = 0.1  # seconds between two reports of a sender: people write, they do not flood
ROOM = "G1"
HOUR, SOON = timedelta(hours=1), timedelta(seconds=5)
AWAKE = {
    "quiet_from": "00:00",
    "quiet_until": "00:00",
    "remind": ["hour_before"],
}  # whatever the hour of the drill


class Load:
    """The people of a town, what they are to see, and what was counted."""

    def __init__(self, town: Town, *, people: int | None = None) -> None:
        self.town, self.wanted, self.counts = town, Wanted(), Counts()
        self.people = town.people(people)
        self._sums, self._lock = count(10_001), threading.Lock()
        self._stop = threading.Event()
        self._meetings = self._most = 0
        with town.store.session() as session:
            no_digest = {"digest_weekday": (datetime.now(UTC).weekday() + 3) % 7}
            session.execute(update(Network).values(rhythm=AWAKE | no_digest))

    @contextmanager
    def talking(self, *, pause: float = PAUSE, photos: bool = False, most: int = 0) -> Iterator[None]:
        """People report and cancel, and greet in their room, while the block runs; `most`: until so many events."""
        self._most = most
        talks = [
            threading.Thread(
                target=self._talk, args=(self.people[number::SENDERS], pause, photos and number == 0)
            )
            for number in range(SENDERS)
        ]
        talks.append(threading.Thread(target=self._greet))
        for one in talks:
            one.start()
        try:
            yield
        finally:
            self._stop.set()
            for one in talks:
                one.join()

    def report(self, person, *, photo: bool = False) -> None:
        """A report opens exactly one form, ยกเลิก closes it: one lost, doubled or out of order changes their number."""
        with self._lock:
            total = next(self._sums)
            self.wanted.add(person.chat_id, f"{total:,} บาท", 2 if photo else 1)
            self.wanted.reports += 1
        person.says(f"วันนี้ขายผ้าได้ 2 ผืน {total} บาท")
        if photo:
            person.sends_photo(a_picture(total))
        person.says("ยกเลิก")
        with self._lock:
            self.counts.events += 3 if photo else 2

    def write(self, number: int) -> None:
        """To each person a push; to many what falls due, to some and to their room what may ride; and a meeting."""
        now = datetime.now(UTC)
        many = self.people if len(self.people) > MANY else self.people[number % 4 :: 4]
        with self.town.store.session() as session:
            for person in self.people:
                self._push(session, person.chat_id, number, now)
            self._notice(session, f"due {number}.", now + SOON, now, many)
            self._notice(session, f"ride {number}.", now + HOUR, now, self.people[number % 8 :: 8], [ROOM])
            self._meeting(session, self.people[number % len(self.people)], number, now)

    def let_leave(self) -> None:
        """What still waits for a ride leaves by itself."""
        with self.town.store.session() as session:
            waits = update(Delivery).where(IS_PLANNED, Delivery.due_at > datetime.now(UTC))
            session.connection().execute(waits.values(due_at=datetime.now(UTC)))

    def is_due_gone(self) -> bool:
        """Whether nothing that is due is still planned, and each meeting was reminded of."""
        with self.town.store.session() as session:
            planned = session.scalar(select(func.count(Delivery.id)).where(IS_PLANNED))
            written = session.scalar(
                select(func.count(Delivery.id)).where(Delivery.key.startswith("meeting."))
            )
        return not planned and written >= self._meetings

    def _talk(self, people, pause: float, photos: bool) -> None:
        while not self._has_said_all():
            for person in people:
                if not self._has_said_all():
                    self.report(person, photo=photos)
                    time.sleep(pause)

    def _has_said_all(self) -> bool:
        return self._stop.is_set() or 0 < self._most <= self.counts.events

    def _greet(self) -> None:
        somebody = self.people[0].in_group(ROOM)
        while not self._stop.is_set():
            somebody.says("สวัสดีตอนเช้าจ้า")
            time.sleep(1.0)

    def _push(self, session: Session, lane: str, number: int, now: datetime) -> None:
        messages = [{"type": "text", "text": f"push {number}."}]
        write_push(session, key=f"push:{number}:{lane}", lane=lane, messages=messages, now=now)
        self.wanted.add(lane, f"push {number}.")

    def _notice(
        self, session: Session, words: str, due_at: datetime, now: datetime, people, rooms=()
    ) -> None:
        network = session.scalars(select(Network)).one()
        window = Window(now, due_at, due_at + 24 * HOUR)
        about = f"drill:{words.replace(' ', ':').strip('.')}"
        letter = Letter(about, lambda _: [cards.text(words)], window, network=network)
        lanes = [person.chat_id for person in people]
        write_notice(
            session,
            None,  # words that are given need no tools
            letter,
            members=session.scalars(select(Member).where(Member.line_user_id.in_(lanes))).all(),
            rooms=session.scalars(select(Room).where(Room.code.in_(rooms))).all(),
            now=now,
        )
        for lane in [*lanes, *(self.town.line.group(room).group_id for room in rooms)]:
            self.wanted.add(lane, words)

    def _meeting(self, session: Session, person, number: int, now: datetime) -> None:
        """A meeting of which one person is reminded an hour before: in a moment."""
        network = session.scalars(select(Network)).one()
        member = session.scalars(select(Member).where(Member.line_user_id == person.chat_id)).one()
        add_meeting(session, network, member, f"meet {number}.", now + HOUR + SOON)
        self._meetings += 1
        self.wanted.add(person.chat_id, f"meet {number}.")


def add_meeting(session: Session, network: Network, member: Member, title: str, starts: datetime) -> None:
    """A meeting to which one member is invited."""
    meeting = Meeting(
        network=network, kind="other", title=title, audience="people", starts_at=starts, called_at=starts
    )
    meeting.invitations.append(Invitation(member=member))
    meeting.occurrences.append(Occurrence(planned_at=starts, starts_at=starts, changed_at=starts))
    session.add(meeting)
