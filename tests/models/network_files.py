"""A small network's file to bend, and what a loading needs beside it."""

import copy
import json

from models.network_file import load_network

LINE_ID = "U" + "a" * 32
GROUP_ID = "C" + "b" * 32

SMALL = {
    "meta": {"date": "2026-11-22"},
    "network": {
        "id": "N1",
        "name": "เครือข่ายทดลอง",
        "short_name": "ทดลอง",
        "rooms": [{"id": "R1", "name": "ห้องใหญ่", "kind": "network", "line_group_id": GROUP_ID}],
        "working_groups": [{"id": "W1", "name": "ทีมตลาด", "member_ids": ["M1"]}],
    },
    "enterprises": [
        {
            "id": "E1",
            "name": "กลุ่มโรงสี",
            "short_name": "โรงสี",
            "province": "สุรินทร์",
            "district": "กาบเชิง",
            "products": ["ข้าวสาร"],
            "offers": [
                {"id": "O1", "item": "แกลบ", "quantity": 5, "link_types": ["raw_material", "marketing"]}
            ],
            "needs": [{"id": "D1", "item": "กล่อง", "needed_by": "2026-12-10", "link_types": ["packaging"]}],
        },
        {"id": "E2", "name": "กลุ่มทอผ้า", "short_name": "ผ้าคราม"},
    ],
    "partners": [{"id": "P1", "name": "เกษตรอำเภอ", "type": "government", "member_id": "M2"}],
    "members": [
        {
            "id": "M1",
            "line_user_id": LINE_ID,
            "full_name": "แพร ทดลอง",
            "call_as": "น้องแพร",
            "enterprise_id": "E1",
            "roles": ["network_coordinator", "secretary"],
            "topics": ["ข้าว"],
            "rooms": ["R1"],
            "consent": {"basic": True, "given_at": "2026-10-05", "version": "1.0", "photo_use": True},
        },
        {"id": "M2", "full_name": "ใบเตย สมมุติ", "call_as": "คุณใบเตย", "roles": ["government_officer"]},
    ],
    "links": [{"id": "L1", "from": "P1", "to": "E1", "type": "marketing", "status": "active"}],
    "activities": [
        {
            "id": "A1",
            "date": "2026-11-14",
            "time": "18:40",
            "type": "exhibition",
            "enterprise_ids": ["E1", "E2"],
            "reporter_member_id": "M1",
            "room": "R1",
            "raw_text": "ออกร้าน ขายข้าว 26 ถุง",
            "structured": {"item": "ข้าว", "quantity": 26, "unit": "ถุง", "amount_thb": 14300},
        }
    ],
    "advice_questions": [
        {
            "id": "Q1",
            "question": "ต่อทะเบียนที่ไหน",
            "good_answer": "ที่เกษตรอำเภอ",
            "category": "ทะเบียน",
            "hand_over_to": "M1",
            "must_verify_with": ["สำนักงานเกษตรอำเภอ"],
        }
    ],
    "knowledge_cards": [
        {"id": "K1", "title": "ตากข้าว", "owner_enterprise": "E1", "steps": ["วัด", "ตาก"], "tags": ["ข้าว"]}
    ],
}

# A meeting of it, and what became of it.
MET = {
    "id": "MT1",
    "title": "ประชุมกรรมการ",
    "type": "committee",
    "date": "2026-11-14",
    "start": "19:00",
    "invited_member_ids": ["M1"],
    "agenda": ["เงินกองกลาง"],
    "rsvps": [{"member_id": "M1", "answer": "yes"}],
    "quorum": 4,
    "minutes": {
        "attended": 6,
        "summary_th": "รับรองยอดเงิน",
        "recorded_by": "M1",
        "resolutions": [{"text": "ซื้อตู้เก็บเอกสาร", "owner": "M1", "due": "2026-12-05"}],
    },
}


class SmallCountry:
    """Two provinces with three districts."""

    known = {"สุรินทร์": ("กาบเชิง", "ปราสาท"), "นครพนม": ("นาหว้า",)}  # noqa: RUF012 - never changed

    def provinces(self):
        return self.known.keys()

    def districts(self, province):
        return self.known.get(province, ())

    def centre(self, province, district):
        return (14.4, 103.6) if district == "กาบเชิง" else None


def small(**changes):
    """A copy of the small file's data; changes by dotted path, as in members.0.call_as; ... takes a key away."""
    data = copy.deepcopy(SMALL)
    for path, value in changes.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = data
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return data


def written(data) -> bytes:
    """The data as a file."""
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def load(session, data=SMALL, progress=lambda *_: None):
    """Load data (or a file's bytes) with words cut at spaces."""
    raw = data if isinstance(data, bytes) else written(data)
    return load_network(session, raw, cut=str.split, places=SmallCountry(), progress=progress)
