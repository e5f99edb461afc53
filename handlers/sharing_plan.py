"""หัวข้อชวนคุย: the plan of topics that coordinators keep, and what came of those that were asked."""

from collections.abc import Sequence

from bot.buttons import number
from bot.capability import Capability
from bot.cards import LABEL_LIMIT, Message, Row, card, cut, with_quick
from bot.dialogue import FormKind, Question
from bot.turn import Turn
from handlers.guarded import guarded
from handlers.sharing_choice import usable_hours
from models.chats import Form, Room
from models.network import Network
from models.permissions import Role, only
from models.rhythm import Rhythm
from models.sharing import SharingPrompt, SharingTopic
from models.sharing_outcomes import Outcome, outcomes
from models.sharing_queries import topics
from models.sharing_turns import asked_rooms

capability = Capability("sharing_plan")

COORDINATOR = only(Role.COORDINATOR)
SHOWN = 10
LONGEST = 120
MOST_RESULTS = 5


@capability.on_words("sharing_plan.show_words", who=COORDINATOR)
@capability.on_button("show", who=COORDINATOR)
def show(turn: Turn) -> Sequence[Message]:
    """The topics of the plan, and what may be done with them."""
    if turn.in_group:
        return [turn.text_message("sharing_plan.in_private")]
    planned = topics(turn.session, _network(turn).id)[:SHOWN]
    words = "\n".join(f"{place}. {one.words}" for place, one in enumerate(planned, 1))
    buttons = [
        turn.button("sharing_plan.add", "sharing_plan.add"),
        *([turn.button("sharing_plan.remove", "sharing_plan.remove")] if planned else []),
        turn.button("sharing_plan.results", "sharing_plan.results"),
        turn.button("sharing_rooms.show", "sharing_rooms.show"),
    ]
    note = turn.say("sharing_plan.when", when=_when(turn))
    return [
        card(
            turn.say("sharing_plan.title"),
            words=words or turn.say("sharing_plan.empty"),
            note=note,
            buttons=buttons,
        )
    ]


@capability.on_words("sharing_plan.add_words", who=COORDINATOR)
@capability.on_button("add", who=COORDINATOR)
def add(turn: Turn, words: str = "") -> Sequence[Message]:
    """เพิ่มหัวข้อ ย้อมครามหน้าฝน."""
    if not words.strip():
        return turn.forms.start(turn, "sharing_plan.add", {})
    return _add(turn, words.strip())


@capability.on_words("sharing_plan.remove_words", who=COORDINATOR)
@capability.on_button("remove", who=COORDINATOR)
def remove(turn: Turn) -> Sequence[Message]:
    """ลบหัวข้อ: which one?"""
    planned = topics(turn.session, _network(turn).id)[:SHOWN]
    if not planned:
        return [turn.text_message("sharing_plan.empty")]
    quick = [
        {
            **turn.button("sharing_plan.drop", "sharing_plan.drop", one.id),
            "label": cut(one.words, LABEL_LIMIT),
        }
        for one in planned
    ]
    return [turn.text_message("sharing_plan.which", quick=quick)]


@capability.on_button("drop", who=COORDINATOR)
def drop(turn: Turn, *arguments: str) -> Sequence[Message]:
    """This one is asked no more; it can be taken back."""
    topic = _topic(turn, arguments)
    if topic is None:
        return [turn.text_message("sharing_plan.gone")]
    topic.removed_at = topic.removed_at or turn.now
    turn.note("sharing.topic_removed", "topic", topic.id)
    back = turn.button("sharing_plan.keep", "sharing_plan.keep", topic.id)
    return [turn.text_message("sharing_plan.dropped", topic=topic.words, quick=[back])]


@capability.on_button("keep", who=COORDINATOR)
def keep(turn: Turn, *arguments: str) -> Sequence[Message]:
    """It is asked again."""
    topic = _topic(turn, arguments)
    if topic is None:
        return [turn.text_message("sharing_plan.gone")]
    topic.removed_at = None
    return [_added(turn, topic)]


@capability.on_words("sharing_plan.results_words", who=COORDINATOR)
@capability.on_button("results", who=COORDINATOR)
def results(turn: Turn) -> Sequence[Message]:
    """ชวนคุยเรื่องไหนได้ผล: hours and topics, as plain counts."""
    if turn.in_group:
        return [turn.text_message("sharing_plan.in_private")]
    by_hour = outcomes(turn.session, _network(turn).id, SharingPrompt.hour, turn.now)
    by_topic = outcomes(turn.session, _network(turn).id, SharingPrompt.topic, turn.now)
    if not by_hour:
        return [turn.text_message("sharing_plan.no_results")]
    best = sorted(by_topic.items(), key=lambda one: -one[1].promise)[:MOST_RESULTS]
    rows = [
        *(
            Row(turn.say("sharing_plan.at", hour=hour), _counted(turn, seen))
            for hour, seen in sorted(by_hour.items(), key=lambda one: -one[1].promise)
        ),
        *(Row(cut(topic, LONGEST), _counted(turn, seen)) for topic, seen in best),
    ]
    plan = turn.button("sharing_plan.show", "sharing_plan.show")
    return [
        card(turn.say("sharing_plan.results"), rows=rows, note=turn.say("sharing_plan.how"), buttons=[plan])
    ]


def _counted(turn: Turn, seen: Outcome) -> str:
    return turn.say("sharing_plan.counted", answered=seen.answered, asked=seen.asked)


def _when(turn: Turn) -> str:
    """The day and hours, and in how many rooms."""
    rhythm = Rhythm.of(_network(turn).rhythm)
    rooms: Sequence[Room] = asked_rooms(turn.session, _network(turn).id, rhythm.share_weeks)
    return turn.say(
        "sharing_plan.rhythm",
        day=turn.say(f"sharing_plan.weekday.{rhythm.share_weekday}"),
        hours=", ".join(f"{hour:%H:%M}" for hour in usable_hours(rhythm)),
        rooms=len(rooms),
    )


def _add(turn: Turn, words: str) -> Sequence[Message]:
    if guarded(words) is not None:
        return [turn.text_message("knowledge.guarded.words")]
    same = next((one for one in topics(turn.session, _network(turn).id) if one.words == words), None)
    if same is not None:
        return [turn.text_message("sharing_plan.known", topic=words)]
    topic = SharingTopic(
        network_id=_network(turn).id,
        words=cut(words, LONGEST),
        added_by_id=turn.member.id if turn.member else None,
        added_at=turn.now,
    )
    turn.session.add(topic)
    turn.session.flush()
    turn.note("sharing.topic_added", "topic", topic.id)
    return [_added(turn, topic)]


def _added(turn: Turn, topic: SharingTopic) -> Message:
    quick = [
        turn.button("sharing_plan.drop", "sharing_plan.drop", topic.id),
        turn.button("sharing_plan.show", "sharing_plan.show"),
    ]
    return with_quick(turn.text_message("sharing_plan.added", topic=topic.words), quick)


def _topic(turn: Turn, arguments: Sequence[str]) -> SharingTopic | None:
    topic = turn.session.get(SharingTopic, number(arguments[0]) or 0) if arguments else None
    return topic if topic is not None and topic.network_id == _network(turn).id else None


def _network(turn: Turn) -> Network:
    assert turn.network is not None  # noqa: S101 - who coordinates has a network
    return turn.network


def _said(turn: Turn, form: Form) -> Sequence[Message]:
    return _add(turn, form.data["words"].strip())


capability.add_form(
    FormKind(
        name="sharing_plan.add",
        questions=(Question("words", "text", any_words=True, may_skip=False),),
        card=None,
        done=_said,
    )
)
