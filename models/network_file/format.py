"""The form of a network's file, as docs/network-file.md tells it to operators.

A field's name here is the column it is kept in; its alias is its key in the file.
"""

from typing import Annotated, Any, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from models.network_file.kinds import (
    ActivityWord,
    Amount,
    AnswerWord,
    Clock,
    Count,
    Day,
    Flag,
    GroupId,
    LinkStatus,
    LinkWord,
    MeetingMode,
    MeetingWord,
    Month,
    Name,
    PartnerWord,
    RecurrenceRule,
    ResolutionStatus,
    RoleWord,
    RoomWord,
    UrgencyWord,
    UserId,
    Words,
    Zone,
    names,
    own,
    place_in,
)

Listed = TypeVar("Listed")
List = Annotated[list[Listed], Field(default_factory=list)]


class Entry(BaseModel):
    """One object of the file; keys that it does not know are set aside in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)

    def columns(self, *left_out: str) -> dict[str, Any]:
        """What the file says, by column; what it does not mention is not in it and stays as it is kept."""
        known = set(type(self).model_fields) - set(left_out)
        return self.model_dump(include=known, exclude_unset=True)


class Meta(Entry):
    """Of the file itself."""

    date: Day = Field(validation_alias=AliasChoices("date", "demo_today"))
    timezone: Zone = "Asia/Bangkok"


class RegistrationEntry(Entry):
    """Where an enterprise or a network stands with the official register."""

    status: Words = ""
    code: Words = Field("", validation_alias=AliasChoices("code", "demo_code"))
    last_renewed_be: Count | None = None
    renewal_due: Day | None = None
    note: Words = Field("", alias="note_th")


class RoomEntry(Entry):
    """A LINE group."""

    id: Annotated[Name, own("room")]
    name: Name
    kind: RoomWord
    line_group_id: GroupId | None = None
    enterprise_id: Annotated[str, names("enterprise")] | None = None
    subjects: List[Name]
    purpose: Words = Field("", alias="purpose_th")


class WorkingGroupEntry(Entry):
    """People with a common task, without a LINE group of their own."""

    id: Annotated[Name, own("room")]
    name: Name
    subjects: List[Name]
    member_ids: List[Annotated[str, names("member")]]


class NetworkEntry(Entry):
    """The network itself."""

    id: Name
    name: Name
    short_name: Name
    origin: Words = ""
    started: Day | None = None
    vision: Words = Field("", alias="vision_th")
    objectives: list[Name] = Field(default_factory=list, alias="objectives_th")
    rules: list[Name] = Field(default_factory=list, alias="rules_th")
    registration: RegistrationEntry | None = None
    rooms: List[RoomEntry]
    working_groups: List[WorkingGroupEntry]


class OfferEntry(Entry):
    """What an enterprise has."""

    id: Annotated[Name, own("offer")]
    item: Name
    quantity: Amount | None = None
    unit: Words = ""
    per: Words = ""
    price: Amount | None = Field(None, alias="price_thb")
    months: List[Month]
    links: list[LinkWord] = Field(default_factory=list, alias="link_types")
    note: Words = ""


class NeedEntry(Entry):
    """What an enterprise looks for."""

    id: Annotated[Name, own("need")]
    item: Name
    quantity: Amount | None = None
    unit: Words = ""
    needed_by: Day | None = None
    links: list[LinkWord] = Field(default_factory=list, alias="link_types")
    note: Words = ""


class CapacityEntry(Entry):
    """How much an enterprise can make."""

    text: Words = ""


class EnterpriseEntry(Entry):
    """A community enterprise."""

    id: Annotated[Name, own("enterprise or partner")]
    name: Name
    short_name: Name
    province: Name | None = None
    district: Name | None = None
    village: Words = Field("", validation_alias=AliasChoices("village", "village_fictional"))
    product_group: Words = ""
    products: List[Name]
    stages: list[Name] = Field(default_factory=list, alias="value_chain")
    capitals: List[Name]
    capacity: CapacityEntry | None = None
    standards: List[Name]
    registration: RegistrationEntry | None = None
    member_count: Count | None = None
    founded: Words = ""
    proud_of: Words = ""
    resources: Words = ""
    skills: Words = ""
    hands: Words = ""
    shares: Words = ""
    offers: List[OfferEntry]
    needs: List[NeedEntry]

    @field_validator("province")
    @classmethod
    def _a_province(cls, value: str | None, info: ValidationInfo) -> str | None:
        return place_in(None, value, info) if value else value

    @field_validator("district")
    @classmethod
    def _a_district(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value or "province" not in info.data:  # a wrong province is told already
            return value
        if not info.data["province"]:
            raise ValueError("needs a province beside it: districts of several provinces share a name")
        return place_in(info.data["province"], value, info)


class ConsentEntry(Entry):
    """What a person agreed to, on paper or in the bot."""

    basic: Flag = False
    given_at: Day | None = None
    version: Words = ""
    photo_use: Flag = False
    guardian_required: Flag = False
    guardian_consent_at: Day | None = None

    @model_validator(mode="after")
    def _provable(self) -> "ConsentEntry":
        if self.basic and not (self.given_at and self.version):
            raise ValueError("is given, but not when and in which wording; add given_at and version")
        return self


class MemberEntry(Entry):
    """A person."""

    id: Annotated[Name, own("member")]
    line_user_id: UserId | None = None
    full_name: Name
    call_as: Name
    enterprise_id: Annotated[str, names("enterprise")] | None = None
    roles: List[RoleWord]
    positions: List[Name]
    topics: List[Name]
    rooms: List[Annotated[str, names("room")]]
    consent: ConsentEntry = ConsentEntry()


class PartnerEntry(Entry):
    """Who stands beside the enterprises."""

    id: Annotated[Name, own("enterprise or partner")]
    name: Name
    kind: PartnerWord = Field(alias="type")
    member_id: Annotated[str, names("member")] | None = None


class LinkEntry(Entry):
    """A tie between two enterprises or partners."""

    id: Annotated[Name, own("link")]
    source: Annotated[str, names("enterprise or partner")] = Field(alias="from")
    target: Annotated[str, names("enterprise or partner")] = Field(alias="to")
    kind: LinkWord = Field(alias="type")
    what: Words = Field("", alias="what_th")
    status: LinkStatus
    since: Day | None = None
    mutual: Flag = False


class GoodsEntry(Entry):
    """Goods with their quantity."""

    item: Name
    quantity: Amount | None = None
    unit: Words = ""


class FiguresEntry(Entry):
    """The figures of an activity."""

    item: Words = ""
    quantity: Amount | None = None
    unit: Words = ""
    items: List[GoodsEntry]
    amount: Amount | None = Field(None, alias="amount_thb")
    participants: Count | None = None
    place: Words = ""


class ActivityEntry(Entry):
    """Something that was done."""

    id: Annotated[Name, own("activity")]
    kind: ActivityWord = Field(alias="type")
    date: Day
    time: Clock | None = None
    enterprise_ids: list[Annotated[str, names("enterprise")]] = Field(min_length=1)
    reporter: Annotated[str, names("member")] | None = Field(None, alias="reporter_member_id")
    room: Annotated[str, names("room")] | None = None
    words: Words = Field("", alias="raw_text")
    figures: FiguresEntry | None = Field(None, alias="structured")


class AdviceEntry(Entry):
    """A question that is often asked, and its answer."""

    id: Annotated[Name, own("piece of knowledge")]
    question: Name
    answer: Name = Field(alias="good_answer")
    topic: Words = Field("", alias="category")
    tags: List[Name]
    advisor: Annotated[str, names("member")] | None = Field(None, alias="hand_over_to")
    verify_with: list[Name] = Field(default_factory=list, alias="must_verify_with")
    source: Words = ""
    date: Day | None = None


class CardEntry(Entry):
    """How a thing is done, step by step."""

    id: Annotated[Name, own("piece of knowledge")]
    title: Name
    steps: list[Name] = Field(min_length=1)
    topic: Words = Field("", alias="category")
    tags: List[Name]
    enterprise: Annotated[str, names("enterprise")] | None = Field(None, alias="owner_enterprise")
    source: Words = ""
    date: Day | None = None


class SharingTopicEntry(Entry):
    """What people are invited to tell."""

    id: Annotated[Name, own("topic to share")]
    words: Name = Field(alias="topic")
    months: List[Month]
    product_group: Words = ""


class AnnouncementEntry(Entry):
    """Something that was made known."""

    id: Annotated[Name, own("announcement")]
    date: Day
    time: Clock | None = None
    words: Name = Field(alias="text")
    author: Annotated[str, names("member")] | None = Field(None, alias="by")
    rooms: List[Annotated[str, names("room")]]
    urgency: UrgencyWord = Field("ordinary", alias="priority")
    acknowledge_by: Day | None = Field(None, alias="ack_deadline")
    acknowledged: list[Annotated[str, names("member")]] = Field(default_factory=list, alias="acks")
    approved_by: Annotated[str, names("member")] | None = None


class RsvpEntry(Entry):
    """What somebody answered to an invitation."""

    member: Annotated[str, names("member")] = Field(alias="member_id")
    answer: AnswerWord
    people: Count | None = None
    note: Words = ""


class ResolutionEntry(Entry):
    """What a meeting decided."""

    words: Name = Field(alias="text")
    owner: Annotated[str, names("member")] | None = None
    enterprise: Annotated[str, names("enterprise")] | None = Field(None, alias="owner_enterprise_id")
    due: Day | None = None
    status: ResolutionStatus = "open"


class MinutesEntry(Entry):
    """What became of a meeting."""

    attended: Count | None = None
    summary: Words = Field("", alias="summary_th")
    resolutions: List[ResolutionEntry]
    recorded_by: Annotated[str, names("member")] | None = None
    approved: Flag = False
    approved_on: Day | None = None


class MeetingEntry(Entry):
    """A meeting that was called, or took place."""

    id: Annotated[Name, own("meeting")]
    title: Name
    kind: MeetingWord = Field(alias="type")
    date: Day
    start: Clock
    end: Clock | None = None
    place: Words = ""
    mode: MeetingMode = "onsite"
    link: Words = ""
    rule: RecurrenceRule | None = None
    host: Annotated[str, names("member")] | None = Field(None, alias="host_member_id")
    enterprise: Annotated[str, names("enterprise")] | None = Field(None, alias="enterprise_id")
    invited: list[Annotated[str, names("member")]] = Field(default_factory=list, alias="invited_member_ids")
    rooms: list[Annotated[str, names("room")]] = Field(default_factory=list, alias="invited_room_ids")
    agenda: List[Name]
    rsvps: List[RsvpEntry]
    quorum: Count | None = None
    minutes: MinutesEntry | None = None


class NetworkFile(Entry):
    """The whole file."""

    meta: Meta
    network: NetworkEntry
    enterprises: List[EnterpriseEntry]
    members: List[MemberEntry]
    partners: List[PartnerEntry]
    links: List[LinkEntry]
    activities: List[ActivityEntry]
    announcements: List[AnnouncementEntry]
    advice_questions: List[AdviceEntry]
    knowledge_cards: List[CardEntry]
    sharing_topics: List[SharingTopicEntry]
    meetings: List[MeetingEntry]
