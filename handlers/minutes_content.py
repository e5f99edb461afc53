"""What minutes say, in the six parts that Thai offices expect: the same for the page and for the document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.orm import Session

from bot.language import BUDDHIST_ERA
from bot.voice import Speaks
from handlers.meeting_cards import local, place_line
from models.activities import Photo
from models.meeting_queries import ends_at, replies
from models.meetings import Occurrence
from models.minute_queries import (
    continued,
    former_of,
    minutes_of,
    notes_of,
    number_in_year,
    photos_of,
    present,
    resolutions_of,
)
from models.minutes import MinuteNote, Minutes, Resolution
from models.words import AgendaPart


@dataclass(frozen=True, slots=True)
class Line:
    """One thing under a part: a matter of the agenda, something noted, or a resolution with who does it until when."""

    kind: str  # matter, note, resolution, status
    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the six; `lines` are in the order in which they are read."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Report:
    """Minutes as they are read. Names are empty for whom they are not meant."""

    heading: str
    which: str  # ครั้งที่ 11/2569
    when: str
    place: str
    began: str
    ended: str
    present: str
    quorum: str
    names: Sequence[str]
    nameless: int
    absent: Sequence[str]
    parts: Sequence[Part]
    addenda: Sequence[Line]
    photos: Sequence[Photo]
    recorder: str
    state: str
    draft: bool


def report(session: Session, speaks: Speaks, occurrence: Occurrence, *, names: bool) -> Report:
    """The minutes of an occurrence, also where little was noted yet; `names` of who came, for whom they are meant."""
    minutes = minutes_of(session, occurrence.id)
    found = present(session, occurrence.id)
    start = local(occurrence, occurrence.starts_at)
    return Report(
        heading=speaks.say("minutes.heading", title=_bare_title(speaks, occurrence)),
        which=speaks.say(
            "minutes.number", number=_number(session, occurrence, start), year=start.year + BUDDHIST_ERA
        ),
        when=full_day(speaks, start),
        place=place_line(speaks, occurrence.place, occurrence.online),
        began=speaks.say("meetings.from", start=f"{start:%H:%M}"),
        ended=speaks.say("meetings.from", start=f"{local(occurrence, ends_at(occurrence)):%H:%M}")
        if occurrence.ends_at
        else "",
        present=speaks.say("meetings.count", count=found.heads) if found.counted or found.heads else "",
        quorum=_quorum(speaks, occurrence, found.heads),
        names=[one.member.call_as for one in found.named if one.member and one.member.call_as]
        if names
        else [],
        nameless=max(0, found.heads - len(found.named)),
        absent=_absent(session, occurrence, {one.member_id for one in found.named}) if names else [],
        parts=_parts(session, speaks, occurrence),
        addenda=[
            Line("note", one.words, full_day(speaks, local(occurrence, one.noted_at)))
            for one in notes_of(session, occurrence.id)
            if one.addendum
        ],
        photos=photos_of(session, occurrence.id),
        recorder=minutes.recorder.call_as if minutes is not None and minutes.recorder is not None else "",
        state=_state(speaks, occurrence, minutes),
        draft=minutes is None or minutes.approved_at is None,
    )


def full_day(speaks: Speaks, when: datetime) -> str:
    """A day as offices write it: วันเสาร์ที่ 17 ตุลาคม 2569."""
    if speaks.language.code != "th":
        return format_date(when, "EEEE d MMMM y", locale=speaks.language.code)
    named = format_date(when, "EEEE'ที่' d MMMM", locale="th")
    return f"{named} {when.year + BUDDHIST_ERA}"


def _bare_title(speaks: Speaks, occurrence: Occurrence) -> str:
    """The title as it stands behind รายงานการ: the word for a meeting is not said twice."""
    title, word = occurrence.meeting.title, speaks.say("meetings.kind.other")
    return title if title.startswith(word) else f"{word} {title}"


def _number(session: Session, occurrence: Occurrence, start: datetime) -> int:
    year_began = datetime(start.year, 1, 1, tzinfo=ZoneInfo(occurrence.meeting.network.timezone))
    return number_in_year(session, occurrence, year_began)


def _quorum(speaks: Speaks, occurrence: Occurrence, heads: int) -> str:
    quorum = occurrence.meeting.quorum
    if not quorum or not heads:
        return ""
    return speaks.say("minutes.quorum.met" if heads >= quorum else "minutes.quorum.lacking", quorum=quorum)


def _absent(session: Session, occurrence: Occurrence, came: set[int | None]) -> list[str]:
    """Who had said that they could not come; whoever said nothing is not named."""
    declined = replies(session, occurrence).no
    return [one.member.call_as for one in declined if one.member and one.member_id not in came]


def _state(speaks: Speaks, occurrence: Occurrence, minutes: Minutes | None) -> str:
    if minutes is None or minutes.approved_at is None:
        return speaks.say("minutes.draft")
    day = full_day(speaks, local(occurrence, minutes.approved_at))
    if minutes.approved_in is None:
        return speaks.say("minutes.approved_on", day=day)
    return speaks.say("minutes.approved_in", day=day, title=minutes.approved_in.meeting.title)


def _parts(session: Session, speaks: Speaks, occurrence: Occurrence) -> list[Part]:
    """The six, each with its lines; one without any says so."""
    lines: dict[AgendaPart, list[Line]] = {part: [] for part in AgendaPart}
    former = former_of(session, occurrence)
    if former is not None:
        lines[AgendaPart.FORMER].append(_approving(speaks, occurrence, former))
    past = former.occurrence if former is not None else None
    lines[AgendaPart.CONTINUED] += [
        _status(speaks, occurrence, one) for one in continued(session, occurrence, past)
    ]
    for matter in occurrence.agenda:
        if not re.fullmatch(speaks.say("minutes.words.other_matters_only"), matter.strip()):
            lines[_part_of(speaks, matter)].append(Line("matter", matter))
    for note in notes_of(session, occurrence.id):
        if not note.addendum:
            lines[_noted_in(note)].append(Line("note", note.words))
    decided = resolutions_of(session, occurrence.id)
    lines[AgendaPart.TO_DECIDE] += [Line("resolution", one.words, _owned(speaks, one)) for one in decided]
    return [Part(speaks.say(f"minutes.part.{part.value}"), lines[part]) for part in AgendaPart]


def _part_of(speaks: Speaks, matter: str) -> AgendaPart:
    """Where a matter of the agenda stands: what is only told, what is left over, else what is decided."""
    for msgid, part in (
        ("minutes.words.other_matters", AgendaPart.OTHER),
        ("minutes.words.to_know", AgendaPart.TO_KNOW),
    ):
        if re.search(speaks.say(msgid), matter, re.IGNORECASE):
            return part
    return AgendaPart.TO_DECIDE


def _noted_in(note: MinuteNote) -> AgendaPart:
    """Where no part was named it stands with what was talked over."""
    return AgendaPart(note.part) if note.part in set(AgendaPart) else AgendaPart.TO_DECIDE


def _approving(speaks: Speaks, occurrence: Occurrence, former: Minutes) -> Line:
    """The former minutes: approved in this meeting, before it, or not yet."""
    day = full_day(speaks, local(former.occurrence, former.occurrence.starts_at))
    kind = "waiting"
    if former.approved_at is not None:
        kind = "here" if former.approved_in_id == occurrence.id else "before"
    return Line(
        "status", speaks.say(f"minutes.former.{kind}", title=former.occurrence.meeting.title, day=day)
    )


def _status(speaks: Speaks, occurrence: Occurrence, one: Resolution) -> Line:
    """How far it was when this meeting was over."""
    done = one.done_at is not None and one.done_at <= ends_at(occurrence)
    return Line("status", one.words, speaks.say("minutes.done") if done else _owned(speaks, one))


def _owned(speaks: Speaks, one: Resolution) -> str:
    """Who does it and until when, as it was decided."""
    owner = one.decided_owner.call_as if one.decided_owner is not None else ""
    if not owner and one.decided_enterprise is not None:
        owner = one.decided_enterprise.short_name
    day = speaks.language.day(one.decided_due_on) if one.decided_due_on else ""
    said = [("owner", owner), ("due", day)]
    return " · ".join(speaks.say(f"minutes.by.{name}", value=value) for name, value in said if value)
