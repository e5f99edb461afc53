"""Which meeting somebody means who speaks of what goes on in it, or went on, and what of it they may write or read."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.buttons import number
from bot.dialogue import Choice, Data
from bot.turn import Turn
from bot.understanding.reader import read_as
from bot.visit import Visit
from handlers.meeting_cards import local
from handlers.meeting_list import concerns, kind_named, runs, short_day
from models.meeting_queries import ends_at, is_invited
from models.meetings import Occurrence
from models.minute_queries import held
from models.permissions import Role

OPENS = timedelta(minutes=30)  # before it begins people arrive, and the book is opened
WRITTEN_FOR = timedelta(days=7)  # so long after it began a word like มติ … is taken to be of it
WRITERS = frozenset(
    {"secretary", "deputy", "chair"}
)  # positions that write minutes, of meetings they are invited to
ID_NUMBER = re.compile(r"(?<![0-9๐-๙])[0-9๐-๙](?:[ -]?[0-9๐-๙]){12}(?![0-9๐-๙])")
HIDDEN = "x-xxxx-xxxxx-xx-x"
LONGEST = 1000


def may_record(turn: Turn, occurrence: Occurrence) -> bool:
    """Who called it or coordinates, and the chair or secretary among those invited."""
    if runs(turn, occurrence):
        return True
    own = turn.membership
    if own is None or own.network_id != occurrence.meeting.network_id or not WRITERS & set(own.positions):
        return False
    return is_invited(turn.session, occurrence.meeting, own.member_id)


def may_read(who: Turn | Visit, occurrence: Occurrence) -> bool:
    """Who is invited, and coordinators; in a group that of its own meetings."""
    if who.member is None or who.network is None or who.network.id != occurrence.meeting.network_id:
        return False
    if isinstance(who, Turn) and who.in_group:
        return in_its_room(who, occurrence)
    if Role.COORDINATOR in who.roles or occurrence.meeting.host_id == who.member.id:
        return True
    return is_invited(who.session, occurrence.meeting, who.member.id)


def in_its_room(turn: Turn, occurrence: Occurrence) -> bool:
    """Whether this group is invited as a whole, or is the big room and everybody is invited."""
    return turn.in_group and concerns(turn, occurrence, everything=True)


def written_now(turn: Turn) -> list[Occurrence]:
    """The meetings that the speaker may be writing of just now: the one going on, else those of the last days."""
    return _going_on(turn, [one for one in _near(turn) if may_record(turn, one)])


def attended_now(turn: Turn) -> list[Occurrence]:
    """The meetings that are going on and may be spoken of here."""
    return [one for one in _near(turn) if may_read(turn, one) and goes_on(turn, one)]


def goes_on(turn: Turn, occurrence: Occurrence) -> bool:
    """Whether people arrive or sit there; half an hour beyond its end somebody may still say so."""
    return occurrence.starts_at - OPENS <= turn.now <= ends_at(occurrence) + OPENS


def meeting_of(turn: Turn, arguments: Sequence[str]) -> Occurrence | None:
    """The occurrence that a button or a form names, if it is of the speaker's network and may be spoken of here."""
    ident = number(str(arguments[0])) if arguments else None
    found = turn.session.get(Occurrence, ident) if ident is not None else None
    if found is None or turn.network is None or found.meeting.network_id != turn.network.id:
        return None
    return found


def which(turn: Turn, data: Data) -> list[Choice]:
    """The meetings among which a form asks, as choices."""
    found = [turn.session.get(Occurrence, ident) for ident in data.get("among", [])]
    return [
        Choice(f"{short_day(turn, one)} {one.meeting.title}", str(one.id)) for one in found if one is not None
    ]


def about(occurrences: Sequence[Occurrence]) -> Data:
    """The beginning of a form's data: the only meeting that may be meant, or those to ask among."""
    among = [one.id for one in occurrences[:6]]
    return {"among": among, **({"which": str(among[0])} if len(among) == 1 else {})}


def held_since(turn: Turn, since: datetime) -> list[Occurrence]:
    """The meetings that began after a moment (aware), or begin just now, of which may be spoken here; newest first."""
    if turn.network is None:
        return []
    found = held(turn.session, turn.network.id, since, turn.now + OPENS)
    return [one for one in found if not turn.in_group or in_its_room(turn, one)]


def of_kind(turn: Turn, found: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of the kind that the words name, where there are any; else all."""
    kind = kind_named(turn)
    return [one for one in found if one.meeting.kind == kind] or list(found)


def of_days(turn: Turn, found: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of the days that the words name; all of them where they name none."""
    period = read_as("show_digest", turn.plain, turn.now).slots.get("period")
    if period is None:
        return list(found)
    days = [local(one, one.starts_at).date().isoformat() for one in found]
    return [one for one, day in zip(found, days, strict=True) if period[0] <= day <= period[1]]


def fit(words: str) -> str:
    """Words as they may stand in minutes: no identity card's number, no novel."""
    return ID_NUMBER.sub(HIDDEN, " ".join(words.split()))[:LONGEST]


def said_in(turn: Turn, msgid: str) -> str:
    """What follows the words of a command, where all that was typed fits its pattern; else all of it."""
    groups = turn.heard(msgid)
    return fit(
        next((group for group in groups or () if group.strip()), "" if groups is not None else turn.text)
    )


def _near(turn: Turn) -> list[Occurrence]:
    return of_kind(turn, held_since(turn, turn.now - WRITTEN_FOR))


def _going_on(turn: Turn, found: list[Occurrence]) -> list[Occurrence]:
    return [one for one in found if goes_on(turn, one)] or found
