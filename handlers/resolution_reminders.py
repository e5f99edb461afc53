"""Reminding whoever took on what a meeting decided: some days before its day, and once when that is over."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.capability import Capability
from bot.cards import Message, card
from bot.notices import Letter, Urgency, Window
from bot.voice import Voice
from bot.watch import Watch
from handlers.resolutions import owner_buttons, resolution_rows
from models.minute_queries import doers, open_resolutions
from models.minutes import Resolution
from models.noticed import noticed_at

capability = Capability("resolution_reminders")

BEFORE, OVERDUE = "before", "overdue"
DAYS_BEFORE = timedelta(days=3)
RIDE_AT, PUSH_AT, LAST_AT = time(6, 30), time(9, 0), time(20, 0)
OVERDUE_FOR = timedelta(days=7)
LOOKS_BACK, LOOKS_AHEAD = timedelta(days=8), timedelta(days=4)


@capability.on_clock
def remind_of_resolutions(watch: Watch) -> None:
    """Write what is due: three days before the day, unless it was noted or changed since, and on the day after it.

    Lateness: the first still goes until the evening of the day itself, the second within a week; each only once.
    """
    since, until = watch.now.date() - LOOKS_BACK, watch.now.date() + LOOKS_AHEAD
    for one in open_resolutions(watch.session, watch.network.id, due_from=since, due_before=until):
        for rule, window in _windows(watch, one):
            about = f"resolution:{one.id}:{one.revision}:{rule}"
            if window.ride_from <= watch.now < window.expires_at and not noticed_at(watch.session, about):
                _write(watch, one, about, rule, window)


def _windows(watch: Watch, one: Resolution) -> list[tuple[str, Window]]:
    """The two reminders of a resolution that has a day; times in the network's zone."""
    assert one.due_on is not None  # noqa: S101 - only those that are due by a day are looked at
    zone = watch.now.tzinfo
    first, after = one.due_on - DAYS_BEFORE, one.due_on + timedelta(days=1)
    before = Window(
        datetime.combine(first, RIDE_AT, zone),
        datetime.combine(first, PUSH_AT, zone),
        datetime.combine(one.due_on, LAST_AT, zone),
    )
    overdue = Window(
        datetime.combine(after, RIDE_AT, zone),
        datetime.combine(after, PUSH_AT, zone),
        datetime.combine(after + OVERDUE_FOR, LAST_AT, zone),
    )
    told_already = one.noted_at > before.ride_from
    return [(OVERDUE, overdue)] if told_already else [(BEFORE, before), (OVERDUE, overdue)]


def _write(watch: Watch, one: Resolution, about: str, rule: str, window: Window) -> None:
    """To who does it; where nobody was named, to who called the meeting."""
    host = one.occurrence.meeting.host
    people = doers(watch.session, one) or ([host] if host is not None else [])

    def words(voice: Voice) -> Sequence[Message]:
        return [
            card(
                voice.say(f"resolution_reminders.{rule}", title=one.occurrence.meeting.title),
                words=one.words,
                rows=resolution_rows(voice, one, named=False),
                buttons=owner_buttons(voice, one),
            )
        ]

    letter = Letter(
        about,
        words,
        window,
        Urgency.ORDINARY,
        network=watch.network,
        author=host,
    )
    watch.notify(letter, members=people)
