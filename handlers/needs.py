"""Posting what an enterprise lacks, so that others find it; and taking it back."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card, carousel
from bot.dialogue import Data, FormKind, Question
from bot.turn import Turn
from bot.understanding.reader import read_as
from bot.understanding.words import cut
from handlers.matches import is_alcohol
from handlers.partners import own_enterprise
from models.chats import Form
from models.network import Enterprise, Need
from models.network_file.findable import of_need
from models.permissions import BELONGS, Role
from models.search import forget, index
from models.store import take

capability = Capability("needs")

MOST = 5
LONGEST = 100  # characters of what is sought


@capability.on_button("post", who=BELONGS)
def post(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ลงประกาศหา, under "nothing found": what was sought is taken along."""
    what, amount, unit, day = (*arguments, "", "", "", "")[:4]
    known: Data = {"item": what} if what else {}
    if amount.replace(".", "", 1).isdecimal():
        known["quantity"] = [[float(amount), unit]]
    if _is_day(day) and not _not_past(turn, day):
        known["needed_by"] = day
    return _begin(turn, known)


@capability.on_words("needs.words.post", who=BELONGS)
def post_said(turn: Turn, what: str) -> Sequence[Message]:
    """ลงประกาศหา แกลบ."""
    return _begin(turn, {"item": what.strip()} if what.strip() else {})


@capability.on_words("needs.words.mine", who=BELONGS)
def mine(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ประกาศของเรา: what the speaker's enterprise has posted, each with the way to take it back."""
    own = own_enterprise(turn)
    needs = [need for need in own.needs if need.closed_at is None][-MOST:] if own else []
    if not needs:
        return [turn.text_message("needs.none")]
    return [carousel(turn.say("needs.yours"), [_bubble(turn, need) for need in reversed(needs)])]


@capability.on_button("close", who=BELONGS)
def close(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เอาออก: it is found no more."""
    ident = number(arguments[0]) if arguments else None
    need = take(turn.session, Need, ident) if ident is not None else None
    if need is None or not _may_close(turn, need.enterprise):
        return [turn.text_message("needs.not_yours")]
    if need.closed_at is None:
        need.closed_at = turn.now
        forget(turn.session, "need", need.id)
        turn.note("need.closed", "need", need.id)
    return [turn.text_message("needs.closed", what=need.item)]


def _begin(turn: Turn, known: Data) -> Sequence[Message]:
    own = own_enterprise(turn)
    if own is None:
        return [turn.text_message("needs.no_enterprise")]
    if "item" in known and (problem := _unfit(turn, known["item"])):
        return [turn.text_message(problem)]
    if same := _posted_already(turn, own, known.get("item", "")):
        return [_posted_card(turn, same, "needs.already")]
    return turn.forms.start(turn, "needs.post", known)


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    rows = _rows(turn, _quantity(data), _day(data), data.get("note", ""))
    return card(turn.say("needs.right?"), big=[data["item"]], rows=rows, buttons=buttons)


def _post(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: it is posted, and found from now on."""
    own, data = own_enterprise(turn), form.data
    if own is None:
        return [turn.text_message("needs.no_enterprise")]
    if same := _posted_already(turn, own, data["item"]):
        return [_posted_card(turn, same, "needs.already")]
    need = _keep(turn, own, data)
    turn.note("need.posted", "need", need.id)
    return [_posted_card(turn, need, "needs.posted")]


def _keep(turn: Turn, own: Enterprise, data: Data) -> Need:
    amount, unit = _quantity(data) or (None, "")
    link = read_as("find_partner", data["item"], turn.now).slots.get("link")
    need = Need(
        enterprise=own,
        item=data["item"],
        quantity=amount,
        unit=unit,
        needed_by=_day(data),
        links=[link] if link else [],
        note=data.get("note", ""),
        posted_at=turn.now,
    )
    turn.session.add(need)
    turn.session.flush()
    words = [word for phrase in of_need(need) for word in cut(phrase)]
    index(turn.session, "need", need.id, own.network_id, words)
    return need


def _posted_card(turn: Turn, need: Need, title: str) -> Message:
    return card(
        turn.say(title),
        big=[need.item],
        rows=_rows(turn, (need.quantity, need.unit) if need.quantity else None, need.needed_by, need.note),
        note=turn.say("needs.posted.note"),
        buttons=[turn.button("needs.close", "needs.close", need.id)],
    )


def _bubble(turn: Turn, need: Need) -> Message:
    rows = _rows(turn, (need.quantity, need.unit) if need.quantity else None, need.needed_by, need.note)
    return cards.bubble(need.item, rows=rows, buttons=[turn.button("needs.close", "needs.close", need.id)])


def _rows(turn: Turn, quantity: tuple[float, str] | None, day: date | None, note: str) -> list[Row]:
    shown = {
        "quantity": f"{turn.language.number(quantity[0])} {quantity[1]}".strip() if quantity else "",
        "needed_by": turn.language.day(day) if day else "",
        "note": note,
    }
    return [Row(turn.say(f"needs.post.{name}.label"), value) for name, value in shown.items() if value]


def _quantity(data: Data) -> tuple[float, str] | None:
    return (float(data["quantity"][0][0]), data["quantity"][0][1]) if data.get("quantity") else None


def _day(data: Data) -> date | None:
    return date.fromisoformat(data["needed_by"][:10]) if data.get("needed_by") else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _posted_already(turn: Turn, own: Enterprise, item: str) -> Need | None:
    query = select(Need).where(Need.enterprise_id == own.id, Need.item == item, Need.closed_at.is_(None))
    return turn.session.scalars(query).first()


def _may_close(turn: Turn, enterprise: Enterprise) -> bool:
    own = own_enterprise(turn)
    if own is not None and own.id == enterprise.id:
        return True
    same_network = turn.network is not None and enterprise.network_id == turn.network.id
    return same_network and Role.COORDINATOR in turn.roles


def _not_past(turn: Turn, value: str) -> str | None:
    return "needs.past" if str(value)[:10] < turn.now.date().isoformat() else None


def _unfit(turn: Turn, value: str) -> str | None:
    """Why something cannot be posted under this name; None: it can."""
    if is_alcohol(value):
        return "partners.alcohol"
    return "needs.long" if len(value) > LONGEST else None


capability.add_form(
    FormKind(
        name="needs.post",
        questions=(
            Question("item", "text", any_words=True, may_skip=False, check=_unfit),
            Question("quantity", "quantity"),
            Question("needed_by", "date", check=_not_past),
            Question("note", "text"),
        ),
        card=_card,
        done=_post,
        own=frozenset({"find_partner"}),
    )
)
