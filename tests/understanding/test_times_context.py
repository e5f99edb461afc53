"""What an expression of time means hangs on now, on the sentence around it and on what the speaker wants."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.understanding.times import Times, read_answer_time, read_times

TUESDAY = datetime.fromisoformat("2026-11-24T10:00")


def check(table: str, now: datetime, **how: Any) -> None:
    """Compare each row ``words => datetime .. end | first,last | rule ?unclear`` with what is read."""
    wrong = []
    for line in table.strip().splitlines():
        text, meaning = line.strip().split(" => ")
        read = told(read_times(text, now, **how))
        if read != meaning:
            wrong.append(f"{text}: {read}, not {meaning}")
    assert not wrong, "\n".join(wrong)


def told(times: Times) -> str:
    end = f".. {times.end_datetime}" if times.end_datetime else None
    period = ",".join(times.period) if times.period else None
    unclear = f"?{times.unclear}" if times.unclear else None
    return " ".join(part for part in (times.datetime, end, period, times.recurrence, unclear) if part) or "-"


def test_on_a_sunday() -> None:
    """The week still is the one that ends today; what …หน้า means has to be asked."""
    now = datetime.fromisoformat("2026-11-29T09:00")
    check(
        """
        เสาร์หน้า => ?next_week_on_sunday
        สัปดาห์หน้าวันพุธ => ?next_week_on_sunday
        วันเสาร์นี้ => 2026-12-05
        วันอาทิตย์ => ?weekday_today
        วันอาทิตย์นี้ => 2026-12-06
        จันทร์นี้ => 2026-11-30
        วันจันทร์ที่ผ่านมา => 2026-11-23
        จันทร์ที่แล้ว => ?last_weekday
        อาทิตย์ที่แล้ววันศุกร์ => 2026-11-20
        พุธสัปดาห์นี้ => 2026-11-25
        วันอาทิตย์ที่แล้ว => 2026-11-22
        """,
        now,
    )
    check(
        """
        สัปดาห์นี้ => 2026-11-23,2026-11-29
        สัปดาห์หน้า => 2026-11-30,2026-12-06
        อาทิตย์ที่แล้ว => 2026-11-16,2026-11-22
        """,
        now,
        asking=True,
    )


def test_just_after_midnight_on_new_years_day() -> None:
    """Today is the local calendar date, months and years begin anew."""
    now = datetime.fromisoformat("2027-01-01T00:05")
    check(
        """
        วันนี้ => 2027-01-01
        คืนนี้สองทุ่ม => 2027-01-01T20:00
        เมื่อคืน => 2026-12-31
        ตีสอง => 2027-01-01T02:00
        เที่ยงคืน => 2027-01-02T00:00
        สิ้นเดือน => 2027-01-31
        สิ้นปี => 2027-12-31
        ปีใหม่ => 2027-01-01
        31 ธ.ค. => 2027-12-31
        วันที่ 1 => 2027-02-01
        วันที่ 31 => 2027-01-31
        เมื่อวันที่ 31 => 2026-12-31
        5 ธ.ค. ที่ผ่านมา => 2026-12-05
        9 โมง => 2027-01-01T09:00
        """,
        now,
    )
    check(
        """
        เดือนที่แล้ว => 2026-12-01,2026-12-31
        ปีที่แล้ว => 2026-01-01,2026-12-31
        ไตรมาสที่แล้ว => 2026-10-01,2026-12-31
        ปีงบประมาณนี้ => 2026-10-01,2027-09-30
        สัปดาห์นี้ => 2026-12-28,2027-01-03
        เดือนธันวา => 2026-12-01,2026-12-31
        ตั้งแต่ต้นปี => 2027-01-01,2027-01-01
        7 วันที่ผ่านมา => 2026-12-26,2027-01-01
        """,
        now,
        asking=True,
        intent="show_activities",
    )


def test_on_a_leap_day() -> None:
    """29 February is a day like others, and months without a 30th or 31st are passed over."""
    check(
        """
        วันที่ 29 => 2028-03-29
        วันที่ 31 => 2028-03-31
        29 ก.พ. => 2028-02-29
        29 ก.พ. 75 => 2032-02-29
        29 ก.พ. 72 => ?no_such_date
        28 ก.พ. => 2029-02-28
        สิ้นเดือน => 2028-02-29
        พรุ่งนี้ => 2028-03-01
        เมื่อวันที่ 30 => 2028-01-30
        เที่ยง => 2028-03-01T12:00
        เที่ยงครึ่ง => 2028-02-29T12:30
        ทุกวันที่ 29 ก.พ. 9 โมง => 2032-02-29T09:00 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29
        ทุกวันที่ 30 9 โมง => 2028-03-30T09:00 FREQ=MONTHLY;BYMONTHDAY=30
        """,
        datetime.fromisoformat("2028-02-29T12:00"),
    )


def test_late_on_new_years_eve() -> None:
    """What is tonight, tomorrow and next month crosses the year."""
    check(
        """
        พรุ่งนี้ => 2027-01-01
        เที่ยงคืน => 2027-01-01T00:00
        คืนนี้เที่ยงคืน => 2027-01-01T00:00
        สิ้นปี => 2026-12-31
        ปีใหม่ => 2027-01-01
        31 ธ.ค. => 2026-12-31
        อีก 15 นาที => 2027-01-01T00:05
        5 ทุ่ม => 2027-01-01T23:00
        5 ม.ค. ปีหน้า => 2027-01-05
        เดือนหน้าวันที่ 31 => 2027-01-31
        เมื่อวันที่ 31 => 2026-10-31
        ทุกสิ้นเดือน เที่ยงคืน => 2027-01-01T00:00 FREQ=MONTHLY;BYMONTHDAY=-1
        """,
        datetime.fromisoformat("2026-12-31T23:50"),
    )


def test_at_a_months_end() -> None:
    """Days that the next month lacks are not moved into the month after it."""
    check(
        """
        วันที่ 30 => 2027-03-30
        เดือนหน้าวันที่ 30 => ?no_such_date
        สิ้นเดือนหน้า => 2027-02-28
        เดือนที่แล้ววันที่ 31 => 2026-12-31
        ทุกวันที่ 31 บ่าย 2 => 2027-01-31T14:00 FREQ=MONTHLY;BYMONTHDAY=31
        ทุกสิ้นเดือน 9 โมง => 2027-02-28T09:00 FREQ=MONTHLY;BYMONTHDAY=-1
        วันอาทิตย์สุดท้ายของเดือนนี้ => 2027-01-31
        เสาร์ที่ 5 ของเดือนหน้า => ?no_such_date
        """,
        datetime.fromisoformat("2027-01-31T10:00"),
    )


def test_a_plan_looks_ahead() -> None:
    """What is called for is ahead; deadlines and what lies behind are not the event."""
    check(
        """
        ประชุมเสาร์ 19 ธ.ค. 9 โมง ตอบก่อน 10 ธ.ค. => 2026-12-19T09:00
        ปิดรับสมัคร 15 ธ.ค. อบรม 20-22 ธ.ค. 69 => 2026-12-20 .. 2026-12-22
        ส่งยอดภายในวันที่ 30 พ.ย. นี้ => 2026-11-30
        เมื่อวานประชุมไม่ครบองค์ นัดใหม่วันเสาร์นี้บ่ายสอง => 2026-11-28T14:00
        นัดทำบัญชีปิดสิ้นปี 29 ธ.ค. เก้าโมง => 2026-12-29T09:00
        เตรียมของสงกรานต์ ประชุมวันเสาร์ 9 โมง => 2026-11-28T09:00
        สรุปยอดเดือนที่แล้ว 9 โมง พรุ่งนี้ => 2026-11-25T09:00
        เย็นนี้นัดคุยกันหน้าโกดังห้าโมงครึ่ง => 2026-11-24T17:30
        นัดตรวจแปลง 5 ธ.ค. => 2026-12-05
        ประชุม 13.30 ที่ศาลา => 2026-11-24T13:30
        นัดป้าจันทร์วันศุกร์ 9 โมง => 2026-11-27T09:00
        ประชุมครั้งที่ 1/2570 วันที่ 7 มกราคม 2570 เวลา 13.30 น. ห้องประชุมชั้น 2 => 2027-01-07T13:30
        ประชุมที่บ้านเลขที่ 5 หมู่ 7 พรุ่งนี้ 7 โมง => 2026-11-25T07:00
        ตั้งตลาดนัดทุกวันเสาร์ เริ่มเสาร์ที่ 5 ธันวา หกโมงเช้า => 2026-12-05T06:00 FREQ=WEEKLY;BYDAY=SA
        นัดอบรมสัปดาห์หน้า => ?no_day_in_week
        """,
        TUESDAY,
        intent="create_meeting",
    )


def test_english_words_are_read_as_thai_ones() -> None:
    """Days, months and hours in English stand among Thai words and for them."""
    check(
        """
        นัดประชุม Monday 9.00 => 2026-11-30T09:00
        นัด Mon 9 โมง => 2026-11-30T09:00
        ประชุมวัน Friday นี้ => 2026-11-27
        meeting next Friday => 2026-12-04
        ประชุม Friนี้บ่ายสอง => 2026-11-27T14:00
        ประชุม 5 Dec => 2026-12-05
        ประชุม Dec 5, 2026 => 2026-12-05
        ประชุม 5th of December 69 => 2026-12-05
        8-10 Feb 70 => 2027-02-08 .. 2027-02-10
        นัด Sat 28 Nov 10.00 น. => 2026-11-28T10:00
        tomorrow 2.30pm => 2026-11-25T14:30
        พรุ่งนี้ 9am-12pm => 2026-11-25T09:00 .. 2026-11-25T12:00
        every Monday 9 am => 2026-11-30T09:00 FREQ=WEEKLY;BYDAY=MO
        ทุก Friday => FREQ=WEEKLY;BYDAY=FR
        พรุ่งนี้ may come => 2026-11-25
        นัดคุณ Mon => -
        ทา sun block => -
        ดู https://fri.com/mon => -
        """,
        TUESDAY,
        intent="create_meeting",
    )
    check(
        """
        sales last month => 2026-10-01,2026-10-31
        ยอด Jan-Mar 2026 => 2026-01-01,2026-03-31
        ขาย Jan ถึง Mar 69 => 2026-01-01,2026-03-31
        ยอดขาย October => 2026-10-01,2026-10-31
        """,
        TUESDAY,
        asking=True,
        intent="show_activities",
    )


def test_the_spans_cover_english_words_as_they_were_said() -> None:
    """Where a word of another length was read, the span still is that of the message."""
    text = "meet next Friday 2pm at วัดโพธิ์ before 5 Dec ok"
    spans = read_times(text, TUESDAY, intent="create_meeting").spans
    assert [text[start:end] for start, end in spans] == ["next Friday 2pm", "5 Dec"]


def test_what_is_taken_back_does_not_hold() -> None:
    """After a slip of the tongue the later day or hour counts; what was not said again stays."""
    check(
        """
        นัดประชุมวันศุกร์ เอ้ย วันเสาร์ 9 โมง => 2026-11-28T09:00
        นัดวันพุธ ขอโทษค่ะ วันพฤหัส บ่ายสอง => 2026-11-26T14:00
        นัดวันที่ 5 เอ๊ย วันที่ 6 ธ.ค. => 2026-12-06
        ประชุมวันพุธที่ศาลาวัด พูดผิด ต้องเป็นวันพฤหัสค่ะ => 2026-11-26
        ประชุมบ่ายสอง เอ้ย บ่ายสาม => 2026-11-24T15:00
        นัดวันเสาร์ที่ 5 ธ.ค. 9 โมง เอ้ย 10 โมง => 2026-12-05T10:00
        นัดพรุ่งนี้ 9 โมง เอ้ย มะรืน => 2026-11-26T09:00
        นัดพรุ่งนี้ 9 โมง เอ้ย มะรืน 10 โมง => 2026-11-26T10:00
        ประชุมพรุ่งนี้ ไม่ใช่สิ มะรืน => 2026-11-26
        นัดศุกร์นี้ แก้เป็นเสาร์นี้ => 2026-11-28
        ประชุมวันพุธ ไม่ใช่วันพฤหัส => 2026-11-25
        """,
        TUESDAY,
        intent="create_meeting",
    )
    check("เมื่อวาน เอ้ย วานซืน ขายผ้าได้ 3 ผืน => 2026-11-22", TUESDAY, intent="log_activity")


def test_a_report_looks_back() -> None:
    """Days without a year, weekdays and times are the last ones; a whole month needs no day."""
    check(
        """
        วันเสาร์ขายผ้าได้ 12 ผืน => 2026-11-21
        5 ธ.ค. ขายได้ 500 => 2025-12-05
        วันที่ 20 มีคนมา 18 คน => 2026-11-20
        อบรมวันที่ 10-12 พ.ย. มีคนเข้าร่วม 30 คน => 2026-11-10 .. 2026-11-12
        เมื่อเช้า 9 โมงประชุม => 2026-11-24T09:00
        ประชุมเสร็จตอนบ่ายสอง => 2026-11-23T14:00
        เดือนนี้ขายได้ 30000 => -
        ปลูกป่าวันแม่ที่ผ่านมา => 2026-08-12
        เมื่อวานไปขายที่ตลาดนัดวันพุธ => 2026-11-23
        """,
        TUESDAY,
        intent="log_activity",
    )


def test_a_moved_meeting_is_at_the_new_time() -> None:
    """The new time counts, on the old day where only the hour moves; where nothing moves in time, its own day."""
    check(
        """
        เลื่อนประชุมวันเสาร์เป็นวันอาทิตย์ => 2026-11-29
        เลื่อนประชุมพรุ่งนี้ 9 โมงเป็นบ่ายสอง => 2026-11-25T14:00
        เลื่อนประชุมจากวันที่ 5 เป็นวันที่ 12 ธ.ค. => 2026-12-12
        เลื่อนเวลาประชุมวันศุกร์จากบ่ายสองเป็นบ่ายสามครึ่ง => 2026-11-27T15:30
        ประชุมพรุ่งนี้ 9 โมง ย้ายไปวันศุกร์เวลาเดิม => 2026-11-27T09:00
        ประชุมวันอาทิตย์แทนวันเสาร์นะ => 2026-11-29
        พรุ่งนี้ไม่เอาแล้ว นัดมะรืนแทน => 2026-11-26
        ไม่ใช่วันเสาร์ เป็นวันอาทิตย์จ้า => 2026-11-29
        ย้ายประชุมวันเสาร์ไปที่วัด => 2026-11-28
        ยกเลิกประชุมพรุ่งนี้นะคะ => 2026-11-25
        เลื่อนนัดออกไปอีก 1 อาทิตย์ => ?shift
        ประชุมเปลี่ยนจากวันที่ 5 เป็นวันที่ 10 ทุกเดือน => FREQ=MONTHLY;BYMONTHDAY=10
        เลิกนัดวันจันทร์แล้ว เปลี่ยนเป็นทุกวันอังคาร => FREQ=WEEKLY;BYDAY=TU
        """,
        TUESDAY,
        intent="change_meeting",
    )


def test_questions_about_meetings_look_ahead() -> None:
    """A month without a year is the coming one, this month included."""
    check(
        """
        ธันวามีงานอะไรบ้าง => 2026-12-01,2026-12-31
        เดือนพฤศจิกามีอะไร => 2026-11-01,2026-11-30
        เดือนตุลามีประชุมไหม => 2027-10-01,2027-10-31
        วันที่ 5 มีอะไรไหม => 2026-12-05,2026-12-05
        จากนี้ถึงสิ้นปีมีประชุมอะไรบ้าง => 2026-11-24,2026-12-31
        สุดสัปดาห์นี้มีตลาดนัดไหม => 2026-11-28,2026-11-29
        ไตรมาส 1 มีงานอะไร => 2027-01-01,2027-03-31
        """,
        TUESDAY,
        asking=True,
        intent="show_meetings",
    )


def test_questions_about_records_look_back() -> None:
    """A month without a year is the last one, days ahead are said for another reason, since runs to today."""
    check(
        """
        ธันวาขายได้เท่าไหร่ => 2025-12-01,2025-12-31
        เดือนพฤศจิกายนขายได้เท่าไร => 2026-11-01,2026-11-30
        มีนาขายได้เท่าไร => 2026-03-01,2026-03-31
        ยอดขายเดือนมกราถึงมีนา => 2026-01-01,2026-03-31
        ยอดขายวันที่ 5 => 2026-11-05,2026-11-05
        ขอดูยอดขายวันเสาร์ => 2026-11-21,2026-11-21
        ไตรมาส 4 ขายได้เท่าไร => 2026-10-01,2026-12-31
        สบู่ขายได้เท่าไหร่ตั้งแต่สงกรานต์ => 2026-04-13,2026-11-24
        ดูยอดตั้งแต่เดือนมกรา => 2026-01-01,2026-11-24
        ยอดตั้งแต่วันที่ 1 ถึงวันนี้ => 2026-11-01,2026-11-24
        เดือนนี้กับเดือนที่แล้วขายได้เท่าไหร่ => 2026-10-01,2026-11-30
        เงินกองกลางเดือนนี้ => 2026-11-01,2026-11-30
        พรุ่งนี้ป้าประชุม ขอยอดเดือนนี้ => 2026-11-01,2026-11-30
        ใครไม่ส่งผลงานมาสามอาทิตย์แล้ว => -
        """,
        TUESDAY,
        asking=True,
        intent="show_activities",
    )


def test_a_given_sense_wins() -> None:
    """The caller's word on past or future stands above the sentence's own."""
    assert read_times("วันเสาร์", TUESDAY, sense="past").datetime == "2026-11-21"
    assert read_times("ไปวันเสาร์มาแล้ว", TUESDAY, sense="future").datetime == "2026-11-28"


def test_now_may_carry_its_zone() -> None:
    """An aware now in Bangkok's zone gives the same local answer."""
    bangkok = timezone(timedelta(hours=7))
    assert read_times("พรุ่งนี้บ่ายสอง", TUESDAY.replace(tzinfo=bangkok)) == read_times("พรุ่งนี้บ่ายสอง", TUESDAY)


def test_the_spans_cover_the_words_of_time() -> None:
    """What was read as time can be cut out of the message."""
    text = "นัดประชุมวันเสาร์นี้ ตอนเช้า 9 โมง ที่ศาลากลางบ้าน ตอบก่อนวันศุกร์"
    spans = read_times(text, TUESDAY, intent="create_meeting").spans
    assert [text[start:end] for start, end in spans] == ["วันเสาร์นี้ ตอนเช้า 9 โมง", "วันศุกร์"]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("พรุ่งนี้บ่ายสอง", "2026-11-25T14:00"),
        ("19 ธ.ค.", "2026-12-19"),
        ("9.30", "2026-11-25T09:30"),
        ("1/2", "2027-02-01"),
    ],
)
def test_an_answer_about_time_needs_no_marks(answer: str, meaning: str) -> None:
    """Figures that elsewhere may be a price or a fraction are a time where a time was asked for."""
    assert read_answer_time(answer, TUESDAY).datetime == meaning
