"""ข้อมูลของฉัน: everything that is held about somebody, and the ways to take it back (PDPA s.19, s.30, s.33)."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, Row, card, cut, text
from bot.turn import Turn
from handlers.activities import drop_photo
from handlers.interests import interests_line
from handlers.mutes import muted_line
from models.activities import Photo
from models.chats import Room, RoomMember
from models.holdings import Holding, counts, holdings
from models.identity import erase
from models.membership import (
    BASIC,
    GUARDIAN,
    PHOTOS,
    consent_of,
    end,
    give_consent,
    is_last_coordinator,
    remember_refusal,
)
from models.people import AuditEntry, Member, Membership
from models.permissions import ANYONE, BELONGS, CONSENTED

capability = Capability("privacy")

PHOTOS_VERSION = "1.0"  # of the wording in privacy.photos
A_PAGE = 6
LONGEST_WORDS = 600  # of one record: six fill a message
SHOWN_BY_NAME = frozenset(
    {"consents", "memberships", "mutes", "role_grants", "sharing_wishes"}
)  # on the first card, in words
NAMED = frozenset(
    {
        "activities",
        "photos",
        "questions",
        "answers",
        "knowledge_items",
        "agenda_items",
        "minute_notes",
        "praises",
        "audit_entries",
        "room_members",
        "forms",
        "feeds",
    }
    | {"events", "deliveries"}
)


@capability.on("privacy", who=ANYONE)
@capability.on_words("privacy.words.exact", who=ANYONE)
def privacy(turn: Turn, *_groups: str) -> Sequence[Message]:
    """What is held, or one of the ways to take it back, as the words say."""
    if turn.in_group:
        return [
            card(
                turn.say("privacy.private"),
                buttons=[turn.private_button("privacy.go_private", "privacy.word")],
            )
        ]
    if turn.member is None:
        return [turn.text_message("privacy.nothing_kept")]
    for words, answer in (
        ("privacy.words.photos", photos),
        ("privacy.words.delete", ask_delete),
        ("privacy.words.leave", ask_leave),
    ):
        if turn.heard(words) is not None:
            return answer(turn)
    return begin(turn)


@capability.on_button("begin", who=CONSENTED, menu=80)
def begin(turn: Turn) -> Sequence[Message]:
    """ข้อมูลของฉัน: who the bot takes them for, and what it has noted."""
    if turn.in_group or turn.member is None:
        return privacy(turn)
    return [_who_card(turn, turn.member), _held_card(turn, turn.member)]


@capability.on_button("records", who=CONSENTED)
def records(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ดูทีละรายการ: their own words, page by page."""
    if turn.in_group or turn.member is None:
        return privacy(turn)
    start = (number(arguments[0]) if arguments else 0) or 0
    found = holdings(turn.session, turn.member)
    page = found[start : start + A_PAGE]
    if not page:
        return [turn.text_message("privacy.no_records")]
    lines = [_line(turn, one) for one in page]
    more = (
        [turn.button("privacy.more", "privacy.records", start + A_PAGE)]
        if len(found) > start + A_PAGE
        else []
    )
    return [text("\n\n".join(lines), more)]


@capability.on_button("photos", who=CONSENTED)
def photos(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """Whether pictures with their face may be used to tell of the network's work: a purpose of its own."""
    if turn.in_group or turn.member is None:
        return privacy(turn)
    given = consent_of(turn.session, turn.member, PHOTOS)
    state = turn.say("privacy.photos.allowed" if given else "privacy.photos.not_allowed")
    buttons = [
        turn.button("privacy.photos_yes", "privacy.photos_yes", PHOTOS_VERSION),
        turn.button("privacy.photos_no", "privacy.photos_no"),
    ]
    rows = [Row(turn.say("privacy.now"), state)]
    return [
        card(turn.say("privacy.photos"), rows=rows, note=turn.say("privacy.photos.what"), buttons=buttons)
    ]


@capability.on_button("photos_yes", who=CONSENTED)
def photos_yes(turn: Turn, *arguments: str) -> Sequence[Message]:
    """อนุญาต."""
    if turn.in_group or turn.member is None or arguments[:1] != (PHOTOS_VERSION,):
        return photos(turn)
    if turn.member.under_age:
        return [turn.text_message("privacy.photos.under_age")]
    give_consent(turn.session, turn.member, PHOTOS, PHOTOS_VERSION, turn.now)
    turn.note("consent.photos", "member", turn.member.id)
    return [turn.text_message("privacy.photos_yes.done")]


@capability.on_button("photos_no", who=CONSENTED)
def photos_no(turn: Turn) -> Sequence[Message]:
    """ไม่อนุญาต: withdrawn at once."""
    if turn.in_group or turn.member is None:
        return privacy(turn)
    given = consent_of(turn.session, turn.member, PHOTOS)
    if given is not None:
        given.withdrawn_at = turn.now
        turn.note("consent.photos_withdrawn", "member", turn.member.id)
    return [turn.text_message("privacy.photos_no.done")]


@capability.on_button("leave", who=BELONGS)
def ask_leave(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ออกจากเครือข่าย: asked once."""
    if turn.in_group or turn.membership is None:
        return privacy(turn) if turn.in_group else [turn.text_message("privacy.in_no_network")]
    if is_last_coordinator(turn.session, turn.membership):
        return [turn.text_message("privacy.last_coordinator")]
    yes = turn.button("privacy.leave_yes", "privacy.leave_yes", turn.membership.id)
    no = turn.button("privacy.stay", "privacy.stay")
    note = turn.say("privacy.leave.what")
    return [
        card(
            turn.say("privacy.leave?", name=turn.membership.network.short_name), note=note, buttons=[yes, no]
        )
    ]


@capability.on_button("leave_yes", who=CONSENTED)
def leave(turn: Turn, *arguments: str) -> Sequence[Message]:
    """They leave the network; what is held about them stays until they delete it."""
    ident = number(arguments[0]) if arguments else None
    membership = turn.session.get(Membership, ident) if ident is not None else None
    if membership is None or turn.member is None or membership.member_id != turn.member.id:
        return [turn.text_message("privacy.in_no_network")]
    if membership.state == "left":
        return [turn.text_message("privacy.has_left")]
    if is_last_coordinator(turn.session, membership):
        return [turn.text_message("privacy.last_coordinator")]
    end(membership)
    theirs = select(Room.id).where(Room.network_id == membership.network_id)
    turn.session.execute(
        delete(RoomMember).where(RoomMember.member_id == turn.member.id, RoomMember.room_id.in_(theirs))
    )
    turn.note("membership.left", "membership", membership.id)
    quick = [turn.button("privacy.delete", "privacy.delete")]
    return [turn.text_message("privacy.left", name=membership.network.short_name, quick=quick)]


@capability.on_button("stay", who=ANYONE, declines=True)
def stay(turn: Turn) -> Sequence[Message]:
    """Asked, and not done."""
    return [turn.text_message("privacy.nothing_changed")]


@capability.on_button("delete", who=CONSENTED)
def ask_delete(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ลบข้อมูลของฉัน: asked once, with what goes and what stays."""
    if turn.in_group or turn.member is None:
        return privacy(turn)
    if any(is_last_coordinator(turn.session, one) for one in turn.member.memberships):
        return [turn.text_message("privacy.last_coordinator")]
    rows = [
        Row(turn.say("privacy.goes"), turn.say("privacy.goes.what")),
        Row(turn.say("privacy.stays"), turn.say("privacy.stays.what")),
    ]
    buttons = [
        turn.button("privacy.delete_yes", "privacy.delete_yes"),
        turn.button("privacy.keep", "privacy.stay"),
    ]
    return [card(turn.say("privacy.delete?"), rows=rows, note=turn.say("privacy.for_good"), buttons=buttons)]


@capability.on_button("delete_yes", who=CONSENTED)
def delete_all(turn: Turn) -> Sequence[Message]:
    """Done at once; the audit keeps that somebody was forgotten, not who."""
    member = turn.member
    if turn.in_group or member is None:
        return privacy(turn)
    if any(is_last_coordinator(turn.session, one) for one in member.memberships):
        return [turn.text_message("privacy.last_coordinator")]
    network_id = turn.network.id if turn.network else None
    turn.tools.ledger.note(turn.session, member, turn.tools.wall())
    turn.router.erase(turn, member)
    erase(turn.session, member, turn.now)
    remember_refusal(turn.session, turn.tools.hashed("refusal", turn.incoming.user_id or ""), turn.now)
    turn.session.add(
        AuditEntry(at=turn.now, network_id=network_id, action="member.erased", object_kind="member")
    )
    turn.member, turn.membership, turn.secret = None, None, True
    return [turn.text_message("privacy.deleted")]


@capability.erases
def drop_pictures(turn: Turn, member: Member) -> None:
    """All pictures and sounds that they sent, with their bytes."""
    for photo in turn.session.scalars(select(Photo).where(Photo.member_id == member.id)).all():
        drop_photo(turn, photo)


def _line(turn: Turn, one: Holding) -> str:
    day = turn.language.day(one.at.astimezone(turn.now.tzinfo))
    return f"{day} · {turn.say(f'privacy.held.{one.kind}')}\n{cut(one.words, LONGEST_WORDS)}"


def _who_card(turn: Turn, member: Member) -> Message:
    """Who the bot takes them for, and what they agreed to."""
    shown = [
        ("call_as", member.call_as),
        ("full_name", member.full_name),
        ("phone", member.phone or turn.say("privacy.none")),
        ("language", turn.say("languages.name")),
        *_places(turn, member),
        ("rooms", ", ".join(_rooms(turn, member))),
        ("mutes", muted_line(turn, member.id)),
        ("interests", interests_line(turn, member.id)),
        ("consent", _consented(turn, member, BASIC)),
        ("photos", _consented(turn, member, PHOTOS) or turn.say("privacy.photos.not_allowed")),
        ("guardian", _consented(turn, member, GUARDIAN)),
    ]
    rows = [Row(turn.say(f"privacy.who.{name}"), value) for name, value in shown if value]
    buttons = [
        turn.button("profile.begin", "profile.begin"),
        turn.button("privacy.about_photos", "privacy.photos"),
        turn.button("privacy.leave", "privacy.leave"),
        turn.button("privacy.delete", "privacy.delete"),
    ]
    return card(turn.say("privacy.who"), rows=rows, note=turn.say("privacy.who.line"), buttons=buttons)


def _places(turn: Turn, member: Member) -> list[tuple[str, str]]:
    """Where they belong and what they may do there."""
    shown = []
    for one in member.memberships:
        if one.state == "left":
            continue
        place = one.enterprise.short_name if one.enterprise else one.network.short_name
        waiting = "" if one.state == "active" else turn.say("privacy.waiting")
        shown.append(("place", f"{place} {waiting}".strip()))
        duties = [turn.say(f"roles.{grant.role}") for grant in one.roles]
        shown.append(("roles", ", ".join([*duties, *one.positions])))
        shown.append(("topics", ", ".join(one.topics)))
    return shown


def _rooms(turn: Turn, member: Member) -> Sequence[str]:
    seats = select(Room.name).join(RoomMember, RoomMember.room_id == Room.id)
    return turn.session.scalars(seats.where(RoomMember.member_id == member.id).order_by(Room.id)).all()


def _consented(turn: Turn, member: Member, purpose: str) -> str:
    """When, and in which wording; empty where no consent stands."""
    given = consent_of(turn.session, member, purpose)
    if given is None:
        return ""
    day = turn.language.day(given.given_at.astimezone(turn.now.tzinfo))
    return turn.say("privacy.given", day=day, version=given.version)


def _held_card(turn: Turn, member: Member) -> Message:
    """Counts of everything else that refers to them; what has no name of its own is counted together."""
    held = counts(turn.session, member)
    rows = [
        Row(turn.say(f"privacy.held.{name}"), turn.say("privacy.times", count=held[name]))
        for name in sorted(NAMED)
        if held[name]
    ]
    others = sum(count for name, count in held.items() if name not in NAMED | SHOWN_BY_NAME)
    if others:
        rows.append(Row(turn.say("privacy.held.other"), turn.say("privacy.times", count=others)))
    buttons = [turn.button("privacy.records", "privacy.records", 0)] if holdings(turn.session, member) else []
    return card(turn.say("privacy.held"), rows=rows, note=turn.say("privacy.held.blanked"), buttons=buttons)
