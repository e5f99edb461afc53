"""An answer becomes knowledge for all: only as its author says, with or without their name, until it is taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, card, carousel
from bot.notices import withdraw_notices
from bot.turn import Turn
from handlers.activities import drop_photo
from handlers.fit import pieces, shortened, words
from handlers.guarded import guarded
from models.advice import item_from, items_by, withdraw_item
from models.knowledge import Answer, KnowledgeItem
from models.people import Member
from models.permissions import CONSENTED
from models.search import index

capability = Capability("kept")

LONGEST_TITLE = 70
MOST = 5
NAMED, UNNAMED, NOT = "named", "unnamed", "no"


@capability.on_button("keep", who=CONSENTED)
def keep(turn: Turn, *arguments: str) -> Sequence[Message]:
    """May others use it? The last tap counts: with the name, without, or not at all."""
    answer = turn.session.get(Answer, number(arguments[0]) or 0) if arguments else None
    if answer is None or turn.member is None or answer.author_id != turn.member.id or not answer.words:
        return [turn.text_message("kept.not_yours")]
    how = arguments[1] if len(arguments) > 1 else NOT
    item = item_from(turn.session, answer.id)
    if how not in (NAMED, UNNAMED) or not may_keep(answer):
        return _not_kept(turn, item)
    item = _write(turn, item or KnowledgeItem(answer_id=answer.id), answer, named=how == NAMED)
    turn.note("knowledge.given", "knowledge", item.id)
    return [
        turn.text_message(f"kept.{how}", quick=[turn.button("kept.take_back", "kept.take_back", item.id)])
    ]


@capability.on_button("take_back", who=CONSENTED)
def take_back(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ถอนคืน: nobody sees it any more."""
    item = turn.session.get(KnowledgeItem, number(arguments[0]) or 0) if arguments else None
    if item is None or turn.member is None or item.author_id != turn.member.id:
        return [turn.text_message("kept.not_yours")]
    return _not_kept(turn, item)


@capability.on_words("kept.mine_words", who=CONSENTED)
def mine(turn: Turn) -> Sequence[Message]:
    """ถอนความรู้: what the speaker gave, each with its button."""
    items = items_by(turn.session, turn.member.id, MOST) if turn.member else []
    if turn.in_group:
        return [
            card(
                turn.say("kept.in_private"),
                buttons=[turn.private_button("advice.go_private", "kept.mine_said")],
            )
        ]
    if not items:
        return [turn.text_message("kept.none")]
    return [carousel(turn.say("kept.yours"), [_bubble(turn, item) for item in items])]


def may_keep(answer: Answer) -> bool:
    """Whether an answer may become knowledge at all: nothing that offices and doctors answer."""
    return guarded(answer.question.words) is None and guarded(answer.words) is None


def keep_card(turn: Turn, answer: Answer, title: str, name: str) -> Message:
    """What became of an answer, and the question whether others may read it."""
    if not may_keep(answer):
        return turn.text_message(title, name=name)
    return card(
        turn.say(title, name=name),
        words=turn.say("kept.ask", title=_title(answer)),
        buttons=[turn.button(f"kept.as_{how}", "kept.keep", answer.id, how) for how in (NAMED, UNNAMED, NOT)],
    )


def make_findable(session: Session, item: KnowledgeItem) -> None:
    """It is found by its words from now on."""
    text = f"{item.title}\n{item.words}"
    index(session, "knowledge", item.id, item.network_id, [*words(text), *pieces(text)])


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """Whoever wants to be forgotten: what they gave is taken back and emptied, their name stands nowhere."""
    given = or_(KnowledgeItem.author_id == member.id, KnowledgeItem.advisor_id == member.id)
    for item in turn.session.scalars(select(KnowledgeItem).where(given)):
        if item.author_id == member.id:
            withdraw_item(turn.session, item, turn.now)
            item.title, item.words, item.source, item.tags = "", "", "", []
            item.author_id = item.answer_id = item.message_id = None
        if item.advisor_id == member.id:
            item.advisor_id = None


def _not_kept(turn: Turn, item: KnowledgeItem | None) -> Sequence[Message]:
    if item is None or item.withdrawn_at is not None:
        return [turn.text_message("kept.no")]
    for photo in item.media:
        drop_photo(turn, photo)
    withdraw_item(turn.session, item, turn.now)
    withdraw_notices(turn.session, "sharing_item", item.id, turn.now)
    turn.note("knowledge.taken_back", "knowledge", item.id)
    return [turn.text_message("kept.taken_back")]


def _write(turn: Turn, item: KnowledgeItem, answer: Answer, *, named: bool) -> KnowledgeItem:
    author = answer.author
    item.network_id, item.title, item.words = answer.question.network_id, _title(answer), answer.words
    item.topic, item.source_on = answer.question.topic, answer.answered_at.astimezone(turn.now.tzinfo).date()
    item.author_id, item.withdrawn_at = answer.author_id, None
    item.source = author.call_as if named and author else ""
    item.advisor_id = answer.author_id if named else None  # without a name nobody is sent to its author
    turn.session.add(item)
    turn.session.flush()
    make_findable(turn.session, item)
    return item


def _title(answer: Answer) -> str:
    """What it is about: the question in short, without its asker."""
    return shortened(answer.question.words, LONGEST_TITLE)


def _bubble(turn: Turn, item: KnowledgeItem) -> dict[str, Any]:
    shown = turn.say("kept.with_name" if item.source else "kept.without_name")
    mend = [turn.button("knowledge.mend", "knowledge.mend", item.id)] if item.told_at else []
    buttons = [*mend, turn.button("kept.take_back", "kept.take_back", item.id)]
    return cards.bubble(item.title, words=cards.cut(item.words, 120), note=shown, buttons=buttons)
