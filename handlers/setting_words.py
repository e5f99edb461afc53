"""A network's settings as people say them: read from words, offered as buttons, and shown on cards."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue import Choice, Data
from bot.language import DEFAULT, language
from bot.turn import Turn
from bot.understanding.numbers import read_number
from bot.understanding.reader import read_as
from bot.voice import Speaks
from handlers.announcement_audience import matched
from handlers.meeting_times import clock_of
from models.approvals import ALLOWED
from models.meeting_rules import DAY_BEFORE, HOUR_BEFORE, MORNING
from models.network_settings import FEWEST_MINUTES, MOST_DAYS, MOST_MINUTES, NUDGES

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
RULES = (DAY_BEFORE, MORNING, HOUR_BEFORE)
BETWEEN = ","
REMIND_OFFERED = (RULES, RULES[:2], RULES[:1], RULES[1:2], RULES[2:], ())
CLOCKS: dict[str, tuple[str, ...]] = {
    "quiet_from": ("20:00", "20:30", "21:00", "22:00"),
    "quiet_until": ("05:00", "06:00", "07:00"),
    "digest_at": ("08:00", "12:00", "17:00", "18:00"),
    "share_at": ("08:00", "12:00", "18:30"),
    "remind_evening_at": ("17:00", "18:00", "19:00"),
    "remind_morning_at": ("06:30", "07:00", "08:00"),
}
HALVES = {  # what an hour is of that may be two: หกโมง
    "quiet_from": "evening",
    "quiet_until": "morning",
    "remind_evening_at": "evening",
    "remind_morning_at": "morning",
}
COUNTS: dict[str, tuple[int, ...]] = {"remind_days": (1, 2, 3), "remind_minutes": (30, 60, 120, 180)}
NUDGE_OFFERED = (48, 72, 120, 168, 0)  # hours before a meeting; 0: nobody who is silent is asked again
YES, NO = "yes", "no"
WEEKDAYS = ("digest_weekday", "share_weekday")
WEEKS = (1, 2, 4, 0)  # between invitations to tell something; 0: none


def shown(speaks: Speaks, topic: str, kept: Mapping[str, Any]) -> str:
    """A topic's setting in words."""
    match topic:
        case "quiet":
            return speaks.say("network_settings.hours", start=kept["quiet_from"], end=kept["quiet_until"])
        case "digest":
            day = speaks.say(f"meetings.weekday.{DAYS[kept['digest_weekday']]}")
            return speaks.say("network_settings.weekly", day=day, at=kept["digest_at"])
        case "digest_room":
            return speaks.say(f"network_settings.sends.{YES if kept['digest_in_room'] else NO}")
        case "remind":
            return _reminders(speaks, kept)
        case "nudge":
            return nudge_words(speaks, kept["nudge_hours"])
        case "share":
            return _invitations(speaks, kept)
        case _:
            (name,) = kept
            return speaks.say(f"network_settings.{name}.{kept[name]}")


def choices(turn: Turn, data: Data, name: str) -> Sequence[Choice]:
    """What is offered for one setting."""
    if name in CLOCKS:
        return [Choice(turn.say("meetings.from", start=at), at) for at in CLOCKS[name]]
    if name in COUNTS:
        return [Choice(count_words(turn, name, one), str(one)) for one in COUNTS[name]]
    if name == "nudge_hours":
        return [Choice(nudge_words(turn, hours), str(hours)) for hours in NUDGE_OFFERED]
    if name == "share_weeks":
        return [Choice(turn.say(f"sharing_rooms.every.{weeks}"), str(weeks)) for weeks in WEEKS]
    if name in WEEKDAYS:
        return [Choice(turn.say(f"meetings.weekday.{day}"), str(index)) for index, day in enumerate(DAYS)]
    if name == "digest_in_room":
        return [Choice(turn.say(f"network_settings.sends.{one}"), one) for one in (YES, NO)]
    if name == "remind":
        return [Choice(_rules_words(turn, rules), BETWEEN.join(rules)) for rules in REMIND_OFFERED]
    return [Choice(turn.say(f"network_settings.{name}.{word}"), word) for word in ALLOWED[name]]


def resolved(turn: Turn, words: str, name: str) -> str | None:
    """What was typed for one setting, as its buttons would give it; None where it is none."""
    if name in CLOCKS:
        half = turn.say(f"network_settings.said.{HALVES[name]}") if name in HALVES else ""
        return clock_of(turn, words) or (clock_of(turn, words.strip() + half) if half else None)
    if name in WEEKDAYS:
        day = weekday_in(turn, words)
        return None if day is None else str(day)
    if name in COUNTS:
        number = read_number(words.strip())
        said = counts_in(turn, words).get(name) or (int(number) if number is not None else None)
        return None if said is None else str(said)
    if name == "nudge_hours":
        return nudge_in(turn, words)
    if name == "remind":
        rules = rules_in(turn, words)
        return BETWEEN.join(rules) if rules is not None else None
    return None


def kept(name: str, value: Any) -> Any:
    """An answer as it is kept."""
    if name in (*WEEKDAYS, "share_weeks", "nudge_hours") or name in COUNTS:
        return int(value)
    if name == "digest_in_room":
        return value in (YES, True)
    if name == "remind":
        return [one for one in RULES if one in str(value).split(BETWEEN)]
    return value


def fits(name: str, value: str) -> bool:
    """Whether a value, which a button or words gave, is one that this setting can have."""
    if name in CLOCKS:
        hour, _, minute = value.partition(":")
        return (
            len(value) == len("HH:MM")
            and hour.isdecimal()
            and minute.isdecimal()
            and hour < "24"
            and minute < "60"
        )
    if name in COUNTS:
        low, high = (1, MOST_DAYS) if name == "remind_days" else (FEWEST_MINUTES, MOST_MINUTES)
        return value.isdecimal() and low <= int(value) <= high
    if name == "nudge_hours":
        return value.isdecimal() and int(value) in (0, *NUDGES)
    if name == "share_weeks":
        return value in {str(weeks) for weeks in WEEKS}
    if name in WEEKDAYS:
        return value in {str(index) for index in range(len(DAYS))}
    if name == "digest_in_room":
        return value in (YES, NO)
    if name == "remind":
        return set(value.split(BETWEEN)) <= {*RULES, ""}
    return value in ALLOWED[name]


def count_words(speaks: Speaks, name: str, count: int) -> str:
    """2 วัน, 2 ชั่วโมง, 30 นาที."""
    if name == "remind_days":
        return speaks.say("network_settings.days", count=count)
    if count % 60 == 0:
        return speaks.say("network_settings.hours_long", count=count // 60)
    return speaks.say("network_settings.minutes", count=count)


def nudge_words(speaks: Speaks, hours: int) -> str:
    """ก่อนประชุม 2 วัน, ก่อนประชุม 36 ชั่วโมง, ไม่ถามซ้ำ."""
    if not hours:
        return speaks.say("network_settings.no_nudge")
    days = hours % 24 == 0
    span = speaks.say(
        "network_settings.days" if days else "network_settings.hours_long",
        count=hours // 24 if days else hours,
    )
    return speaks.say("network_settings.before_meeting", span=span)


def nudge_in(turn: Turn, words: str) -> str | None:
    """ก่อน 3 วัน, 48 ชั่วโมง, ไม่ต้อง: hours, as a choice would give them; None where words say none."""
    counted = counts_in(turn, words)
    if "remind_days" in counted:
        return str(counted["remind_days"] * 24)
    if "remind_minutes" in counted:
        return str(counted["remind_minutes"] // 60)
    return "0" if matched(turn, "network_settings.words.without", words) else None


def quiet_in(turn: Turn, words: str) -> dict[str, str]:
    """สามทุ่มถึงตีห้า; of one hour, whether it is the evening's or the morning's."""
    begins = ""
    for said in (
        words + turn.say("network_settings.said.morning"),
        words,
    ):  # สามทุ่มถึงหกโมง ends in the morning
        slots = read_as("create_meeting", said, turn.now).slots
        begins, ends = str(slots.get("datetime", ""))[11:], str(slots.get("end_datetime", ""))[11:]
        if begins and ends:
            return {"quiet_from": begins, "quiet_until": ends}
    if not begins:
        return {}
    return {"quiet_from" if begins >= "12:00" or begins < "03:00" else "quiet_until": begins}


def day_and_hour_in(turn: Turn, words: str, weekday: str, hour: str) -> dict[str, str]:
    """ทุกวันศุกร์ 5 โมงเย็น: the day, the hour, or both, as the settings of these names."""
    day, at = (
        weekday_in(turn, words),
        str(read_as("create_meeting", words, turn.now).slots.get("datetime", ""))[11:],
    )
    found = {} if day is None else {weekday: str(day)}
    return {**found, hour: at} if at else found


def remind_in(turn: Turn, words: str, now: Mapping[str, Any]) -> dict[str, str]:
    """ล่วงหน้า 2 วัน, เช้าวันประชุม 7 โมง, ก่อน 2 ชั่วโมง: what is said is added to what there is; ไม่ต้อง takes away."""
    rules, there = rules_in(turn, words), set(now["remind"])
    if matched(turn, "network_settings.words.without", turn.plain):
        left = there - set(rules) if rules else set()
        return {"remind": BETWEEN.join(one for one in RULES if one in left)}
    if rules is None:
        return {}
    only = set(rules) if matched(turn, "network_settings.words.only", words) else there | set(rules)
    found = {"remind": BETWEEN.join(one for one in RULES if one in only)}
    found |= {name: str(count) for name, count in counts_in(turn, words).items()}
    at = str(read_as("create_meeting", words, turn.now).slots.get("datetime", ""))[11:]
    if at and MORNING in rules:
        found["remind_morning_at"] = at
    elif at and DAY_BEFORE in rules:
        found["remind_evening_at"] = at
    return found


def rules_in(turn: Turn, words: str) -> list[str] | None:
    """The rules of reminders that words name; none where they say that nobody is to be reminded; else None."""
    named = [rule for rule in RULES if matched(turn, f"network_settings.words.{rule}", words)]
    counted = counts_in(turn, words)
    named += [DAY_BEFORE] if "remind_days" in counted else []
    named += [HOUR_BEFORE] if "remind_minutes" in counted else []
    if named:
        return [rule for rule in RULES if rule in named]
    return [] if matched(turn, "network_settings.words.without", words) else None


def counts_in(turn: Turn, words: str) -> dict[str, int]:
    """ล่วงหน้า 2 วัน, ก่อน 2 ชั่วโมง, ก่อนครึ่งชั่วโมง."""
    units = (("remind_days", "day", 1), ("remind_minutes", "hour", 60), ("remind_minutes", "minute", 1))
    for name, unit, of in units:
        if found := matched(turn, f"network_settings.words.count_{unit}", words):
            number = 0.5 if found[1] == turn.say("network_settings.half") else read_number(found[1])
            if number is not None and number * of == int(number * of):
                return {name: int(number * of)}
    return {}


def weekday_in(turn: Turn, words: str) -> int | None:
    """The weekday that words name, from Monday, 0."""
    for spoken in (turn.language, language(DEFAULT)):
        for index, day in enumerate(DAYS):
            if spoken.say(f"network_settings.day.{day}") in words.lower():
                return index
    return None


def _reminders(speaks: Speaks, kept: Mapping[str, Any]) -> str:
    said = {
        DAY_BEFORE: speaks.say(
            "network_settings.before_days", count=kept["remind_days"], at=kept["remind_evening_at"]
        ),
        MORNING: speaks.say("network_settings.on_the_day", at=kept["remind_morning_at"]),
        HOUR_BEFORE: speaks.say(
            "network_settings.before_start",
            span=count_words(speaks, "remind_minutes", kept["remind_minutes"]),
        ),
    }
    parts = [said[rule] for rule in RULES if rule in kept["remind"]]
    return "\n".join(parts) or speaks.say("network_settings.no_reminders")


def _invitations(speaks: Speaks, kept: Mapping[str, Any]) -> str:
    often = speaks.say(f"sharing_rooms.every.{kept['share_weeks']}")
    if not kept["share_weeks"]:
        return often
    day = speaks.say(f"meetings.weekday.{DAYS[kept['share_weekday']]}")
    return speaks.say("network_settings.invites", often=often, day=day, at=kept["share_at"])


def _rules_words(speaks: Speaks, rules: Sequence[str]) -> str:
    return speaks.say(f"network_settings.rules.{'_'.join(rules) or 'none'}")
