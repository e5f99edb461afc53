"""ขอคุย: an enterprise hears who would like to talk to it and about what; contacts are told after both said yes."""

from collections.abc import Sequence

from bot.buttons import number
from bot.capability import Capability
from bot.cards import MESSAGES_A_REPLY, Action, Message, Row, card
from bot.dialogue import Data, FormKind, Question
from bot.overview import Part
from bot.turn import Turn
from handlers.matches import name_of, owner_of
from handlers.overview import in_private, nothing_left
from handlers.partners import kind_of, own_enterprise, thing_of
from handlers.waiting_answers import introduction_settled
from models.advice import belongs
from models.chats import Form
from models.introductions import (
    answered_by,
    asked_before,
    contacts,
    coordinator_between,
    introductions_of,
    may_answer,
    shared_room,
    unanswered,
)
from models.matching import Thing, enterprises_named, is_open
from models.network import Enterprise, Introduction, Need, Offer
from models.people import Member
from models.permissions import BELONGS, Role, only
from models.store import take
from models.summary_around import WAITING_LONG

capability = Capability("introductions")


@capability.on_button("ask", who=BELONGS)
def ask(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ขอคุย, under a card: first it is shown what will be said, and to whom."""
    thing = thing_of(turn, arguments)
    if thing is None:
        return [turn.text_message("partners.gone")]
    if turn.in_group:
        return [card(turn.say("partners.in_private"), buttons=[_alone(turn)])]
    return _hinder(turn, thing) or turn.forms.start(
        turn, "introductions.send", {"kind": kind_of(thing), "id": thing.id}
    )


@capability.on_words("introductions.words.talk", who=BELONGS)
def talk_said(turn: Turn, name: str, about: str) -> Sequence[Message]:
    """ขอคุย “โรงสีโคกสมมุติ” เรื่อง “แกลบ”, as the button in a group types it."""
    if turn.in_group or turn.network is None:
        return [card(turn.say("partners.in_private"), buttons=[_alone(turn)])]
    found = enterprises_named(turn.session, turn.network.id, name, 1)
    thing = _thing_named(turn, found[0], about.rstrip("…")) if found else None
    if thing is None:
        return [turn.text_message("partners.gone")]
    return ask(turn, kind_of(thing), str(thing.id))


@capability.on_button("yes", who=BELONGS)
def agree(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ยินดีคุย: both sides get each other's contact."""
    introduction = _to_answer(turn, arguments)
    if not isinstance(introduction, Introduction):
        return introduction
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    asker = turn.session.get_one(Member, introduction.asker_id)
    if not belongs(turn.session, asker.id, introduction.network_id):
        introduction.state = "declined"
        return [turn.text_message("introductions.asker_left")]
    _settle(turn, introduction, "agreed")
    theirs = turn.toward(asker)
    turn.tell(asker, [_contact_card(theirs, introduction, turn.member)], about=_about(introduction, "agreed"))
    return [_contact_card(turn, introduction, asker)]


@capability.on_button("no", who=BELONGS)
def decline(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ยังไม่สะดวก: the asker is told kindly, without a reason."""
    introduction = _to_answer(turn, arguments)
    if not isinstance(introduction, Introduction):
        return introduction
    _settle(turn, introduction, "declined")
    asker = turn.session.get_one(Member, introduction.asker_id)
    theirs = turn.toward(asker)
    group = _enterprise(turn, introduction.to_enterprise_id)
    words = theirs.text_message("introductions.declined", group=group, about=introduction.about)
    turn.tell(asker, [words], about=_about(introduction, "declined"))
    return [turn.text_message("introductions.you_declined")]


@capability.on_overview(Part.OVERDUE, who=only(Role.COORDINATOR))
def overview_long(turn: Turn) -> Row | None:
    """Requests that nobody has answered for days."""
    return _line(turn, "introductions.long", _long_unanswered(turn), "introductions.long")


@capability.on_button("long", who=only(Role.COORDINATOR))
def show_long(turn: Turn) -> Sequence[Message]:
    """Those requests; a coordinator who has talked to the enterprise may answer for it."""
    return _cards(turn, _long_unanswered(turn))


@capability.on_overview(Part.DECIDE, who=only(Role.LEADER))
def overview_own(turn: Turn) -> Row | None:
    """Requests to the speaker's own enterprise."""
    return _line(turn, "introductions.own_wait", _to_own(turn), "introductions.waiting")


@capability.on_button("waiting", who=only(Role.LEADER))
def show_waiting(turn: Turn) -> Sequence[Message]:
    """Those requests, each to be answered."""
    return _cards(turn, _to_own(turn))


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """Whoever wants to be forgotten: what they asked for goes, what they answered loses their name."""
    for introduction in introductions_of(turn.session, member.id):
        turn.session.delete(introduction)
    for introduction in answered_by(turn.session, member.id):
        introduction.answered_by_id = None


def _long_unanswered(turn: Turn) -> Sequence[Introduction]:
    """What others should have answered; the speaker's own stands apart."""
    found = unanswered(turn.session, turn.network.id, turn.now - WAITING_LONG) if turn.network else []
    return [one for one in found if one not in _to_own(turn)]


def _to_own(turn: Turn) -> Sequence[Introduction]:
    own = own_enterprise(turn) if Role.LEADER in turn.roles else None
    found = unanswered(turn.session, own.network_id, turn.now, own.id) if own else []
    return [one for one in found if turn.member is not None and one.asker_id != turn.member.id]


def _line(turn: Turn, label: str, found: Sequence[Introduction], opens: str) -> Row | None:
    matters = turn.say("overview.matters", count=len(found))
    return turn.open_row(label, matters, opens) if found else None


def _cards(turn: Turn, found: Sequence[Introduction]) -> Sequence[Message]:
    """The oldest requests, each with whom it is to, since when it waits, and its buttons."""
    if turn.in_group:
        return in_private(turn)
    return [_standing_card(turn, one) for one in found[:MESSAGES_A_REPLY]] or nothing_left(turn)


def _standing_card(turn: Turn, introduction: Introduction) -> Message:
    asker = turn.session.get_one(Member, introduction.asker_id)
    group = _enterprise(turn, introduction.from_enterprise_id)
    who = turn.say("introductions.who", name=asker.call_as, group=group) if group else asker.call_as
    return card(
        turn.say("introductions.waits", who=who, group=_enterprise(turn, introduction.to_enterprise_id)),
        words=turn.say("introductions.about", about=introduction.about),
        note=turn.say(
            "introductions.since", day=turn.language.day(introduction.asked_at.astimezone(turn.now.tzinfo))
        ),
        buttons=_answer_buttons(turn, introduction),
    )


def _answer_buttons(turn: Turn, introduction: Introduction) -> list[Action]:
    return [
        turn.button("introductions.yes", "introductions.yes", introduction.id),
        turn.button("introductions.no", "introductions.no", introduction.id),
    ]


def _hinder(turn: Turn, thing: Thing) -> list[Message]:
    """Why nobody is asked: it is the speaker's own, was asked before, or nobody can be reached; empty: nothing."""
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    own, enterprise = own_enterprise(turn), owner_of(thing)
    if own is not None and own.id == enterprise.id:
        return [turn.text_message("introductions.own")]
    before = asked_before(turn.session, turn.member.id, enterprise.id, name_of(thing))
    if before is not None:
        return [_asked_card(turn, before)]
    if not contacts(turn.session, enterprise, turn.member.id):
        return [turn.text_message("introductions.nobody", group=enterprise.short_name)]
    return []


def _asked_card(turn: Turn, introduction: Introduction) -> Message:
    """Where an earlier request stands."""
    answered = introduction.answered_by_id
    if introduction.state == "agreed" and answered is not None:
        return _contact_card(turn, introduction, turn.session.get_one(Member, answered))
    day = turn.language.day(introduction.asked_at.astimezone(turn.now.tzinfo))
    group = _enterprise(turn, introduction.to_enterprise_id)
    return turn.text_message(f"introductions.before.{introduction.state}", group=group, day=day)


def _sending_card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """What will be said, and to whom."""
    thing = thing_of(turn, (data["kind"], str(data["id"])))
    group = owner_of(thing).short_name if thing else ""
    said = turn.say("introductions.said", who=_who(turn), about=name_of(thing) if thing else "")
    more = [turn.say("introductions.added", words=data["words"])] if data.get("words") else []
    return card(
        turn.say("introductions.send?", group=group),
        words="\n".join([said, *more]),
        note=turn.say("introductions.send.note"),
        buttons=buttons,
    )


def _send(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: the enterprise is asked."""
    thing = thing_of(turn, (form.data["kind"], str(form.data["id"])))
    if thing is None:
        return [turn.text_message("partners.gone")]
    if hindered := _hinder(turn, thing):
        return hindered
    introduction = _keep(turn, thing)
    people = contacts(turn.session, owner_of(thing), introduction.asker_id)
    for person in people:
        _tell(turn, person, introduction, form.data.get("words", ""))
    return [turn.text_message("introductions.sent", name=people[0].call_as, group=owner_of(thing).short_name)]


def _keep(turn: Turn, thing: Thing) -> Introduction:
    assert turn.member is not None  # noqa: S101 - a form belongs to a member
    own = own_enterprise(turn)
    introduction = Introduction(
        network_id=owner_of(thing).network_id,
        asker_id=turn.member.id,
        from_enterprise_id=own.id if own else None,
        to_enterprise_id=owner_of(thing).id,
        offer_id=thing.id if isinstance(thing, Offer) else None,
        about=name_of(thing),
        asked_at=turn.now,
    )
    turn.session.add(introduction)
    turn.session.flush()
    turn.note("introduction.asked", "introduction", introduction.id)
    return introduction


def _tell(turn: Turn, person: Member, introduction: Introduction, words: str) -> None:
    theirs = turn.toward(person)
    added = theirs.say("introductions.added", words=words) if words else ""
    asking = card(
        theirs.say("introductions.asked", who=_who(theirs)),
        words="\n".join(
            part for part in (theirs.say("introductions.about", about=introduction.about), added) if part
        ),
        note=theirs.say("introductions.asked.note"),
        buttons=_answer_buttons(theirs, introduction),
    )
    turn.tell(person, [asking], about=_about(introduction, "asked"))


def _to_answer(turn: Turn, arguments: Sequence[str]) -> Introduction | list[Message]:
    """The request that the speaker may answer now, else why not."""
    ident = number(arguments[0]) if arguments else None
    introduction = take(turn.session, Introduction, ident) if ident is not None else None
    if introduction is None:
        return [turn.text_message("introductions.gone")]
    if turn.member is None or not may_answer(turn.session, introduction, turn.member.id):
        return [turn.text_message("introductions.not_yours")]
    if introduction.state != "asked":
        return [turn.text_message(f"introductions.already.{introduction.state}")]
    return introduction


def _settle(turn: Turn, introduction: Introduction, state: str) -> None:
    introduction.state, introduction.answered_at = state, turn.now
    introduction_settled(turn.session, introduction, turn.now)
    introduction.answered_by_id = turn.member.id if turn.member else None
    turn.note(f"introduction.{state}", "introduction", introduction.id)


def _contact_card(turn: Turn, introduction: Introduction, person: Member) -> Message:
    """Whom to talk to and how, for whoever reads `turn`; `person` is the other side."""
    asking = person.id == introduction.asker_id
    group = _enterprise(turn, introduction.from_enterprise_id if asking else introduction.to_enterprise_id)
    return card(
        turn.say("introductions.talk_to", name=person.call_as, group=group) if group else person.call_as,
        words="\n".join(
            (turn.say("introductions.about", about=introduction.about), _how(turn, introduction, person))
        ),
        note=turn.say("introductions.agreed.note"),
    )


def _how(turn: Turn, introduction: Introduction, person: Member) -> str:
    """By phone, where one was given by somebody of age; else in a room that both sit in, or through a coordinator."""
    if person.phone and not person.under_age:
        return turn.say("introductions.phone", phone=person.phone)
    ids = {introduction.asker_id, introduction.answered_by_id} - {person.id, None}
    other = turn.session.get(Member, ids.pop()) if ids else None
    room = shared_room(turn.session, introduction.network_id, person, other) if other else None
    if room is not None:
        return turn.say("introductions.in_room", room=room.name)
    between = coordinator_between(turn.session, introduction.network_id, person)
    return (
        turn.say("introductions.by_person", name=between.call_as)
        if between
        else turn.say("introductions.by_group")
    )


def _thing_named(turn: Turn, enterprise: Enterprise, about: str) -> Thing | None:
    """The offer or need of an enterprise whose name begins so; the enterprise itself where none is named."""
    if not about:
        return enterprise
    things: list[Offer | Need] = [*enterprise.offers, *enterprise.needs]
    return next((one for one in things if one.item.startswith(about) and is_open(one, turn.now.date())), None)


def _who(turn: Turn) -> str:
    """The speaker with their enterprise."""
    name, own = turn.member.call_as if turn.member else "", own_enterprise(turn)
    return turn.say("introductions.who", name=name, group=own.short_name) if own else name


def _enterprise(turn: Turn, ident: int | None) -> str:
    enterprise = turn.session.get(Enterprise, ident) if ident is not None else None
    return enterprise.short_name if enterprise else ""


def _about(introduction: Introduction, event: str) -> str:
    return f"introduction:{introduction.id}:{event}"


def _alone(turn: Turn) -> Action:
    return turn.private_button("partners.go_private", "partners.find_said")


capability.add_form(
    FormKind(
        name="introductions.send",
        questions=(Question("words", "text", when=lambda data: False),),
        card=_sending_card,
        done=_send,
    )
)
