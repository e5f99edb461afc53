"""Joining: after consent, by a code or by naming one's group; with a new phone, being again who one was."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.buttons import number
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.language import language, languages
from bot.router import Capability
from bot.turn import Turn
from bot.understanding.answers import read_answer
from handlers import codes, confirming, consent, new_phone, rooms
from models.chats import Form
from models.identity import become
from models.invites import InviteKind, spend, still_good
from models.membership import ask_to_join, confirm, enterprises_like, grant_role, membership_in
from models.network import Enterprise, Network
from models.people import Invite, Membership
from models.permissions import ANYONE, CONSENTED, Role, Standing
from models.store import take

capability = Capability("membership")

NONE_YET, BEFORE = "none", "before"  # answers to "which group": none yet; I was here before
INVITE, WRONG = "invite:", "wrong:"  # a code was typed: the invite's id, or the msgid of why it opens nothing
OF_AGE = 20  # years; below it a guardian consents (Civil and Commercial Code s.19, PDPA s.20)


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
def register(turn: Turn) -> Sequence[Message]:
    """ขอสมัครสมาชิก: begins or goes on; who belongs already is told where. A LINE group is bound, not registered."""
    if turn.standing is Standing.BELONGS and turn.heard("rooms.words.room") is not None:
        return rooms.bind(turn)
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
        return _join_by_code(turn, invite.id)
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
    if turn.heard("membership.words.before") is not None:
        known["enterprise"] = BEFORE
    elif turn.plain and len(found := enterprises_like(turn.session, turn.plain)) == 1:
        known["enterprise"] = str(found[0].id)
    return turn.forms.start(turn, "membership.join", {**known, **(data or {})})


def _joined(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: by a code at once, by name once somebody of the group says yes."""
    assert turn.member is not None  # noqa: S101 - forms belong to members
    data, member = form.data, turn.member
    if data["enterprise"] == BEFORE:
        former = number(data.get("former", ""))
        return new_phone.ask(turn, former, number(data.get("network", "")), data["call_as"])
    member.call_as, member.under_age = data["call_as"], data["adult"] == "no"
    if data["enterprise"].startswith(INVITE):
        return _join_by_code(turn, int(data["enterprise"].removeprefix(INVITE)))
    enterprise = turn.session.get(Enterprise, number(data["enterprise"]) or 0)
    network_id = enterprise.network_id if enterprise else number(data.get("network", ""))
    if network_id is None:
        return [turn.text_message("confirming.nobody")]
    place = ask_to_join(turn.session, member, network_id, enterprise.id if enterprise else None, turn.now)
    turn.note("membership.asked", "membership", place.id)
    return confirming.ask(turn, place, data.get("wish", ""))


def _join_by_code(turn: Turn, invite_id: int) -> list[Message]:
    assert turn.member is not None  # noqa: S101 - as in use
    invite = spend(turn.session, invite_id, turn.now)
    if not isinstance(invite, Invite):
        return [turn.text_message(f"codes.{invite}")]
    place = membership_in(turn.session, turn.member.id, invite.network_id)
    if place is None or place.state != "active":
        enterprise_id = invite.enterprise_id or (place.enterprise_id if place else None)
        place = ask_to_join(turn.session, turn.member, invite.network_id, enterprise_id, turn.now)
        confirm(turn.session, place, invite.created_by_id, turn.now)
    return _entered(turn, invite, place)


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


def _group_choices(turn: Turn, data: Data) -> list[Choice]:
    """The likeliest groups by what was just typed, and the two ways out."""
    found = enterprises_like(turn.session, turn.plain) if turn.plain else []
    names = [enterprise.short_name for enterprise in found]
    likely = [
        Choice(
            one.short_name if names.count(one.short_name) == 1 else f"{one.province} {one.short_name}",
            str(one.id),
        )
        for one in found
    ]
    ways_out = [Choice(turn.say(f"membership.join.enterprise.{way}"), way) for way in (NONE_YET, BEFORE)]
    return [*likely, *ways_out]


def _former_choices(turn: Turn, data: Data) -> list[Choice]:
    return _group_choices(turn, data)[:-2]


def _find_group(turn: Turn, words: str) -> str | None:
    """The one group that is meant, or the code that was typed instead."""
    if digits := codes.digits_in(turn, turn.plain):
        found = codes.tried(turn, digits)
        return f"{WRONG}{found}" if isinstance(found, str) else f"{INVITE}{found.id}"
    return _find_former(turn, words)


def _find_former(turn: Turn, words: str) -> str | None:
    likely = enterprises_like(turn.session, turn.plain)
    return str(likely[0].id) if len(likely) == 1 else None


def _wrong_code(turn: Turn, value: str) -> str | None:
    return value.removeprefix(WRONG) if value.startswith(WRONG) else None


def _network_choices(turn: Turn, data: Data) -> list[Choice]:
    networks = turn.session.scalars(select(Network).order_by(Network.id))
    return [Choice(network.short_name, str(network.id)) for network in networks]


def _called(turn: Turn, words: str) -> str | None:
    """The bare name in เรียกป้าสมใจก็ได้ค่ะ."""
    groups = turn.heard("membership.words.name")
    return groups[0].strip() if groups and groups[0].strip() else None


def _age_choices(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"membership.join.adult.{answer}"), answer) for answer in ("yes", "no")]


def _read_age(turn: Turn, words: str) -> str | None:
    """อายุ 58, or yes or no."""
    years = turn.heard("membership.words.age")
    if years is not None:
        return "yes" if int(years[0]) >= OF_AGE else "no"
    answer = read_answer(words, "yes_no", turn.now)
    if answer is None or answer.kind != "value":
        return None
    return "yes" if answer.value else "no"


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    shown = [
        ("enterprise", _group_shown(turn, data)),
        ("wish", data.get("wish", "")),
        ("call_as", data["call_as"]),
    ]
    if "adult" in data:
        shown.append(("adult", turn.say(f"membership.join.adult.{data['adult']}")))
    rows = [Row(turn.say(f"membership.join.{name}.label"), value) for name, value in shown if value]
    before = data["enterprise"] == BEFORE
    return card(
        turn.say("membership.join.before?" if before else "membership.join.right?"),
        rows=rows,
        buttons=buttons,
    )


def _group_shown(turn: Turn, data: Data) -> str:
    """The group that somebody named or has a code of, with its province."""
    meant = data.get("former", "") if data["enterprise"] == BEFORE else data["enterprise"]
    if meant == NONE_YET:
        return turn.say("membership.join.enterprise.none")
    ident = number(meant)
    if meant.startswith(INVITE):
        invite = turn.session.get(Invite, int(meant.removeprefix(INVITE)))
        ident = invite.enterprise_id if invite else None
    enterprise = turn.session.get(Enterprise, ident) if ident is not None else None
    return f"{enterprise.short_name} · {enterprise.province}" if enterprise else ""


capability.add_form(
    FormKind(
        name="membership.join",
        questions=(
            Question(
                "enterprise",
                "choice",
                choices=_group_choices,
                resolve=_find_group,
                check=_wrong_code,
                may_skip=False,
                any_words=True,
            ),
            Question(
                "former",
                "choice",
                when=lambda data: data.get("enterprise") == BEFORE,
                choices=_former_choices,
                resolve=_find_former,
                any_words=True,
            ),
            Question(
                "network",
                "choice",
                when=lambda data: data.get("enterprise") in (NONE_YET, BEFORE),
                choices=_network_choices,
                may_skip=False,
            ),
            Question("wish", "text", when=lambda data: data.get("enterprise") == NONE_YET, any_words=True),
            Question("call_as", "name", resolve=_called, may_skip=False, any_words=True),
            Question(
                "adult",
                "choice",
                when=lambda data: data.get("enterprise") != BEFORE,
                choices=_age_choices,
                resolve=_read_age,
                may_skip=False,
            ),
        ),
        card=_card,
        done=_joined,
        own=frozenset({"register"}),
    )
)
