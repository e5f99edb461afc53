"""Who does what: coordinators give roles and take them back, anybody gives up their own, all may ask who holds them."""

from collections.abc import Sequence

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from models.approvals import Approvals, approvers, may_approve
from models.chats import Form
from models.membership import grant_role, holds, is_last_coordinator, members_like, withdraw_role
from models.people import Membership
from models.people_queries import holders
from models.permissions import BELONGS, Role, only
from models.store import take

capability = Capability("roles")

GIVEN = (Role.LEADER, Role.COORDINATOR, Role.TREASURER, Role.ADVISOR, Role.OFFICER)
OF_AGE = (Role.COORDINATOR, Role.TREASURER)  # not for members under 20
NAMED_AT_MOST = 8
OFFERED = 5


@capability.on_words("roles.words.grant", who=only(Role.COORDINATOR))
def grant(turn: Turn, *groups: str) -> Sequence[Message]:
    """ตั้งแม่บัวเขียวเป็นเหรัญญิก."""
    return _begin(turn, "grant", *groups)


@capability.on_words("roles.words.withdraw", who=only(Role.COORDINATOR))
def withdraw(turn: Turn, *groups: str) -> Sequence[Message]:
    """ถอดแม่บัวเขียวจากเหรัญญิก."""
    return _begin(turn, "withdraw", *groups)


@capability.on_words("roles.words.begin", who=only(Role.COORDINATOR))
@capability.on_button("begin", who=only(Role.COORDINATOR), menu=70)
def begin(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ตั้งหน้าที่ from the menu."""
    if turn.in_group:
        return _in_private(turn)
    return _left_to_others(turn) or turn.forms.start(turn, "roles.change", {})


@capability.on_words("roles.words.give_up", who=BELONGS)
def give_up(turn: Turn, *groups: str) -> Sequence[Message]:
    """ขอลาออกจากเหรัญญิก: one's own role."""
    if turn.in_group:
        return _in_private(turn)
    role = _role_of(turn, groups[0] if groups else "")
    if role is None or turn.membership is None or not holds(turn.membership, role):
        return [turn.text_message("roles.not_held_by_you")]
    data = {"person": str(turn.membership.id), "what": "withdraw", "role": role.value}
    return turn.forms.start(turn, "roles.change", data)


@capability.on_words("roles.words.who", who=BELONGS)
def who_does_what(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ใครเป็นผู้ประสานงาน: names are for one-to-one."""
    if turn.in_group:
        return [
            card(
                turn.say("roles.private"), buttons=[turn.private_button("roles.go_private", "roles.who_word")]
            )
        ]
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    rows = []
    for role in GIVEN:
        holding = holders(turn.session, turn.network.id, role)
        names = ", ".join(_with_topics(one, role) for one in holding[:NAMED_AT_MOST])
        if len(holding) > NAMED_AT_MOST:
            names = turn.say("roles.and_more", names=names, count=len(holding) - NAMED_AT_MOST)
        rows.append(Row(turn.say(f"roles.{role}"), names or turn.say("roles.nobody")))
    return [card(turn.say("roles.who", name=turn.network.short_name), rows=rows)]


def _with_topics(membership: Membership, role: Role) -> str:
    topics = f" ({', '.join(membership.topics)})" if role is Role.ADVISOR and membership.topics else ""
    return membership.member.call_as + topics


def _begin(turn: Turn, what: str, *groups: str) -> list[Message]:
    """Open the form with what the words hold: the name and the role."""
    if turn.in_group:
        return _in_private(turn)
    if others := _left_to_others(turn):
        return others
    name, role_words = (*groups, "", "")[:2]
    data: Data = {"what": what}
    role = _role_of(turn, role_words)
    if role is not None:
        data["role"] = role.value
    person = _find_person(turn, name)
    return turn.forms.start(turn, "roles.change", {**data, "person": person} if person else data)


def _left_to_others(turn: Turn) -> list[Message]:
    """Whose it is to give roles and take them back, where the network does not leave it to the speaker."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    by = Approvals.of(turn.network.rhythm).gives_roles
    if may_approve(turn.session, turn.membership, by):
        return []
    names = ", ".join(one.member.call_as for one in approvers(turn.session, turn.network.id, by))
    return [turn.text_message("roles.others_give", names=names)]


def _in_private(turn: Turn) -> list[Message]:
    return [card(turn.say("roles.private"), buttons=[turn.private_button("roles.go_private", "roles.word")])]


def _role_of(turn: Turn, words: str) -> Role | None:
    """The role that these words name."""
    said = words.strip()
    return next((role for role in GIVEN if said and said in turn.say(f"roles.names.{role}").split("|")), None)


def _role_value(turn: Turn, words: str) -> str | None:
    role = _role_of(turn, turn.plain)
    return role.value if role else None


def _find_person(turn: Turn, words: str) -> str | None:
    """The one member whom a name means."""
    if turn.network is None or not words.strip():
        return None
    found = members_like(turn.session, turn.network.id, words.strip(), limit=2)
    exact = [one for one in found if words.strip() in (one.member.call_as, one.member.full_name)]
    return str((exact or found)[0].id) if len(found) == 1 or len(exact) == 1 else None


def _person_choices(turn: Turn, data: Data) -> list[Choice]:
    """The people whom the words just typed may mean."""
    groups = turn.heard("roles.words.grant") or turn.heard("roles.words.withdraw")
    words = groups[0] if groups else turn.plain
    if turn.network is None or not words:
        return []
    found = members_like(turn.session, turn.network.id, words, limit=OFFERED)
    return [Choice(_named(one), str(one.id)) for one in found]


def _named(membership: Membership) -> str:
    group = membership.enterprise.short_name if membership.enterprise else ""
    return f"{membership.member.call_as} {group}".strip()


def _what_choices(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"roles.change.what.{what}"), what) for what in ("grant", "withdraw")]


def _role_choices(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"roles.{role}"), role.value) for role in GIVEN]


def _person(turn: Turn, data: Data, *, fresh: bool = False) -> Membership | None:
    """The active member of this network whom the form is about."""
    ident = number(data["person"])
    if ident is None:
        return None
    found = take(turn.session, Membership, ident) if fresh else turn.session.get(Membership, ident)
    if (
        found is None
        or turn.network is None
        or found.network_id != turn.network.id
        or found.state != "active"
    ):
        return None
    return found


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    person = _person(turn, data)
    shown = [
        ("person", _named(person) if person else ""),
        ("what", turn.say(f"roles.change.what.{data['what']}")),
        ("role", turn.say(f"roles.{data['role']}")),
        ("topics", data.get("topics", "")),
    ]
    rows = [Row(turn.say(f"roles.change.{name}.label"), value) for name, value in shown if value]
    note = turn.say(f"roles.may.{data['role']}")
    return card(turn.say("roles.right?"), rows=rows, note=note, buttons=buttons)


def _changed(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: the right is checked anew, as a role may have gone while the card stood."""
    person, role = _person(turn, form.data, fresh=True), Role(form.data["role"])
    own = person is not None and turn.membership is not None and person.id == turn.membership.id
    granting = form.data["what"] == "grant"
    if person is None:
        return [turn.text_message("roles.gone")]
    if not holds(turn.membership, Role.COORDINATOR) and (granting or not own):
        return [turn.text_message("help.not_allowed")]
    if (granting or not own) and (others := _left_to_others(turn)):
        return others
    return _grant(turn, person, role, form.data) if granting else _withdraw(turn, person, role)


def _grant(turn: Turn, person: Membership, role: Role, data: Data) -> list[Message]:
    if role in OF_AGE and person.member.under_age:
        return [turn.text_message("roles.under_age", name=person.member.call_as)]
    if role is Role.ADVISOR and data.get("topics"):
        person.topics = [topic.strip() for topic in data["topics"].split(",") if topic.strip()]
    if not grant_role(person, role, turn.member.id if turn.member else None, turn.now):
        return [turn.text_message("roles.has_it", name=person.member.call_as, role=turn.say(f"roles.{role}"))]
    _tell(turn, person, role, "granted")
    return [turn.text_message("roles.granted", name=person.member.call_as, role=turn.say(f"roles.{role}"))]


def _withdraw(turn: Turn, person: Membership, role: Role) -> list[Message]:
    if role is Role.COORDINATOR and is_last_coordinator(turn.session, person):
        return [turn.text_message("privacy.last_coordinator")]
    if not withdraw_role(person, role):
        return [
            turn.text_message("roles.has_it_not", name=person.member.call_as, role=turn.say(f"roles.{role}"))
        ]
    _tell(turn, person, role, "withdrawn")
    return [turn.text_message("roles.withdrawn", name=person.member.call_as, role=turn.say(f"roles.{role}"))]


def _tell(turn: Turn, person: Membership, role: Role, what: str) -> None:
    """The change is kept, and whom it is about is told."""
    turn.note(f"role.{what}.{role}", "membership", person.id)
    if turn.membership is not None and person.id == turn.membership.id:
        return
    toward = turn.toward(person.member)
    by = turn.member.call_as if turn.member else ""
    words = [toward.text_message(f"roles.told.{what}", role=toward.say(f"roles.{role}"), by=by)]
    turn.tell(person.member, words, about=f"role:{person.id}:{role}:{what}:{turn.now.timestamp():.0f}")


capability.add_form(
    FormKind(
        name="roles.change",
        questions=(
            Question(
                "person",
                "choice",
                choices=_person_choices,
                resolve=_find_person,
                may_skip=False,
                any_words=True,
            ),
            Question("what", "choice", choices=_what_choices, may_skip=False),
            Question("role", "choice", choices=_role_choices, resolve=_role_value, may_skip=False),
            Question(
                "topics",
                "text",
                when=lambda data: data.get("role") == Role.ADVISOR and data.get("what") == "grant",
                any_words=True,
            ),
        ),
        card=_card,
        done=_changed,
    )
)
