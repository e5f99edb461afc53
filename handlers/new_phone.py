"""A new phone, a new LINE: somebody says who they were, somebody of the group says whether it is so."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select

from bot.buttons import number, pack
from bot.capability import Capability
from bot.cards import FLEX_LABEL_LIMIT, MESSAGES_A_REPLY, Action, Message, Row, button, card, cut
from bot.overview import Part
from bot.turn import Turn
from handlers import confirming
from handlers.overview import in_private, nothing_left
from models.approvals import leaders_confirm
from models.identity import become
from models.invites import InviteKind, add_invite, spend
from models.membership import confirm, holds, members_like
from models.network import Enterprise
from models.people import AuditEntry, Invite, Member, Membership
from models.people_queries import holders
from models.permissions import BELONGS, Role
from models.store import take

capability = Capability("new_phone")

OFFERED = 3  # people whom a name may mean
ASKED = 2  # people at most are asked


def ask(turn: Turn, enterprise_id: int | None, network_id: int | None, name: str) -> list[Message]:
    """Ask somebody of the group who this is. Nothing is said to the asker of who is in the list."""
    assert turn.member is not None  # noqa: S101 - who asks has consented
    enterprise = turn.session.get(Enterprise, enterprise_id) if enterprise_id is not None else None
    network_id = enterprise.network_id if enterprise else network_id
    if network_id is None:
        return [turn.text_message("confirming.nobody")]
    turn.member.call_as = name
    found = members_like(turn.session, network_id, name, enterprise.id if enterprise else None, OFFERED)
    likely = [one for one in found if one.member_id != turn.member.id]
    request = add_invite(
        turn.session,
        InviteKind.PHONE,
        turn.tools.hashed("phone", secrets.token_hex(16)),
        turn.now,
        network_id=network_id,
        enterprise_id=enterprise.id if enterprise else None,
        created_by_id=turn.member.id,
    )
    turn.note("phone.asked", "invite", request.id)
    for decider in _deciders(turn, request, likely):
        words = [_is_this_them(turn.toward(decider), request, turn.member, likely)]
        if turn.tell(decider, words, about=f"phone:{request.id}:ask"):
            return [turn.text_message("confirming.asked", name=decider.call_as)]
    return [turn.text_message("confirming.nobody")]


def waiting(turn: Turn) -> list[Message]:
    """Where the speaker's request stands; nothing where there is none."""
    asked = select(Invite.id).where(
        Invite.kind == InviteKind.PHONE,
        Invite.created_by_id == (turn.member.id if turn.member else None),
        Invite.uses_left > 0,
        Invite.expires_at > turn.now,
    )
    if turn.session.scalar(asked.limit(1)) is None:
        return []
    return [turn.text_message("confirming.waiting", name=turn.say("confirming.somebody"))]


@capability.on_overview(Part.DECIDE, who=BELONGS)
def overview(turn: Turn) -> Row | None:
    """Those who say that they have a new phone, and wait for the speaker's word."""
    count = len(_waiting_here(turn))
    people = turn.say("overview.people", count=count)
    return turn.open_row("new_phone.waiting", people, "new_phone.waiting") if count else None


@capability.on_button("waiting", who=BELONGS)
def show_waiting(turn: Turn) -> Sequence[Message]:
    """The oldest requests, each with its own buttons."""
    if turn.in_group:
        return in_private(turn)
    found = _waiting_here(turn)[:MESSAGES_A_REPLY]
    return [_asked_anew(turn, one) for one in found] or nothing_left(turn)


@capability.on_button("same", who=BELONGS)
def same(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ใช่ คนเดียวกัน: the new LINE has their rights from now on, the old one none."""
    request = _open_request(turn, arguments)
    if isinstance(request, list):
        return request
    entry = take(turn.session, Membership, number(arguments[1]) or 0) if len(arguments) > 1 else None
    newcomer = turn.session.get(Member, request.created_by_id) if request.created_by_id else None
    if entry is None or newcomer is None or entry.state == "left" or not _may_answer(turn, request, entry):
        return [turn.text_message("confirming.gone")]
    if not isinstance(spend(turn.session, request.id, turn.now), Invite):
        return [turn.text_message("confirming.gone")]
    turn.note("phone.moved", "invite", request.id)
    member = entry.member
    become(turn.session, newcomer, member, turn.now)
    if entry.state == "waiting" and turn.member is not None:
        confirm(turn.session, entry, turn.member.id, turn.now)
    turn.tell(member, confirming.welcome(turn.toward(member), entry), about=f"phone:{request.id}:welcome")
    return [turn.text_message("new_phone.moved", name=member.call_as)]


@capability.on_button("nobody", who=BELONGS)
def nobody(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่ใช่: they are asked to join as somebody new."""
    request = _open_request(turn, arguments)
    if isinstance(request, list):
        return request
    request.uses_left = 0
    turn.note("phone.refused", "invite", request.id)
    newcomer = turn.session.get(Member, request.created_by_id) if request.created_by_id else None
    if newcomer is not None:
        turn.tell(
            newcomer,
            [turn.toward(newcomer).text_message("new_phone.refused")],
            about=f"phone:{request.id}:refused",
        )
    return [turn.text_message("new_phone.not_moved")]


def _deciders(turn: Turn, request: Invite, likely: Sequence[Membership]) -> list[Member]:
    """The group's leaders, then the coordinators; not who is said to have the new phone."""
    leaders: Sequence[Membership] = []
    if request.enterprise_id is not None:
        leaders = holders(turn.session, request.network_id, Role.LEADER, request.enterprise_id)
        leaders = [one for one in leaders if leaders_confirm(turn.session, one)]
    coordinators = holders(turn.session, request.network_id, Role.COORDINATOR)
    theirs = {one.member_id for one in likely}
    return [one.member for one in (*leaders, *coordinators) if one.member_id not in theirs]


def _waiting_here(turn: Turn) -> list[Invite]:
    """The requests in the turn's network that wait for the speaker, the oldest first."""
    asked = select(Invite).where(
        Invite.kind == InviteKind.PHONE,
        Invite.network_id == (turn.network.id if turn.network else None),
        Invite.created_by_id != (turn.member.id if turn.member else None),
        Invite.uses_left > 0,
        Invite.expires_at > turn.now,
    )
    return [one for one in turn.session.scalars(asked.order_by(Invite.id)) if _may_answer(turn, one)]


def _asked_anew(turn: Turn, request: Invite) -> Message:
    newcomer = turn.session.get_one(Member, request.created_by_id)
    found = members_like(turn.session, request.network_id, newcomer.call_as, request.enterprise_id, OFFERED)
    return _is_this_them(turn, request, newcomer, [one for one in found if one.member_id != newcomer.id])


def _is_this_them(turn: Turn, request: Invite, newcomer: Member, likely: Sequence[Membership]) -> Message:
    """The card that asks: one button a person whom the name may mean."""
    rows = [Row(turn.say("confirming.name"), newcomer.call_as)]
    enterprise = turn.session.get(Enterprise, request.enterprise_id) if request.enterprise_id else None
    if enterprise is not None:
        rows.append(Row(turn.say("confirming.group"), enterprise.short_name))
    buttons = [_same_button(turn, request, one) for one in likely]
    buttons.append(turn.button("new_phone.nobody", "new_phone.nobody", request.id))
    note = turn.say("new_phone.how" if likely else "new_phone.unknown")
    return card(turn.say("new_phone.same?"), rows=rows, note=note, buttons=buttons)


def _same_button(turn: Turn, request: Invite, entry: Membership) -> Action:
    label = turn.say("new_phone.same", name=entry.member.call_as)
    return button(cut(label, FLEX_LABEL_LIMIT), pack("new_phone.same", request.id, entry.id))


def _open_request(turn: Turn, arguments: Sequence[str]) -> Invite | list[Message]:
    """The request that a card is about, if nobody answered it; else what to say instead."""
    ident = number(arguments[0]) if arguments else None
    request = take(turn.session, Invite, ident) if ident is not None else None
    if request is None or request.kind != InviteKind.PHONE:
        return [turn.text_message("confirming.gone")]
    if not _may_answer(turn, request):
        return [turn.text_message("confirming.not_for_you")]
    if request.uses_left < 1:
        return [_answered_before(turn, request)]
    return request


def _may_answer(turn: Turn, request: Invite, entry: Membership | None = None) -> bool:
    """Coordinators, and the leader of the group that both the request and the person belong to."""
    place = confirming.where_i_stand(turn, request.network_id)
    if place is None or (entry is not None and entry.network_id != request.network_id):
        return False
    if holds(place, Role.COORDINATOR):
        return True
    if not leaders_confirm(turn.session, place):
        return False
    theirs = {request.enterprise_id, entry.enterprise_id if entry else request.enterprise_id}
    return holds(place, Role.LEADER) and theirs == {place.enterprise_id} and place.enterprise_id is not None


def _answered_before(turn: Turn, request: Invite) -> Message:
    answers = select(AuditEntry).where(
        AuditEntry.object_kind == "invite",
        AuditEntry.object_id == request.id,
        AuditEntry.action.in_(("phone.moved", "phone.refused")),
    )
    answer = turn.session.scalars(answers.order_by(AuditEntry.id.desc())).first()
    who = turn.session.get(Member, answer.actor_id) if answer and answer.actor_id else None
    name = who.call_as if who and who.call_as else turn.say("confirming.somebody")
    moved = answer is not None and answer.action == "phone.moved"
    what = turn.say("new_phone.answer.same" if moved else "new_phone.nobody")
    return turn.text_message("confirming.before", name=name, what=what)
