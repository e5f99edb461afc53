"""Who belongs: leaders and coordinators say whether they know somebody, and whether a guardian agrees."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import MESSAGES_A_REPLY, Message, Row, card, text
from bot.overview import Part
from bot.turn import Turn
from handlers.overview import in_private, nothing_left
from models.membership import (
    GUARDIAN,
    confirm,
    consent_of,
    deciders,
    decline,
    give_consent,
    holds,
    may_decide,
    membership_in,
    needs_guardian,
    settle,
)
from models.people import Member, Membership
from models.people_queries import holders
from models.permissions import BELONGS, Role
from models.store import take

capability = Capability("confirming")

Words = Callable[[Turn, Membership], list[Message]]

ASKED = 3  # people at most are asked for one thing
GUARDIAN_VERSION = "1.0"  # of what coordinators ask guardians: confirming.guardian.how


def ask(turn: Turn, membership: Membership, wish: str = "") -> list[Message]:
    """Hand a waiting membership to whoever has to say yes next, and tell the asker who that is. `wish`: what they said
    of a group that is not in the network."""
    if needs_guardian(turn.session, membership.member):
        return _ask_guardian(turn, membership)
    asked = [one.member for one in deciders(turn.session, membership)[:ASKED]]
    words = partial(_who_is_this, wish=wish)
    asked = [one for one in asked if _tell(turn, one, membership, words, "ask")]
    if not asked:
        return [turn.text_message("confirming.nobody")]
    return [turn.text_message("confirming.asked", name=asked[0].call_as)]


def waiting_for(turn: Turn, membership: Membership) -> list[Message]:
    """Where a request stands: who has to answer."""
    if needs_guardian(turn.session, membership.member):
        return [turn.text_message("confirming.guardian.waiting")]
    asked = deciders(turn.session, membership)
    name = asked[0].member.call_as if asked else turn.say("confirming.somebody")
    return [turn.text_message("confirming.waiting", name=name)]


def welcome(turn: Turn, membership: Membership) -> list[Message]:
    """The first words to somebody who belongs now."""
    return [
        card(
            turn.say("confirming.welcome", name=membership.member.call_as),
            rows=[Row(turn.say("confirming.group"), place_of(turn, membership))],
            note=turn.say("confirming.welcome.how"),
            buttons=[turn.button("help.menu", "help.menu")],
        )
    ]


def place_of(turn: Turn, membership: Membership) -> str:
    """The enterprise that somebody belongs to, or the network where it is none."""
    enterprise = membership.enterprise
    return enterprise.short_name if enterprise else membership.network.short_name


def where_i_stand(turn: Turn, network_id: int) -> Membership | None:
    """The speaker's own place in a network, which need not be the one that the turn is about."""
    return membership_in(turn.session, turn.member.id, network_id) if turn.member else None


@capability.on_overview(Part.DECIDE, who=BELONGS)
def overview(turn: Turn) -> Row | None:
    """Those who would like to belong, and wait for the speaker's word."""
    count = len(_waiting_here(turn))
    people = turn.say("overview.people", count=count)
    return turn.open_row("confirming.wait", people, "confirming.waiting") if count else None


@capability.on_button("waiting", who=BELONGS)
def show_waiting(turn: Turn) -> Sequence[Message]:
    """The oldest requests, each with its own buttons."""
    if turn.in_group:
        return in_private(turn)
    found = _waiting_here(turn)[:MESSAGES_A_REPLY]
    return [asked for one in found for asked in _asked_anew(turn, one)] or nothing_left(turn)


@capability.on_button("ours", who=BELONGS)
def ours(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ใช่คนของเรา."""
    membership = _open_request(turn, arguments)
    if isinstance(membership, list):
        return membership
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    confirm(turn.session, membership, turn.member.id, turn.now)
    turn.note("membership.confirmed", "membership", membership.id)
    _tell(turn, membership.member, membership, welcome, "welcome")
    return [turn.text_message("confirming.ours.done", name=membership.member.call_as)]


@capability.on_button("not_ours", who=BELONGS)
def not_ours(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่ใช่."""
    membership = _open_request(turn, arguments)
    if isinstance(membership, list):
        return membership
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    decline(membership, turn.member.id)
    turn.note("membership.declined", "membership", membership.id)
    _tell(turn, membership.member, membership, _declined, "declined")
    return [turn.text_message("confirming.not_ours.done", name=membership.member.call_as)]


@capability.on_button("guardian_agrees", who=BELONGS)
def guardian_agrees(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ผู้ปกครองยินยอมแล้ว: the coordinator heard it from the guardian."""
    membership = _open_guardian(turn, arguments)
    if isinstance(membership, list):
        return membership
    give_consent(turn.session, membership.member, GUARDIAN, GUARDIAN_VERSION, turn.now, by=turn.member)
    turn.note("consent.guardian", "membership", membership.id)
    settle(turn.session, membership)
    next_words = welcome if membership.state == "active" else ask
    _tell(turn, membership.member, membership, next_words, "guardian_agreed")
    return [turn.text_message("confirming.guardian.done", name=membership.member.call_as)]


@capability.on_button("guardian_not_yet", who=BELONGS)
def guardian_not_yet(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ยังไม่ยินยอม: nothing changes; the card stays good for later."""
    membership = _open_guardian(turn, arguments)
    if isinstance(membership, list):
        return membership
    turn.note("consent.guardian_not_yet", "membership", membership.id)
    return [turn.text_message("confirming.guardian.not_yet", name=membership.member.call_as)]


def _ask_guardian(turn: Turn, membership: Membership) -> list[Message]:
    """Under 20: coordinators are asked to hear the guardian (PDPA s.20)."""
    for coordinator in holders(turn.session, membership.network_id, Role.COORDINATOR)[:ASKED]:
        _tell(turn, coordinator.member, membership, _does_a_guardian_agree, "guardian")
    return [turn.text_message("confirming.guardian.waiting")]


def _does_a_guardian_agree(turn: Turn, membership: Membership) -> list[Message]:
    agrees = turn.button("confirming.guardian_agrees", "confirming.guardian_agrees", membership.id)
    not_yet = turn.button("confirming.guardian_not_yet", "confirming.guardian_not_yet", membership.id)
    note = turn.say("confirming.guardian.how")
    rows = _rows(turn, membership)
    return [card(turn.say("confirming.guardian?"), rows=rows, note=note, buttons=[agrees, not_yet])]


def _waiting_here(turn: Turn) -> list[Membership]:
    """The requests in the turn's network that the speaker may answer now, the oldest first."""
    query = select(Membership).where(
        Membership.network_id == (turn.network.id if turn.network else None), Membership.state == "waiting"
    )
    coordinates = holds(turn.membership, Role.COORDINATOR)
    return [
        one
        for one in turn.session.scalars(query.order_by(Membership.joined_at, Membership.id))
        if one.member.left_at is None
        and (
            coordinates
            if needs_guardian(turn.session, one.member)
            else may_decide(turn.session, turn.membership, one)
        )
    ]


def _asked_anew(turn: Turn, membership: Membership) -> list[Message]:
    guardian = needs_guardian(turn.session, membership.member)
    return _does_a_guardian_agree(turn, membership) if guardian else _who_is_this(turn, membership)


def _who_is_this(turn: Turn, membership: Membership, wish: str = "") -> list[Message]:
    rows = _rows(turn, membership) + ([Row(turn.say("confirming.wish"), wish)] if wish else [])
    yes = turn.button("confirming.ours", "confirming.ours", membership.id)
    no = turn.button("confirming.not_ours", "confirming.not_ours", membership.id)
    return [card(turn.say("confirming.ours?"), rows=rows, buttons=[yes, no])]


def _declined(turn: Turn, membership: Membership) -> list[Message]:
    return [turn.text_message("confirming.declined", place=place_of(turn, membership))]


def _rows(turn: Turn, membership: Membership) -> list[Row]:
    return [
        Row(turn.say("confirming.name"), membership.member.call_as),
        Row(turn.say("confirming.group"), place_of(turn, membership)),
    ]


def _tell(turn: Turn, member: Member, membership: Membership, words: Words, what: str) -> bool:
    """Tell somebody in their own language, once a request."""
    about = f"membership:{membership.id}:{what}:{membership.joined_at.timestamp():.0f}"
    return turn.tell(member, words(turn.toward(member), membership), about=about)


def _asked_about(turn: Turn, arguments: Sequence[str]) -> Membership | None:
    ident = number(arguments[0]) if arguments else None
    return take(turn.session, Membership, ident) if ident is not None else None


def _open_request(turn: Turn, arguments: Sequence[str]) -> Membership | list[Message]:
    """The request that a card is about, if it waits for this speaker's word; else what to say instead."""
    membership = _asked_about(turn, arguments)
    if membership is None or membership.member.left_at is not None:
        return [turn.text_message("confirming.gone")]
    if not may_decide(turn.session, where_i_stand(turn, membership.network_id), membership):
        return [turn.text_message("confirming.not_for_you")]
    if membership.state != "waiting" or membership.confirmed_at is not None:
        return [_answered_before(turn, membership)]
    if needs_guardian(turn.session, membership.member):
        return [turn.text_message("confirming.guardian.first")]
    return membership


def _answered_before(turn: Turn, membership: Membership) -> Message:
    who = turn.session.get(Member, membership.confirmed_by_id) if membership.confirmed_by_id else None
    name = who.call_as if who and who.call_as else turn.say("confirming.somebody")
    what = turn.say("confirming.ours" if membership.confirmed_at else "confirming.not_ours")
    return text(turn.say("confirming.before", name=name, what=what))


def _open_guardian(turn: Turn, arguments: Sequence[str]) -> Membership | list[Message]:
    membership = _asked_about(turn, arguments)
    if membership is None or membership.state == "left" or membership.member.left_at is not None:
        return [turn.text_message("confirming.gone")]
    if not holds(where_i_stand(turn, membership.network_id), Role.COORDINATOR):
        return [turn.text_message("confirming.not_for_you")]
    given = consent_of(turn.session, membership.member, GUARDIAN)
    if given is not None:
        who = turn.session.get(Member, given.given_by_id) if given.given_by_id else None
        name = who.call_as if who and who.call_as else turn.say("confirming.somebody")
        what = turn.say("confirming.guardian_agrees")
        return [turn.text_message("confirming.before", name=name, what=what)]
    return membership
