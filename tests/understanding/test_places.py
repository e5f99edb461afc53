"""Provinces, districts and other places are found where they are named, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import gazetteer
from bot.understanding.normalise import normalise
from bot.understanding.places import centre, distance_km, districts, provinces, read_places

AREAS = [
    # text, province, district
    ("ไปดูงานที่ อ.เรณูนคร จ.นครพนม", "นครพนม", "เรณูนคร"),
    ("อำเภอเรณูนครจังหวัดนครพนม", "นครพนม", "เรณูนคร"),
    ("อยู่เรณูนครค่ะ", None, "เรณูนคร"),
    ("แถวนาแก นครพนม มีใครทอผ้า", "นครพนม", "นาแก"),
    ("อ.นาแก", None, "นาแก"),
    ("อ.เมือง จ.นครพนม", "นครพนม", "เมืองนครพนม"),
    ("อำเภอเมือง ขอนแก่น", "ขอนแก่น", "เมืองขอนแก่น"),
    ("อ.เมืองเลย", "เลย", "เมืองเลย"),
    ("อยู่เมืองขอนแก่น", "ขอนแก่น", None),
    ("อ.ภูเรือ เลย", "เลย", "ภูเรือ"),
    ("อ.ปาย", None, "ปาย"),
    ("อ.คง โคราช", "นครราชสีมา", "คง"),
    ("ขายที่หาดใหญ่", None, "หาดใหญ่"),
    ("เขตบางรัก กรุงเทพฯ", "กรุงเทพมหานคร", "บางรัก"),
    ("หาคนขายไม้ไผ่แถวโคราช", "นครราชสีมา", None),
    ("ลูกค้าจากกรุงเทพสั่งผ้า", "กรุงเทพมหานคร", None),
    ("ส่งของไปกทม.", "กรุงเทพมหานคร", None),
    ("อยู่เมืองกาญ", "กาญจนบุรี", None),
    ("คนเมืองชล", "ชลบุรี", None),
    ("ไปอุบล", "อุบลราชธานี", None),
    ("มาจากแปดริ้ว", "ฉะเชิงเทรา", None),
    ("งานที่นครศรี", "นครศรีธรรมราช", None),
    ("สุราษฎร์ฝนตก", "สุราษฎร์ธานี", None),
    ("ประจวบ", "ประจวบคีรีขันธ์", None),
    ("อยุธยา", "พระนครศรีอยุธยา", None),
    ("พิดโลก", "พิษณุโลก", None),
    ("จังหวัดศรีษะเกษ", "ศรีสะเกษ", None),
    ("จังหวัดร้อยเอ็ด", "ร้อยเอ็ด", None),
    ("จ.เลย", "เลย", None),
    ("จังหวัดตาก", "ตาก", None),
    ("ไปน่าน", "น่าน", None),
    ("จ.แพร่", "แพร่", None),
    ("ไปขายที่เชียงใหม่", "เชียงใหม่", None),
]

NO_AREAS = [
    "ไปเลยค่ะ", "ขายดีกันทุกคนเลย", "น้ำขุ่น", "จะนะคะ", "แม่ใจดี", "ผัดสะเดา", "มาเลย", "ดีเลย",
    "ตากผ้าไว้", "กล้วยตาก 5 ถุง", "แพร่พันธุ์", "เผยแพร่ข่าว", "คงไม่ไป",
    "สองคน", "พลาดไปแล้ว", "ลองดูก่อน",
    "พานดอกไม้", "สังคมออนไลน์", "ปราสาทหิน", "มะขามหวาน", "สีชมพูสวย", "บ้านใหม่", "แม่ปาย", "น้องสมเด็จ",
    "วัดโพธิ์ชัย", "กลุ่มทอผ้าบ้านหนองแซง",
    "อำนาจของประธาน", "นนท์มาไหม", "ฝางเสนย้อมผ้า", "ผ้าลายดอกลำดวน", "ต.นาแก",
]  # fmt: skip

SITES = [
    ("ประชุมที่ศาลากลางบ้านพรุ่งนี้บ่ายสอง", "ศาลากลางบ้าน"),
    ("นัดประชุมวันพุธที่วัดป่าเรไร เรื่องปันผล", "วัดป่าเรไร"),
    ("ออกบูธตลาดหน้าอำเภอ ได้ 5200", "ตลาดหน้าอำเภอ"),
    ("ขายตลาดนัดวันพุธได้ 800", "ตลาดนัด"),
    ("ประชุมที่บ้านผู้ใหญ่สมชายตอนเย็น", "บ้านผู้ใหญ่สมชาย"),
    ("ประชุมบ้านผู้ใหญ่", "บ้านผู้ใหญ่"),
    ("ที่โรงเรียนบ้านหนองบัว วันเสาร์", "โรงเรียนบ้านหนองบัว"),
    ("ประชุม หอประชุม อบต.โนนสูง 10 โมง", "หอประชุม อบต.โนนสูง"),
    ("ประชุมที่ทำการกลุ่ม", "ที่ทำการกลุ่ม"),
    ("เจอกันที่ร้านป้าแดงนะคะ", "ร้านป้าแดง"),
    ("ที่ศูนย์เรียนรู้บ้านโคก หมู่ 5 เวลา 9 โมง", "ศูนย์เรียนรู้บ้านโคก หมู่ 5"),
    ("สถานที่: ศาลาประชาคม หมู่ 3", "ศาลาประชาคม หมู่ 3"),
    ("ประชุม ณ ห้องประชุมเทศบาลตำบลนาแก", "ห้องประชุมเทศบาลตำบลนาแก"),
    ("ย้ายไปวัดโพธิ์แทน", "วัดโพธิ์"),
    ("จัดที่ลานวัดค่ะ", "ลานวัด"),
    ("บ้านกำนัน", "บ้านกำนัน"),
    ("ประชุมทางซูม", "ซูม"),
    ("ขายที่โลตัสนครพนม", "โลตัสนครพนม"),
    ("ประชุมที่บ้าน", "บ้าน"),
    ("ผ้าที่กลุ่มทอขายดี", None),
    ("งานที่ทำ", None),
    ("ประชุมวันไหนที่ไหน", None),
    ("ประชุมที่เดิม", None),
    ("กลุ่มทอผ้าบ้านหนองบัวขายได้", None),
    ("โรงเรียนสั่งขนม 50 กล่อง", None),
    ("วัดผลปลายปี", None),
    ("หาตลาดให้หน่อย", None),
    ("เข้ามาที่ลานหน้าวัด", "ลานหน้าวัด"),
    ("ณ โรงพยาบาลประจำอำเภอ", "โรงพยาบาลประจำอำเภอ"),
    ("ออกบูธที่ศาลากลางจังหวัดน่าน ได้ 8,900", "ศาลากลางจังหวัดน่าน"),
    ("รวมกันที่ศูนย์ช่วยกันพันลูกประคบ", "ศูนย์"),
    ("ส่งที่สำนักงานภายในวันจันทร์", "สำนักงาน"),
    ("ในกลุ่มทะเลาะกันเรื่องเงิน", None),
    ("พูดในห้องใหญ่", None),
    ("ควรขายตลาดไหนดี", None),
    ("ส่งร้านสามร้านร้านละสิบแผง", None),
    ("ได้เงินจาก อบต. สองหมื่น", None),
    ("คืนนี้มีซอตี้วัด", "วัด"),
]


@pytest.mark.parametrize(("text", "province", "district"), AREAS)
def test_areas_are_named_officially(text: str, province: str | None, district: str | None) -> None:
    """Spoken and short names become official ones; a province is given only where it is said."""
    places = read_places(normalise(text))
    assert (places.province, places.district, places.unclear) == (province, district, ())


@pytest.mark.parametrize("text", NO_AREAS)
def test_everyday_words_are_no_areas(text: str) -> None:
    """Words, people, temples and villages that share a name with an area are left alone."""
    places = read_places(normalise(text))
    assert (places.province, places.district) == (None, None)


@pytest.mark.parametrize(("text", "place"), SITES)
def test_places_are_quoted_as_they_are_written(text: str, place: str | None) -> None:
    """A place ends where the time, the topic or the next thought begins."""
    assert read_places(normalise(text)).place == place


def test_a_shared_district_is_unclear_without_its_province() -> None:
    """Five provinces have อำเภอเฉลิมพระเกียรติ: ask which, unless the message says it."""
    unclear = read_places(normalise("อ.เฉลิมพระเกียรติ"))
    assert unclear.district == "เฉลิมพระเกียรติ"
    assert set(unclear.unclear) == {"สระบุรี", "นครราชสีมา", "บุรีรัมย์", "น่าน", "นครศรีธรรมราช"}
    said = read_places(normalise("อ.เฉลิมพระเกียรติ จ.น่าน"))
    assert (said.province, said.district, said.unclear) == ("น่าน", "เฉลิมพระเกียรติ", ())


def test_a_misspelt_place_is_quoted_in_its_own_letters() -> None:
    """The slot has the writer's spelling."""
    assert read_places(normalise("ประชุมที่สาลากลางบ้าน")).place == "สาลากลางบ้าน"


@pytest.mark.parametrize("province", provinces())
def test_every_province_is_found_by_its_name(province: str) -> None:
    """All 77, with จ. and with จังหวัด."""
    assert read_places(normalise(f"อยู่จังหวัด{province}")).province == province
    assert read_places(normalise(f"จ.{province} ค่ะ")).province == province


def test_every_district_is_found_beside_its_province() -> None:
    """All 928, written the way addresses are."""
    missed = [
        (province, district)
        for province in provinces()
        for district in districts(province)
        if (found := read_places(normalise(f"อ.{district} จ.{province}"))).district != district
        or found.province != province
    ]
    assert missed == []


def test_every_district_has_a_centre_near_its_province() -> None:
    """No district lies farther from its province's seat than Thailand's longest province reaches."""
    for province in provinces():
        seat = centre(province)
        assert seat
        for district in districts(province):
            point = centre(province, district)
            assert point, district
            assert distance_km(seat, point) < 220, (province, district)


def test_distances_are_those_of_the_map() -> None:
    """Nakhon Phanom to Renu Nakhon is about 45 km, to Bangkok about 610 km."""
    here = centre("นครพนม")
    there = centre("นครพนม", "เรณูนคร")
    capital = centre("กรุงเทพมหานคร")
    assert here
    assert there
    assert capital
    assert 35 < distance_km(here, there) < 55
    assert 580 < distance_km(here, capital) < 640


def test_unknown_names_have_neither_districts_nor_a_centre() -> None:
    """A name that is no province is answered with nothing, not an error."""
    assert districts("แอตแลนติส") == ()
    assert centre("แอตแลนติส") is None
    assert centre("นครพนม", "หาดใหญ่") is None


def test_the_lists_name_real_areas() -> None:
    """Aliases lead to official provinces, and everyday names are names of areas."""
    assert {row[1] for row in gazetteer.rows("aliases")} <= set(provinces())
    known = gazetteer.district_names() | gazetteer.province_names().keys()
    assert gazetteer.group("everyday", "strict") | gazetteer.group("everyday", "near") <= known


@given(
    st.lists(
        st.sampled_from(
            ["ที่", "วัด", "อ.", "จ.", "นาแก", " ", "เลย", "เมือง", "หมู่ ", "5", "แถว", "บ้าน", "ณ", "อำเภอ"]
        )
    ).map("".join)
)
def test_whatever_is_strung_together_is_read(text: str) -> None:
    """Spans lie in the text; a place is a part of what was written."""
    message = normalise(text)
    places = read_places(message)
    assert all(0 <= start < end <= len(message.clean) for start, end in places.spans)
    assert places.place is None or places.place in text
