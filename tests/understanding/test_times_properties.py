"""What holds for every date, every hour, every text: properties of the time parser."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.times import Times, read_answer_time, read_times

NOW = datetime.fromisoformat("2026-11-24T10:00")
NOWS = st.datetimes(
    datetime.fromisoformat("2020-01-01T00:00"), datetime.fromisoformat("2039-12-31T00:00")
).map(lambda now: now.replace(microsecond=0))
DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))

WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
RRULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONES = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
# fmt: off
MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)
SHORT = ("มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา", "กรกฎา", "สิงหา", "กันยา", "ตุลา", "พฤศจิกา", "ธันวา")
DOTTED = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
# fmt: on
BARE = tuple(name.replace(".", "") for name in DOTTED)
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def word(count: int) -> str:
    """A number between 1 and 59 in Thai words."""
    tens, ones = divmod(count, 10)
    head = ("", "สิบ", "ยี่สิบ", "สามสิบ", "สี่สิบ", "ห้าสิบ")[tens]
    return head + ("เอ็ด" if ones == 1 and tens else ONES[ones])


WRITTEN = (
    "{d.day} {full} {be}",
    "{d.day} {full} พ.ศ. {be}",
    "{d.day} {full} ค.ศ. {d.year}",
    "{d.day} {full} {d.year}",
    "{d.day} {full} {yy}",
    "{d.day} {short} {yy}",
    "{d.day}{short}{yy}",
    "{d.day} {dotted} {be}",
    "{d.day} {dotted} {yy}",
    "{d.day}{dotted}{yy}",
    "{d.day} {bare} {yy}",
    "{d.day:02} {dotted} {be}",
    "{d.day}/{d.month}/{be}",
    "{d.day:02}/{d.month:02}/{yy}",
    "{d.day}-{d.month}-{be}",
    "{d.day}.{d.month}.{yy}",
    "{d.day}/{d.month}/{d.year}",
    "{d.year}-{d.month:02}-{d.day:02}",
    "{be}-{d.month:02}-{d.day:02}",
    "วันที่ {d.day} {full} {be}",
    "วันที่ {d.day} เดือน{full} ปี {be}",
    "วันที่ {words} {full} {be}",
    "วันที่{words}{short}{yy}",
    "วัน{weekday}ที่ {d.day} {full} {be}",
    "{weekday} {d.day} {dotted} {yy}",
    "วัน{weekday}ที่{d.day}{dotted}{yy}",
)


def written(form: str, day: date) -> str:
    month = day.month - 1
    return form.format(
        d=day,
        be=day.year + 543,
        yy=f"{(day.year + 543) % 100:02}",
        full=MONTHS[month],
        short=SHORT[month],
        dotted=DOTTED[month],
        bare=BARE[month],
        words=word(day.day),
        weekday=WEEKDAYS[day.weekday()],
    )


@pytest.mark.parametrize("form", WRITTEN)
def test_the_dates_of_ten_years_are_read_in_each_form(form: str) -> None:
    """A full date means that date in whatever form, in Arabic and in Thai digits; each form has a third of the days."""
    first = date(2021, 1, 1) + timedelta(days=WRITTEN.index(form) % 3)
    wrong = []
    for day in (first + timedelta(days=step) for step in range(0, 3650, 3)):
        text = written(form, day)
        said = (text, text.translate(THAI_DIGITS)) if day.day % 7 == 0 else (text,)
        wrong += [each for each in said if read_times(each, NOW).datetime != day.isoformat()]
    assert not wrong


@given(
    DAYS,
    NOWS,
    st.sampled_from(
        ("{d.day} {full}", "{d.day} {dotted}", "วันที่ {d.day} {short}", "{weekday} {d.day} {bare}")
    ),
)
def test_a_date_without_a_year_is_the_next_one_or_in_a_report_the_last(
    day: date, now: datetime, form: str
) -> None:
    """A date without a year is never behind now in a plan and never ahead of it in a report."""
    text = written(form, day)
    coming, gone = read_times(text, now, sense="future"), read_times(text, now, sense="past")
    assert coming.datetime
    assert gone.datetime
    assert coming.datetime >= now.date().isoformat() >= gone.datetime
    assert coming.datetime[5:] == gone.datetime[5:] == day.isoformat()[5:]


@given(st.integers(1, 31), NOWS)
def test_a_day_of_the_month_is_the_nearest_that_exists(day: int, now: datetime) -> None:
    """วันที่ N is strictly after today, in a report strictly before it, and skips months without it."""
    coming = read_times(f"วันที่ {day}", now, sense="future").datetime
    gone = read_times(f"วันที่ {word(day)}", now, sense="past").datetime
    assert coming
    assert gone
    assert coming > now.date().isoformat() > gone
    assert int(coming[8:]) == int(gone[8:]) == day
    between = (date.fromisoformat(coming) - now.date()).days
    assert all((now.date() + timedelta(days=step)).day != day for step in range(1, between))


HOURS = (
    *((f"ตี{name}", hour) for hour in range(1, 6) for name in (word(hour), str(hour), f" {hour}")),
    *((f"{name}โมงเช้า", hour + 6 if hour < 6 else hour) for hour in range(1, 12) for name in (word(hour), f"{hour} ")),
    *((f"{name}โมง", hour) for hour in range(7, 12) for name in (word(hour), str(hour), f"{hour} ")),
    ("เที่ยง", 12),
    ("เที่ยงวัน", 12),
    ("บ่ายโมง", 13),
    *((f"บ่าย{name}", hour + 12) for hour in range(1, 5) for name in (word(hour), str(hour), f" {hour}")),
    *((f"บ่าย{name}โมง", hour + 12) for hour in range(1, 5) for name in (word(hour), str(hour), f" {hour} ")),
    *((f"{name}โมงเย็น", hour + 12) for hour in range(3, 7) for name in (word(hour), f"{hour} ")),
    ("ทุ่ม", 19),
    ("ทุ่มนึง", 19),
    *((f"{name}ทุ่ม", hour + 18) for hour in range(1, 6) for name in (word(hour), str(hour), f"{hour} ")),
    *((f"{word(hour)}นาฬิกา", hour) for hour in range(1, 24)),
)  # fmt: skip
TAILS = (("", 0), ("ครึ่ง", 30), ("ตรง", 0), ("สิบห้านาที", 15), (" 20 นาที", 20), ("สี่สิบห้า", 45), ("ห้านาที", 5))


@pytest.mark.parametrize(("tail", "minute"), TAILS)
@pytest.mark.parametrize(("words", "hour"), HOURS)
def test_every_hour_word_with_minutes(words: str, hour: int, tail: str, minute: int) -> None:
    """Each way to name an hour takes the half, the minutes and ตรง."""
    assert read_times(f"พรุ่งนี้{words}{tail}", NOW).datetime == f"2026-11-25T{hour:02}:{minute:02}"


@given(st.integers(0, 23), st.integers(0, 59), NOWS)
def test_a_time_without_a_day_is_the_next_such_time(hour: int, minute: int, now: datetime) -> None:
    """Figures with น. and no day are the coming such time, within a day from now, in each way of writing."""
    forms = [
        f"{hour}.{minute:02} น.",
        f"{hour:02}:{minute:02}น.",
        f"{hour:02}{minute:02} น.",
        f"เวลา {hour}:{minute:02}",
    ]
    said = {read_times(form, now, sense="future").datetime for form in forms}
    assert len(said) == 1
    at = datetime.fromisoformat(said.pop() or "")
    assert (at.hour, at.minute) == (hour, minute)
    assert now < at <= now + timedelta(days=1)


@given(st.integers(0, 6), NOWS)
def test_weekdays_keep_to_their_weeks(day: int, now: datetime) -> None:
    """นี้ is within seven days ahead, ที่ผ่านมา within seven behind, หน้า in the next calendar week."""
    today, name = now.date(), WEEKDAYS[day]
    coming = date.fromisoformat(read_times(f"วัน{name}นี้", now).datetime or "")
    gone = date.fromisoformat(read_times(f"วัน{name}ที่ผ่านมา", now).datetime or "")
    assert coming.weekday() == gone.weekday() == day
    assert 1 <= (coming - today).days <= 7
    assert 1 <= (today - gone).days <= 7
    after = read_times(f"วัน{name}สัปดาห์หน้า", now)
    if today.weekday() == 6:
        assert after.unclear == "next_week_on_sunday"
    else:
        monday = today - timedelta(days=today.weekday())
        assert date.fromisoformat(after.datetime or "") == monday + timedelta(days=7 + day)


@given(st.sets(st.integers(0, 6), min_size=1, max_size=5), NOWS, st.integers(7, 11))
def test_weekly_rules_give_the_weekdays_they_say(days: set[int], now: datetime, hour: int) -> None:
    """A weekly rule is valid, lists its days from Monday on, and begins on the first of them after now."""
    said = " และ".join(f"วัน{WEEKDAYS[day]}" for day in sorted(days, reverse=True))
    times = read_times(f"ทุก{said} {hour} โมง", now)
    assert times.recurrence == "FREQ=WEEKLY;BYDAY=" + ",".join(RRULE_DAYS[day] for day in sorted(days))
    expected = rrulestr(times.recurrence, dtstart=now.replace(hour=hour, minute=0, second=0)).after(now)
    assert times.datetime == expected.isoformat(timespec="minutes")


@given(st.integers(1, 31), NOWS)
def test_monthly_rules_give_the_day_they_say(day: int, now: datetime) -> None:
    """ทุกวันที่ N begins on the first such day after now, in a month that has one."""
    times = read_times(f"ทุกวันที่ {day} เวลา 9.00 น.", now)
    assert times.recurrence == f"FREQ=MONTHLY;BYMONTHDAY={day}"
    first = datetime.fromisoformat(times.datetime or "")
    assert first.day == day
    assert first > now


@given(st.integers(0, 6), st.sampled_from((1, 2, 3, 4, -1)), NOWS)
def test_the_nth_weekday_of_the_month(day: int, ordinal: int, now: datetime) -> None:
    """วัน…แรก/ที่ N/สุดท้ายของเดือน is a rule whose first time is such a day."""
    said = {1: "แรก", -1: "สุดท้าย"}.get(ordinal, f"ที่ {ordinal} ")
    times = read_times(f"ทุกวัน{WEEKDAYS[day]}{said}ของเดือน บ่ายโมง", now)
    assert times.recurrence == f"FREQ=MONTHLY;BYDAY={ordinal}{RRULE_DAYS[day]}"
    first = datetime.fromisoformat(times.datetime or "")
    assert first.weekday() == day
    assert first > now
    if ordinal == -1:
        assert (first + timedelta(days=7)).month != first.month
    else:
        assert (first.day - 1) // 7 + 1 == ordinal


@given(DAYS, st.integers(0, 40), st.sampled_from(("{a} - {b}", "{a} ถึง {b}", "ตั้งแต่{a}ถึง{b}")))
def test_a_range_of_full_dates(first: date, days: int, form: str) -> None:
    """Both ends of a range of full dates are read as they stand."""
    last = first + timedelta(days=days + 1)
    text = form.format(
        a=written("วันที่ {d.day} {dotted} {be}", first), b=written("{d.day} {dotted} {be}", last)
    )
    times = read_times(text, NOW)
    assert (times.datetime, times.end_datetime) == (first.isoformat(), last.isoformat())


@given(DAYS, st.integers(1, 8))
def test_a_range_shares_what_is_said_once(first: date, days: int) -> None:
    """Month and year said once hold for both ends, across the ends of months and years."""
    last = first + timedelta(days=days)
    tail = f"{DOTTED[last.month - 1]} {last.year + 543}"
    head = f"{first.day}" if first.month == last.month else f"{first.day} {DOTTED[first.month - 1]}"
    times = read_times(f"{head}-{last.day} {tail}", NOW)
    assert (times.datetime, times.end_datetime) == (first.isoformat(), last.isoformat())


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))
def test_a_range_of_hours_ends_after_it_starts(
    hour: int, minute: int, end_hour: int, end_minute: int
) -> None:
    """An end at or before the start is on the next day."""
    times = read_times(f"พรุ่งนี้ {hour:02}.{minute:02}-{end_hour:02}.{end_minute:02} น.", NOW)
    start, end = (
        datetime.fromisoformat(times.datetime or ""),
        datetime.fromisoformat(times.end_datetime or ""),
    )
    assert start.isoformat()[:10] == "2026-11-25"
    assert timedelta() < end - start <= timedelta(days=1)


WORDS = """
พรุ่งนี้ วัน ที่ 5 31 ก.พ. เสาร์ อาทิตย์ หน้า ที่แล้ว ทุก เดือน ปี 69 ถึง - / . : บ่าย สอง โมง เย็น ทุ่ม ครึ่ง เที่ยงคืน ตี น.
และ แรก สุดท้าย ของ อีก ชั่วโมง ก่อน นี้ สิ้น ต้น ไตรมาส งบ สงกรานต์ เว้น ละ ครั้ง เริ่ม เป็น แทน ๆ เมื่อ คืน ๑๒ 0 99 2569
"""
PIECES = st.sampled_from([*WORDS.split(), " "])


@settings(max_examples=400)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join)),
    NOWS,
    st.booleans(),
    st.sampled_from((None, "past", "future")),
)
def test_any_text_is_read_without_an_error(text: str, now: datetime, asking: bool, sense: None) -> None:
    """Whatever is written, reading it raises nothing, and what it gives is well formed."""
    times = read_times(text, now, sense=sense, asking=asking)
    for moment in (times.datetime, times.end_datetime, *(times.period or ())):
        assert moment is None or datetime.fromisoformat(moment)
    assert not (times.end_datetime and not times.datetime)
    assert times.period is None or times.period[0] <= times.period[1]
    if times.end_datetime and times.datetime:
        assert times.end_datetime >= times.datetime
        assert len(times.end_datetime) == len(times.datetime)
    if times.recurrence:
        assert rrulestr(times.recurrence, dtstart=now)
    assert not (asking and (times.datetime or times.recurrence))
    assert all(0 <= start < end <= len(text) for start, end in times.spans)
    assert isinstance(read_answer_time(text, now), Times)
