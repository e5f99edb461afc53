"""Joining: after consent, by a code or by naming one's group; with a new phone, being again who one was."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, card
from bot.dialogue import Data
from bot.language import language, languages
from bot.turn import Turn
from handlers import binding, codes, confirming, consent, new_phone
from models.approvals import leaders_confirm
from models.identity import become
from models.invites import InviteKind, spend, still_good
from models.membership import (
    ask_to_join,
    confirm,
    enterprises_like,
    grant_role,
    may_decide,
    membership_in,
)
from models.network import Network
from models.people import Invite, Membership
from models.permissions import ANYONE, CONSENTED, Role, Standing
from models.store import take

capability = Capability("membership")

BEFORE = "before"  # an answer to "which group": I was here, with another LINE
INVITE = "invite:"  # another: the id of the code that was typed instead of a name


@capability.on_button("agree", who=ANYONE)
def agree(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ยินยอม: from here on there is somebody to remember, and the next thing is which group is theirs."""
    version, invite_id, code = (*arguments, "", "", "")[:3]
    if turn.in_group:
        return consent.door(turn)
    if turn.member is not None:
        return [turn.text_message("consent.already"), *register(turn)]
    if code in languages():
        turn.language = language(code)
    invited = number(invite_id) or consent.NO_INVITE
    if version != consent.VERSION:
        return [turn.text_message("consent.newer"), *consent.ask(turn, invited)[1:]]
    consent.keep_consent(turn)
    invite = turn.session.get(Invite, invited)
    if invite is not None and isinstance(still_good(invite, turn.now), Invite):
        return [turn.text_message("consent.thanks"), *use(turn, invite)]
    return [turn.text_message("consent.thanks"), *_begin(turn)]


@capability.on("register", who=CONSENTED)
@capability.on_words("membership.words.begin", who=CONSENTED)
def register(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ขอสมัครสมาชิก: begins or goes on; who belongs already is told where. A LINE group is bound, not registered."""
    if turn.standing is Standing.BELONGS and turn.heard("rooms.words.room") is not None:
        return binding.bind(turn)
    if turn.in_group:
        private = turn.private_button("consent.go_private", "consent.private_word")
        return [card(turn.say("membership.in_private"), buttons=[private])]
    if digits := codes.digits_in(turn, turn.plain):
        return _try_code(turn, digits)
    if turn.membership is None:
        return new_phone.waiting(turn) or _begin(turn)
    if turn.membership.state == "waiting":
        return confirming.waiting_for(turn, turn.membership)
    place = confirming.place_of(turn, turn.membership)
    quick = [turn.button("help.menu", "help.menu")]
    return [turn.text_message("membership.belongs", place=place, quick=quick)]


@capability.on_words("codes.words.code", who=ANYONE)
def code_typed(turn: Turn, *_groups: str) -> Sequence[Message]:
    """1234 5678."""
    if not turn.in_group:
        return _try_code(turn, codes.digits_in(turn, turn.plain) or "")
    turn.secret = True
    private = turn.private_button("consent.go_private", "consent.private_word")
    return [card(turn.say("membership.code_in_group"), buttons=[private])]


@capability.door(Standing.BELONGS)
def not_yet(turn: Turn) -> Sequence[Message]:
    """Somebody who consented asks for what only members have: where their request stands, or the way in."""
    if turn.member is None:
        return consent.door(turn)
    if turn.in_group or turn.membership is not None:
        return register(turn)
    if waiting := new_phone.waiting(turn):
        return waiting
    return [turn.text_message("membership.first"), *_begin(turn)]


def use(turn: Turn, invite: Invite) -> Sequence[Message]:
    """A good code of somebody who consented."""
    assert turn.member is not None  # noqa: S101 - codes of strangers wait in the consent card
    if invite.membership_id is not None:
        return _claim(turn, invite)
    place = membership_in(turn.session, turn.member.id, invite.network_id)
    if place is not None and place.state == "active" and invite.kind == InviteKind.ENTERPRISE:
        return [turn.text_message("membership.belongs", place=confirming.place_of(turn, place))]
    if place is not None and place.state != "left" and turn.member.call_as:
        return join_by_code(turn, invite.id)
    return _begin(turn, {"enterprise": f"{INVITE}{invite.id}"})


def _try_code(turn: Turn, digits: str) -> Sequence[Message]:
    found = codes.tried(turn, digits)
    if isinstance(found, str):
        return [turn.text_message(found)]
    return use(turn, found) if turn.member else consent.ask(turn, found.id)


def _begin(turn: Turn, data: Data | None = None) -> list[Message]:
    """Ask what is not known yet."""
    assert turn.member is not None  # noqa: S101 - handlers that come here say CONSENTED
    known: Data = {"call_as": turn.member.call_as} if turn.member.call_as else {}
    networks = turn.session.scalars(select(Network.id)).all()
    if len(networks) == 1:
        known["network"] = str(networks[0])
    if turn.heard("joining.words.before") is not None:
        known["enterprise"] = BEFORE
    elif turn.plain and len(found := enterprises_like(turn.session, turn.plain)) == 1:
        known["enterprise"] = str(found[0].id)
    return turn.forms.start(turn, "joining.form", {**known, **(data or {})})


def join_by_code(turn: Turn, invite_id: int) -> list[Message]:
    """The code is used: who has it belongs at once, but for a guardian's word."""
    assert turn.member is not None  # noqa: S101 - as in use
    invite = spend(turn.session, invite_id, turn.now)
    if not isinstance(invite, Invite):
        return [turn.text_message(f"codes.{invite}")]
    place = membership_in(turn.session, turn.member.id, invite.network_id)
    if place is None or place.state != "active":
        enterprise_id = invite.enterprise_id or (place.enterprise_id if place else None)
        place = ask_to_join(turn.session, turn.member, invite.network_id, enterprise_id, turn.now)
        if _vouched(turn, invite, place):
            confirm(turn.session, place, invite.created_by_id, turn.now)
    return _entered(turn, invite, place)


def _vouched(turn: Turn, invite: Invite, place: Membership) -> bool:
    """Whether who made the code may still say who belongs: a leader's older code does not, once the network leaves
    that to its coordinators. An operator's always does."""
    if invite.created_by_id is None or leaders_confirm(turn.session, place):
        return True
    maker = membership_in(turn.session, invite.created_by_id, invite.network_id)
    return may_decide(turn.session, maker, place)


def _claim(turn: Turn, invite: Invite) -> list[Message]:
    """An entry of the network's file is the speaker: they become it. The operator's code may also move a lost LINE."""
    assert turn.member is not None and invite.membership_id is not None  # noqa: S101, PT018 - as in use
    entry = take(turn.session, Membership, invite.membership_id)
    if entry is None or entry.state == "left" or entry.member.left_at is not None:
        return [turn.text_message("codes.used_up")]
    mine = membership_in(turn.session, turn.member.id, entry.network_id)
    if mine is not None and mine.id != entry.id and mine.state == "active":
        return [turn.text_message("membership.belongs", place=confirming.place_of(turn, mine))]
    taken = entry.member.line_user_id is not None and entry.member_id != turn.member.id
    if taken and invite.kind != InviteKind.ROLE:
        return [turn.text_message("codes.used_up")]
    spent = spend(turn.session, invite.id, turn.now)
    if not isinstance(spent, Invite):
        return [turn.text_message(f"codes.{spent}")]
    if entry.member_id != turn.member.id:
        former = entry.member
        become(turn.session, turn.member, former, turn.now)
        turn.member = former
    if entry.state == "waiting":
        confirm(turn.session, entry, spent.created_by_id, turn.now)
    return _entered(turn, spent, entry)


def _entered(turn: Turn, invite: Invite, place: Membership) -> list[Message]:
    """A code did its work: the role that it carries, and the first words."""
    turn.membership = place
    turn.note(f"membership.by_{invite.kind}", "membership", place.id)
    role = Role(invite.role) if invite.role else Role.MEMBER
    if grant_role(place, role, invite.created_by_id, turn.now):
        turn.note(f"role.granted.{role}", "membership", place.id)
    if place.state != "active":
        return confirming.ask(turn, place)
    granted = (
        [] if role is Role.MEMBER else [turn.text_message("membership.role", role=turn.say(f"roles.{role}"))]
    )
    return [*confirming.welcome(turn, place), *granted]
