"""รับทราบ, ปลอดภัย, ต้องการช่วย: answers to an announcement, by a tap or in words; stickers are none."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, card
from bot.notices import Letter, Urgency, Window
from bot.turn import Turn
from bot.voice import Voice
from bot.watch import Watch
from handlers.announcement_cards import announcement_card, head, said_of
from models.announcements import Acknowledgement, Announcement, acknowledgement_of
from models.audiences import asked_in, awaiting, lacking, running_for, spare_reminder
from models.membership import membership_in
from models.people import Member
from models.people_queries import holders
from models.permissions import ANYONE, BELONGS, Role
from models.store import take

capability = Capability("announcement_answers")

EVE = time(16)  # of the day before the deadline
WAITS_FOR_RIDE = timedelta(hours=3)
ANSWERABLE = ("sent", "corrected")


@capability.on_button("noted", who=ANYONE)
def noted(turn: Turn, *arguments: str) -> Sequence[Message]:
    """รับทราบ under the card."""
    announcement = _of(turn, arguments)
    if announcement is None:
        return [turn.text_message("announcements.gone")]
    if not _is_known(turn, announcement):
        return _from_somebody(turn, announcement, "noted")
    _keep(turn, announcement, "noted")
    return [] if turn.in_group else [turn.text_message("announcements.thanks", head=head(announcement.words))]


@capability.on_words("announcements.words.noted", who=ANYONE)
def noted_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """รับทราบค่ะ: of the newest announcement that waits for it; where none does it is small talk."""
    if turn.network is None:
        return turn.router.read_as(turn, "small_talk", turn.words)
    if turn.room is not None:
        asked = asked_in(turn.session, turn.room, turn.now)
    else:
        asked = awaiting(turn.session, turn.network.id, turn.now, turn.member) if turn.member else None
    if asked is None:
        return turn.router.read_as(turn, "small_talk", turn.words)
    return noted(turn, str(asked.id))


@capability.on_button("safe", who=ANYONE)
def safe(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ปลอดภัย."""
    announcement = _of(turn, arguments)
    if announcement is None:
        return [turn.text_message("announcements.gone")]
    if not _is_known(turn, announcement):
        return _from_somebody(turn, announcement, "safe")
    _keep(turn, announcement, "safe")
    return [] if turn.in_group else [turn.text_message("announcements.safe.thanks")]


@capability.on_button("help", who=ANYONE)
def help_wanted(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ต้องการช่วย: the coordinators are told at once, at any hour; from a group too where it is not known who it is."""
    announcement = _of(turn, arguments)
    if announcement is None:
        return [turn.text_message("announcements.gone")]
    if not _is_known(turn, announcement):
        _tell_coordinators(turn, announcement, None)
        return _from_somebody(turn, announcement, "help")
    _keep(turn, announcement, "help")
    _tell_coordinators(turn, announcement, turn.member)
    return [turn.text_message("announcements.help.coming")]


@capability.on_words("announcements.words.safe", who=BELONGS)
def safe_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ปลอดภัยค่ะ, while an emergency lasts; else it is small talk."""
    running = _running(turn)
    return safe(turn, str(running.id)) if running else turn.router.read_as(turn, "small_talk", turn.words)


@capability.on_words("announcements.words.help", who=BELONGS)
def help_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ต้องการช่วย, while an emergency lasts; else what the bot can help with."""
    running = _running(turn)
    return help_wanted(turn, str(running.id)) if running else turn.router.read_as(turn, "help", turn.words)


@capability.on_button("sample", who=ANYONE)
def sample(turn: Turn) -> Sequence[Message]:
    """A button of a card that is only looked at beforehand."""
    return [turn.text_message("announcements.sample")]


@capability.on_clock
def remind(watch: Watch) -> None:
    """One reminder to who has not answered: on the deadline's eve at 16:00, or half-way to a deadline that is nearer.

    It rides for three hours, then it is pushed; after the deadline it is too late and left out.
    """
    query = select(Announcement).where(
        Announcement.network_id == watch.network.id,
        Announcement.state == "sent",
        Announcement.code.is_(None),  # the file's were sent by others
        Announcement.reminded_at.is_(None),
        Announcement.acknowledge_by > watch.now,
    )
    for announcement in watch.session.scalars(query.order_by(Announcement.id)):
        until = announcement.acknowledge_by
        if until is not None and reminder_at(announcement.send_at, until, watch.now) <= watch.now:
            _remind(watch, announcement, until)


def reminder_at(sent_at: datetime, until: datetime, now: datetime) -> datetime:
    """When who has not answered is reminded, in the zone of `now`."""
    last = until.astimezone(now.tzinfo)
    eve = datetime.combine(last.date() - timedelta(days=1), EVE, tzinfo=now.tzinfo)
    return max(eve, sent_at.astimezone(now.tzinfo) + (until - sent_at) / 2)


def _remind(watch: Watch, announcement: Announcement, until: datetime) -> None:
    announcement.reminded_at = watch.now
    said = said_of(watch.session, watch.tools, announcement, watch.now.tzinfo)

    def words(voice: Voice) -> Sequence[Message]:
        return [voice.text_message("announcements.remind"), announcement_card(voice, said, announcement.id)]

    letter = Letter(
        f"announcement_reminder:{announcement.id}:0:0:eve",
        words,
        Window(watch.now, min(watch.now + WAITS_FOR_RIDE, until), until),
        Urgency(announcement.urgency),
        network=watch.network,
        author=announcement.author,
    )
    watch.notify(letter, members=lacking(watch.session, announcement))


def _of(turn: Turn, arguments: Sequence[str]) -> Announcement | None:
    """The announcement that a button names, where it can be answered here and now."""
    ident = number(arguments[0]) if arguments else None
    found = take(turn.session, Announcement, ident) if ident is not None else None
    if found is None or found.state not in ANSWERABLE:
        return None
    if turn.room is not None and turn.room.network_id != found.network_id:
        return None
    return found


def _is_known(turn: Turn, announcement: Announcement) -> bool:
    """Whether it is known who taps, and they belong to the announcement's network."""
    if turn.member is None:
        return False
    membership = membership_in(turn.session, turn.member.id, announcement.network_id)
    return membership is not None and membership.state == "active"


def _keep(turn: Turn, announcement: Announcement, answer: str) -> None:
    """One answer a member; the latest counts."""
    assert turn.member is not None  # noqa: S101 - the caller has looked
    given = acknowledgement_of(turn.session, announcement, turn.member)
    if given is None:
        given = Acknowledgement(announcement_id=announcement.id, member_id=turn.member.id, at=turn.now)
        turn.session.add(given)
    if given.answer != answer or given.id is None:
        given.answer, given.at = answer, turn.now
        given.room_id = turn.room.id if turn.room else None
    turn.session.flush()
    spare_reminder(turn.session, announcement.id, turn.member, turn.now)


def _from_somebody(turn: Turn, announcement: Announcement, answer: str) -> Sequence[Message]:
    """A tap in a group by who is not known is counted without a name; who wants to be named goes on one-to-one."""
    if turn.room is None:
        return [turn.text_message("announcements.not_known")]
    turn.session.add(
        Acknowledgement(announcement_id=announcement.id, room_id=turn.room.id, answer=answer, at=turn.now)
    )
    button = turn.private_button("announcements.go_private", f"announcements.{answer}")
    return [card(turn.say(f"announcements.counted.{answer}"), buttons=[button])]


def _tell_coordinators(turn: Turn, announcement: Announcement, person: Member | None) -> None:
    """Who needs help, one-to-one; a repeated tap within the hour tells nothing new."""
    room = turn.room.name if turn.room else ""
    own = turn.membership.enterprise if turn.membership else None
    name = " ".join(
        part for part in (person.call_as if person else "", own.short_name if own else "") if part
    )
    phone = person.phone if person else ""

    def words(voice: Voice) -> Sequence[Message]:
        who = name or voice.say("announcements.somebody_in", room=room)
        lines = [voice.say("announcements.needs_help", who=who)]
        lines += [voice.say("announcements.call", phone=phone)] if phone else []
        show = voice.button("announcements.show", "announcement_desk.show", announcement.id)
        return [card("\n".join(lines), note=head(announcement.words), buttons=[show])]

    subject = person.id if person else f"room{turn.chat.id}"
    letter = Letter(
        f"announcement_help:{announcement.id}:{subject}:{turn.now:%Y%m%d%H}:asked",
        words,
        Window.at_once(turn.now),
        Urgency.URGENT,
        network=turn.network,
        role=Role.COORDINATOR,
    )
    people = [one.member for one in holders(turn.session, announcement.network_id, Role.COORDINATOR)]
    turn.notify(letter, members=people)


def _running(turn: Turn) -> Announcement | None:
    if turn.network is None or turn.member is None:
        return None
    return running_for(turn.session, turn.network.id, turn.now, turn.member)
