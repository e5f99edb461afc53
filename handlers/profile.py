"""What somebody tells of themselves and of their enterprise, and how they change it."""

import re
from collections.abc import Sequence

from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from bot.understanding.answers import read_answer
from bot.understanding.words import cut
from handlers.joining import own_name
from models.chats import Form
from models.membership import holds
from models.network import Enterprise
from models.network_file.findable import of_enterprise
from models.permissions import CONSENTED, Role
from models.search import index

capability = Capability("profile")

MINE = ("call_as", "phone")
OURS = ("products", "village", "proud_of")
MOST_PRODUCTS = 20


@capability.on("update_profile", who=CONSENTED)
@capability.on_words("profile.words.exact", who=CONSENTED)
def update_profile(turn: Turn, *_groups: str) -> Sequence[Message]:
    """เปลี่ยนเบอร์เป็น 081…: what the message holds is put on the card, else what can be changed is offered."""
    if turn.in_group:
        return [
            card(
                turn.say("profile.private"),
                buttons=[turn.private_button("profile.go_private", "profile.word")],
            )
        ]
    if (said := turn.heard("profile.words.phone")) is not None:
        phone = read_answer(said[0], "phone", turn.now)
        return _change_mine(turn, "phone", phone.value if phone else None)
    if (said := turn.heard("profile.words.name")) is not None:
        return _change_mine(turn, "call_as", said[0].strip())
    if turn.heard("profile.words.ours") is not None and _own_enterprise(turn) is not None:
        return _offer(turn, OURS)
    return begin(turn)


@capability.on_button("begin", who=CONSENTED)
def begin(turn: Turn) -> Sequence[Message]:
    """แก้ข้อมูลของฉัน: what there is to change."""
    return _offer(turn, (*MINE, "ours") if _own_enterprise(turn) else MINE)


@capability.on_button("change", who=CONSENTED)
def change(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One of the things on the card."""
    what = arguments[0] if arguments else ""
    if turn.in_group:
        return update_profile(turn)
    if what in MINE:
        return _change_mine(turn, what)
    if what in OURS:
        return _change_ours(turn, what)
    return _offer(turn, OURS) if what == "ours" and _own_enterprise(turn) else begin(turn)


def _offer(turn: Turn, names: Sequence[str]) -> list[Message]:
    form = "enterprise" if names == OURS else "mine"
    buttons = [turn.button(f"profile.{form}.{name}.label", "profile.change", name) for name in names]
    return [card(turn.say(f"profile.{form}.which"), buttons=buttons)]


def _change_mine(turn: Turn, what: str, value: str | None = None) -> list[Message]:
    """Ask for the new value, or put it on the card where it was said."""
    assert turn.member is not None  # noqa: S101 - handlers that come here say CONSENTED
    data: Data = {"call_as": turn.member.call_as, "phone": turn.member.phone}
    del data[what]
    return turn.forms.start(turn, "profile.mine", data if value is None else {**data, what: value})


def _change_ours(turn: Turn, what: str) -> list[Message]:
    enterprise = _own_enterprise(turn)
    if enterprise is None:
        return [turn.text_message("profile.leader_only")]
    data = _told(enterprise)
    del data[what]
    return turn.forms.start(turn, "profile.enterprise", data)


def _own_enterprise(turn: Turn) -> Enterprise | None:
    """The enterprise that the speaker leads, or belongs to as a coordinator."""
    if holds(turn.membership, Role.LEADER) or holds(turn.membership, Role.COORDINATOR):
        return turn.membership.enterprise if turn.membership else None
    return None


def _told(enterprise: Enterprise) -> Data:
    """What an enterprise says of itself, as it is typed."""
    products = ", ".join(enterprise.products)
    return {"products": products, "village": enterprise.village, "proud_of": enterprise.proud_of}


def _my_card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    assert turn.member is not None  # noqa: S101 - forms belong to members
    before = {"call_as": turn.member.call_as, "phone": turn.member.phone}
    rows = _rows(turn, "profile.mine", before, data)
    return card(turn.say("profile.right?"), rows=rows, note=turn.say("profile.mine.seen"), buttons=buttons)


def _our_card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    enterprise = _own_enterprise(turn)
    title = enterprise.short_name if enterprise else turn.say("profile.right?")
    rows = _rows(turn, "profile.enterprise", _told(enterprise) if enterprise else {}, data)
    return card(title, rows=rows, note=turn.say("profile.right?"), buttons=buttons)


def _rows(turn: Turn, form: str, before: Data, data: Data) -> list[Row]:
    """Each value as it will be, and what it was where it changes."""
    rows = []
    for name, was in before.items():
        value = data.get(name, was) or turn.say("profile.nothing")
        changes = bool(was) and value != was
        shown = turn.say("profile.was", value=value, was=was) if changes else value
        rows.append(Row(turn.say(f"{form}.{name}.label"), shown))
    return rows


def _mine_changed(turn: Turn, form: Form) -> Sequence[Message]:
    assert turn.member is not None  # noqa: S101 - forms belong to members
    turn.member.call_as = form.data.get("call_as", turn.member.call_as)
    turn.member.phone = form.data.get("phone", turn.member.phone)
    turn.note("profile.changed", "member", turn.member.id)
    return [turn.text_message("profile.changed")]


def _ours_changed(turn: Turn, form: Form) -> Sequence[Message]:
    enterprise = _own_enterprise(turn)
    if enterprise is None:
        return [turn.text_message("profile.leader_only")]
    told = {**_told(enterprise), **{name: form.data[name] for name in OURS if name in form.data}}
    products = re.split(turn.say("profile.between_products"), told["products"])
    enterprise.products = [one.strip() for one in products if one.strip()][:MOST_PRODUCTS]
    enterprise.village, enterprise.proud_of = told["village"], told["proud_of"]
    words = [word for phrase in of_enterprise(enterprise) for word in cut(phrase)]
    index(turn.session, "enterprise", enterprise.id, enterprise.network_id, words)
    turn.note("enterprise.changed", "enterprise", enterprise.id)
    return [turn.text_message("profile.changed")]


def _no_phone(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say("profile.mine.phone.none"), "")]


capability.add_form(
    FormKind(
        name="profile.mine",
        questions=(
            Question("call_as", "name", resolve=own_name, may_skip=False, any_words=True),
            Question("phone", "phone", choices=_no_phone),
        ),
        card=_my_card,
        done=_mine_changed,
        own=frozenset({"update_profile"}),
    )
)

capability.add_form(
    FormKind(
        name="profile.enterprise",
        questions=(
            Question("products", "text", any_words=True),
            Question("village", "place", any_words=True),
            Question("proud_of", "text", any_words=True),
        ),
        card=_our_card,
        done=_ours_changed,
        own=frozenset({"update_profile"}),
    )
)
