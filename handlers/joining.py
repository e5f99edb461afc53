"""What is asked of somebody who joins: their group, what to call them, whether they are of age."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from bot.understanding.answers import read_answer
from handlers import codes, confirming, new_phone
from handlers.membership import BEFORE, INVITE, join_by_code
from models.chats import Form
from models.membership import ask_to_join, enterprises_like
from models.network import Enterprise, Network
from models.people import Invite

capability = Capability("joining")

NONE_YET = "none"  # an answer to "which group", as BEFORE and INVITE are
WRONG = "wrong:"  # a code was typed that opens nothing: the msgid of why
OF_AGE = 20  # years; below it a guardian consents (Civil and Commercial Code s.19, PDPA s.20)


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
    ways_out = [Choice(turn.say(f"joining.form.enterprise.{way}"), way) for way in (NONE_YET, BEFORE)]
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


def own_name(turn: Turn, words: str) -> str | None:
    """The bare name in เรียกป้าสมใจก็ได้ค่ะ; None for what is too long to be called by."""
    groups = turn.heard("joining.words.name")
    return groups[0].strip() if groups and groups[0].strip() else None


def _age_choices(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"joining.form.adult.{answer}"), answer) for answer in ("yes", "no")]


def _read_age(turn: Turn, words: str) -> str | None:
    """อายุ 58, or yes or no."""
    years = turn.heard("joining.words.age")
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
        shown.append(("adult", turn.say(f"joining.form.adult.{data['adult']}")))
    rows = [Row(turn.say(f"joining.form.{name}.label"), value) for name, value in shown if value]
    before = data["enterprise"] == BEFORE
    return card(
        turn.say("joining.form.before?" if before else "joining.form.right?"),
        rows=rows,
        buttons=buttons,
    )


def _group_shown(turn: Turn, data: Data) -> str:
    """The group that somebody named or has a code of, with its province."""
    meant = data.get("former", "") if data["enterprise"] == BEFORE else data["enterprise"]
    if meant == NONE_YET:
        return turn.say("joining.form.enterprise.none")
    ident = number(meant)
    if meant.startswith(INVITE):
        invite = turn.session.get(Invite, int(meant.removeprefix(INVITE)))
        ident = invite.enterprise_id if invite else None
    enterprise = turn.session.get(Enterprise, ident) if ident is not None else None
    return f"{enterprise.short_name} · {enterprise.province}" if enterprise else ""


def _joined(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: by a code at once, by name once somebody of the group says yes."""
    assert turn.member is not None  # noqa: S101 - forms belong to members
    data, member = form.data, turn.member
    if data["enterprise"] == BEFORE:
        former = number(data.get("former", ""))
        return new_phone.ask(turn, former, number(data.get("network", "")), data["call_as"])
    member.call_as, member.under_age = data["call_as"], data["adult"] == "no"
    if data["enterprise"].startswith(INVITE):
        return join_by_code(turn, int(data["enterprise"].removeprefix(INVITE)))
    enterprise = turn.session.get(Enterprise, number(data["enterprise"]) or 0)
    network_id = enterprise.network_id if enterprise else number(data.get("network", ""))
    if network_id is None:
        return [turn.text_message("confirming.nobody")]
    place = ask_to_join(turn.session, member, network_id, enterprise.id if enterprise else None, turn.now)
    turn.note("membership.asked", "membership", place.id)
    return confirming.ask(turn, place, data.get("wish", ""))


capability.add_form(
    FormKind(
        name="joining.form",
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
            Question("call_as", "name", resolve=own_name, may_skip=False, any_words=True),
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
