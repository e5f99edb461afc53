"""ผลงานเดือนนี้: each month one group is shown for what it did, in turn, after its own people have heard of it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import or_, select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, card, with_quick
from bot.notices import Letter, Urgency, Window, withdraw_notices
from bot.turn import Turn
from bot.voice import Speaks
from bot.watch import Watch
from handlers.deeds import deed_lines
from handlers.digest_words import span_words
from handlers.records import show_activities
from models.activity_queries import totals
from models.chats import Room
from models.noticed import noticed_at
from models.people_queries import speakers
from models.permissions import BELONGS
from models.recognitions import (
    MAY_DECLINE_FOR,
    Deeds,
    Recognition,
    deeds_of,
    latest_recognition,
    next_in_turn,
    recognition_of,
)
from models.spans import month_of
from models.store import take
from models.words import RoomKind

capability = Capability("recognition")

MORNING = time(9, 0)
CHOOSES_FOR = timedelta(days=7)  # of the new month
RIDES_FOR = timedelta(days=14)


@capability.on_clock
def choose(watch: Watch) -> None:
    """From the first of a month, nine in the morning: whose turn the past month was.

    Its people hear of it and may decline; then the next in turn is chosen. A day later rooms read it with their own
    talk. Lateness: what was not chosen by the seventh is left out; the month's digest shows no one then.
    """
    today = watch.now.date()
    begins = datetime.combine(today.replace(day=1), MORNING, watch.now.tzinfo)
    if not begins <= watch.now < begins + CHOOSES_FOR:
        return
    month = month_of(today).before()
    chosen = recognition_of(watch.session, watch.network.id, month.first)
    if chosen is None:
        if totals(watch.session, watch.network.id, None, month.first, month.last).count:
            _choose(watch)
    elif watch.now >= chosen.chosen_at + MAY_DECLINE_FOR and not _is_told(watch, chosen):
        _tell_rooms(watch, chosen)


@capability.on_words("recognition.words.month", who=BELONGS)
def this_month(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ผลงานเดือนนี้: one's own records; in a room of all, whose turn it was."""
    if turn.in_group:
        of_all = turn.room is None or turn.room.enterprise_id is None
        return show(turn) if of_all and _latest(turn) else show_activities(turn)
    *before, last = show_activities(turn)
    return [*before, with_quick(last, [turn.button("recognition.show", "recognition.show")])]


@capability.on_words("recognition.words.ask", who=BELONGS)
@capability.on_button("show", who=BELONGS)
def show(turn: Turn, *_groups: str) -> Sequence[Message]:
    """กลุ่มน่าชื่นชม: the newest that its own people have heard of."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    chosen = _latest(turn)
    if chosen is None:
        quick = [turn.button("recognition.summary", "digests.show", "t", *_month(turn))]
        return [turn.text_message("recognition.none", quick=quick)]
    month = month_of(chosen.month)
    deeds = deeds_of(turn.session, turn.network, chosen.enterprise, month, turn.now.date())
    return [recognition_card(turn, chosen, deeds)]


@capability.on_button("gladly", who=BELONGS)
def gladly(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ดีเลย: nothing else is needed."""
    return [turn.text_message("recognition.gladly.thanks")]


@capability.on_button("decline", who=BELONGS)
def decline(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ขอไม่ลง: it is not shown (any more), and another group has its turn."""
    ident = number(arguments[0]) if arguments else None
    chosen = take(turn.session, Recognition, ident) if ident is not None else None
    if chosen is None or turn.network is None or chosen.network_id != turn.network.id:
        return [turn.text_message("recognition.gone")]
    theirs = [one.member_id for one in speakers(turn.session, chosen.network_id, chosen.enterprise_id)]
    if turn.member is None or turn.member.id not in theirs:
        return [turn.text_message("recognition.not_yours")]
    if chosen.declined_at is None:
        chosen.declined_at = turn.now
        withdraw_notices(turn.session, "recognition_aloud", chosen.id, turn.now)
        turn.note("recognition.declined", "recognition", chosen.id)
    return [turn.text_message("recognition.declined")]


def recognition_card(speaks: Speaks, chosen: Recognition, deeds: Deeds) -> Message:
    """Whose turn a month was, and what they did; no money, and no comparison."""
    month = span_words(speaks.language, month_of(chosen.month))
    return card(
        speaks.say("recognition.title", name=deeds.enterprise.short_name),
        words="\n".join(deed_lines(speaks, deeds)),
        note=speaks.say("recognition.as_reported", month=month),
    )


def _latest(turn: Turn) -> Recognition | None:
    """The newest that its own people have heard of for a day, and did not decline."""
    if turn.network is None:
        return None
    return latest_recognition(turn.session, turn.network.id, turn.now - MAY_DECLINE_FOR)


def _month(turn: Turn) -> tuple[str, str]:
    span = month_of(turn.now.date())
    return span.first.isoformat(), span.last.isoformat()


def _choose(watch: Watch) -> None:
    """Settle whose turn it is, and tell its people before anybody else."""
    month = month_of(watch.now.date()).before()
    deeds = next_in_turn(watch.session, watch.network, month, watch.now.date())
    if deeds is None:
        return
    chosen = Recognition(
        network_id=watch.network.id, enterprise=deeds.enterprise, month=month.first, chosen_at=watch.now
    )
    watch.session.add(chosen)
    watch.session.flush()
    people = speakers(watch.session, watch.network.id, deeds.enterprise.id)
    window = Window(watch.now, watch.now, watch.now + MAY_DECLINE_FOR)
    about = f"recognition:{chosen.id}"
    letter = Letter(
        about, lambda voice: [_asking_card(voice, chosen, deeds)], window, Urgency.ORDINARY, watch.network
    )
    watch.notify(letter, members=[one.member for one in people])


def _asking_card(speaks: Speaks, chosen: Recognition, deeds: Deeds) -> Message:
    buttons = [
        speaks.button("recognition.gladly", "recognition.gladly", chosen.id),
        speaks.button("recognition.decline", "recognition.decline", chosen.id),
    ]
    return card(
        speaks.say("recognition.your_turn", name=deeds.enterprise.short_name),
        words="\n".join(deed_lines(speaks, deeds)),
        note=speaks.say("recognition.your_turn.note"),
        buttons=buttons,
    )


def _is_told(watch: Watch, chosen: Recognition) -> bool:
    return noticed_at(watch.session, f"recognition_aloud:{chosen.id}") is not None


def _tell_rooms(watch: Watch, chosen: Recognition) -> None:
    """The network's rooms and the group's own read it when they talk anyway; nothing is spent on it."""
    deeds = deeds_of(
        watch.session, watch.network, chosen.enterprise, month_of(chosen.month), watch.now.date()
    )
    until = watch.now + RIDES_FOR
    letter = Letter(
        f"recognition_aloud:{chosen.id}",
        lambda voice: [recognition_card(voice, chosen, deeds)],
        Window(watch.now, until, until),
        Urgency.ORDINARY,
        watch.network,
    )
    watch.notify(letter, rooms=_rooms(watch, chosen.enterprise_id))


def _rooms(watch: Watch, enterprise_id: int) -> Sequence[Room]:
    shown_in = or_(Room.kind == RoomKind.NETWORK, Room.enterprise_id == enterprise_id)
    query = select(Room).where(Room.network_id == watch.network.id, Room.chat_id.is_not(None), shown_in)
    return watch.session.scalars(query.order_by(Room.id)).all()
