"""How a meeting looks: its day and hours, place, people and agenda, and the buttons to answer with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import cards
from bot.cards import Action, Message, Row, card
from bot.voice import Speaks
from models.meetings import Occurrence
from models.words import Attending

ONE_DAY = timedelta(days=1)
AGENDA_LINES = 6
MOST_BUTTONS = 4
# Opens in the phone's own browser, which hands calendars on; LINE's does not.
# https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/#opening-url-in-external-browser
OUTSIDE = "openExternalBrowser=1"


def local(occurrence: Occurrence, moment: datetime) -> datetime:
    """A moment in the zone of the meeting's network."""
    return moment.astimezone(ZoneInfo(occurrence.meeting.network.timezone))


def when(speaks: Speaks, occurrence: Occurrence) -> list[str]:
    """The day and the hours, as two lines that stand out."""
    end = local(occurrence, occurrence.ends_at) if occurrence.ends_at else None
    return when_lines(speaks, local(occurrence, occurrence.starts_at), end)


def when_lines(speaks: Speaks, start: datetime, end: datetime | None) -> list[str]:
    """A day in full with its weekday and year, and the hours; a last day where it goes on for several."""
    day = speaks.language.day(start)
    if end is not None and end.date() > start.date() and end - start >= ONE_DAY:
        return [f"{day} –", speaks.language.day(end), hours(speaks, start, end)]
    return [day, hours(speaks, start, end)]


def hours(speaks: Speaks, start: datetime, end: datetime | None) -> str:
    """13:00–15:30 น., or only when it begins."""
    if end is None:
        return speaks.say("meetings.from", start=f"{start:%H:%M}")
    return speaks.say("meetings.hours", start=f"{start:%H:%M}", end=f"{end:%H:%M}")


def moment_line(speaks: Speaks, occurrence: Occurrence) -> str:
    """The day and the hour in one line."""
    return speaks.language.moment(local(occurrence, occurrence.starts_at))


def place_line(speaks: Speaks, place: str, online: bool) -> str:
    """Where it is: the place as people call it, or online."""
    if not online:
        return place
    usual = speaks.say("meetings.online")
    if not place:
        return usual
    return place if usual in place else f"{usual} ({place})"


def facts(speaks: Speaks, occurrence: Occurrence) -> list[Row]:
    """The labelled lines: place, agenda, whose call it is, how often."""
    meeting = occurrence.meeting
    rows = [
        ("place", place_line(speaks, occurrence.place, occurrence.online)),
        ("topic", agenda_line(occurrence.agenda)),
        ("host", meeting.host.call_as if meeting.host is not None else ""),
        ("rule", rule_words(speaks, meeting.rule) if meeting.rule else ""),
    ]
    return [Row(speaks.say(f"meetings.call.{name}.label"), value) for name, value in rows if value]


def agenda_line(agenda: Sequence[str]) -> str:
    """The agenda, one matter a line."""
    if len(agenda) < 2:
        return "".join(agenda)
    lines = [f"{number}. {matter}" for number, matter in enumerate(agenda[:AGENDA_LINES], 1)]
    return "\n".join([*lines, "…"] if len(agenda) > AGENDA_LINES else lines)


def occurrence_card(
    speaks: Speaks,
    occurrence: Occurrence,
    title: str,
    *,
    note: str = "",
    answers: bool = True,
    more: Sequence[Action] = (),
) -> Message:
    """A meeting's card; `title` is a msgid that may name the meeting's {title}. What is no answer becomes a line to
    tap where the buttons are four already."""
    buttons = [*answer_buttons(speaks, occurrence)] if answers else []
    if occurrence.link:
        buttons.append(cards.opens(speaks.say("meetings.join"), occurrence.link))
    buttons += more
    return card(
        speaks.say(title, title=occurrence.meeting.title),
        big=when(speaks, occurrence),
        rows=facts(speaks, occurrence),
        links=[*_links(speaks, occurrence), *buttons[MOST_BUTTONS:]],
        note=note,
        buttons=buttons[:MOST_BUTTONS],
    )


def _links(speaks: Speaks, occurrence: Occurrence) -> list[Action]:
    """เพิ่มลงปฏิทิน, and where it is on the map; nothing of a meeting that is cancelled."""
    if occurrence.cancelled_at is not None:
        return []
    keep = speaks.tools.entry_url("meeting_calendars.one", occurrence.id, speaks.language.code)
    found = [cards.opens(speaks.say("meetings.keep"), f"{keep}?{OUTSIDE}")]
    if occurrence.latitude is not None:
        found.append(speaks.button("meetings.map", "meeting_map.show", occurrence.id))
    return found


def answer_buttons(speaks: Speaks, occurrence: Occurrence) -> list[Action]:
    """มา, ไม่มา, ยังไม่แน่."""
    return [
        speaks.button(f"meeting_answers.{answer}", "meeting_answers.rsvp", occurrence.id, answer.value)
        for answer in (Attending.YES, Attending.NO, Attending.MAYBE)
    ]


def rule_words(speaks: Speaks, rule: str) -> str:
    """How often a rule makes a meeting take place, in words: ทุกเดือน วันที่ 5."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    often, interval = parts.get("FREQ", "DAILY").lower(), int(parts.get("INTERVAL", "1"))
    every = f"meetings.every.{often}" if interval == 1 else f"meetings.every_few.{often}"
    said = [speaks.say(every, count=interval)]
    if often != "yearly":
        said += [_weekday(speaks, code) for code in parts.get("BYDAY", "").split(",") if code]
        said += [_month_day(speaks, number) for number in parts.get("BYMONTHDAY", "").split(",") if number]
    return " ".join(said)


def _weekday(speaks: Speaks, code: str) -> str:
    """SA, or the third or last one of the month: 3SA, -1SA."""
    place, name = code[:-2], speaks.say(f"meetings.weekday.{code[-2:].lower()}")
    if not place:
        return name
    if place in ("1", "-1"):
        return speaks.say("meetings.first" if place == "1" else "meetings.last", day=name)
    return speaks.say("meetings.nth", day=name, number=place)


def _month_day(speaks: Speaks, number: str) -> str:
    return (
        speaks.say("meetings.month_end") if number == "-1" else speaks.say("meetings.on_day", number=number)
    )
