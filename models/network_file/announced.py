"""The announcements of a network's file: they were made known before, so nobody is sent or reminded of them."""

from datetime import time
from typing import Any

from models.announcements import Acknowledgement, Announcement
from models.network_file.desk import Desk
from models.network_file.format import AnnouncementEntry

DAYS_END = time(18)  # until when on its last day something is to be taken note of


def load_announcements(desk: Desk) -> None:
    """What was made known, and who took note; one without rooms was for everyone."""
    announcements = desk.shelf("announcement", Announcement)
    for entry in desk.each("announcements", desk.file.announcements):
        row = announcements.put(entry.id, **_announcement(desk, entry))
        _acknowledged(desk, row, entry)


def _announcement(desk: Desk, entry: AnnouncementEntry) -> dict[str, Any]:
    at = desk.moment(entry.date, entry.time)
    return {
        "network_id": desk.network.id,
        "author_id": desk.member_id(entry.author),
        "words": entry.words,
        "audience_kind": "rooms" if entry.rooms else "everyone",
        "audience_values": [str(desk.id_of("room", room)) for room in entry.rooms],
        "urgency": entry.urgency,
        "state": "sent",
        "written_at": at,
        "send_at": at,
        "acknowledge_by": desk.moment(entry.acknowledge_by, DAYS_END) if entry.acknowledge_by else None,
        "decided_by_id": desk.member_id(entry.approved_by),
        "decided_at": at if entry.approved_by else None,
    }


def _acknowledged(desk: Desk, row: Announcement, entry: AnnouncementEntry) -> None:
    """Who took note; who answered in the bot meanwhile stays."""
    answered = {one.member_id for one in row.acknowledgements}
    told = [desk.member_id(code) for code in entry.acknowledged]
    row.acknowledgements += [
        Acknowledgement(member_id=member, at=row.send_at)
        for member in dict.fromkeys(told)
        if member is not None and member not in answered
    ]
    desk.session.flush()
