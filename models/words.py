"""The field's words: one table maps the words of files and speech to the kinds that the bot keeps."""

from enum import IntEnum, StrEnum


class ActivityKind(StrEnum):
    """What a group can have done."""

    MEETING = "meeting"
    TRAINING = "training"
    STUDY_VISIT = "study_visit"
    PRODUCTION = "production"
    SALE = "sale"
    FAIR = "fair"
    PURCHASE = "purchase"
    DELIVERY = "delivery"
    SAVINGS = "savings"
    INSPECTION = "inspection"
    COMMUNITY_WORK = "community_work"
    OTHER = "other"


class LinkKind(StrEnum):
    """What two ends of a link exchange."""

    RAW_MATERIAL = "raw_material"
    PRODUCTION = "production"
    PACKAGING = "packaging"
    PRODUCT = "product"
    MARKET = "market"
    RECIPROCAL_MARKET = "reciprocal_market"
    TRANSPORT = "transport"
    LEARNING = "learning"
    INFORMATION = "information"
    FINANCE = "finance"
    GOVERNMENT = "government"
    TOURISM = "tourism"
    LABOUR = "labour"


class RoomKind(StrEnum):
    """What a room is for: everybody, an area, a topic, or a working group."""

    NETWORK = "network"
    AREA = "area"
    TOPIC = "topic"
    WORKING_GROUP = "working_group"
    ENTERPRISE = "enterprise"


class MeetingKind(StrEnum):
    """What a meeting is: of the committee, of a working group, of everybody, to inspect, to learn."""

    COMMITTEE = "committee"
    WORKING_GROUP = "working_group"
    INSPECTION = "inspection"
    GENERAL_ASSEMBLY = "general_assembly"
    TRAINING = "training"
    OTHER = "other"


class Audience(StrEnum):
    """Whom a meeting's invitations are meant for."""

    EVERYONE = "everyone"
    LEADERS = "leaders"
    ENTERPRISE = "enterprise"
    ROOM = "room"
    PEOPLE = "people"


class Attending(StrEnum):
    """What somebody answers to an invitation."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class AgendaPart(IntEnum):
    """The six parts of Thai minutes, in their order."""

    CHAIR = 1  # ประธานแจ้งให้ทราบ
    FORMER = 2  # รับรองรายงานครั้งก่อน
    CONTINUED = 3  # เรื่องสืบเนื่อง
    TO_KNOW = 4  # เรื่องเพื่อทราบ
    TO_DECIDE = 5  # เรื่องเพื่อพิจารณา
    OTHER = 6  # อื่น ๆ


class PartnerKind(StrEnum):
    """Who stands beside the enterprises."""

    AGENCY = "agency"
    UNIVERSITY = "university"
    SCHOOL = "school"
    BUYER = "buyer"
    NETWORK = "network"


ACTIVITY_WORDS: dict[str, ActivityKind] = {
    **{kind.value: kind for kind in ActivityKind},
    "exhibition": ActivityKind.FAIR,
    "certification": ActivityKind.INSPECTION,
    "youth": ActivityKind.TRAINING,
}
LINK_WORDS: dict[str, LinkKind] = {**{kind.value: kind for kind in LinkKind}, "marketing": LinkKind.MARKET}
ROOM_WORDS: dict[str, RoomKind] = {
    **{kind.value: kind for kind in RoomKind},
    "issue": RoomKind.TOPIC,
    "function": RoomKind.WORKING_GROUP,
    "committee": RoomKind.WORKING_GROUP,
}
PARTNER_WORDS: dict[str, PartnerKind] = {
    **{kind.value: kind for kind in PartnerKind},
    "government": PartnerKind.AGENCY,
    "academic": PartnerKind.UNIVERSITY,
}
# How soon something has to be known.
URGENCY_WORDS: dict[str, str] = {
    "urgent": "urgent",
    "important": "important",
    "ordinary": "ordinary",
    "normal": "ordinary",
}
