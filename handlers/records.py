"""What was recorded: see it, mend it, take it back."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, Row, card
from bot.turn import Turn
from handlers.activities import MAY_CHANGE_FOR, as_data, big_numbers, kept_card, kind_label, take_slots
from models.activities import Activity
from models.activity_queries import Totals, latest_of, listed, may_be_told, totals
from models.permissions import BELONGS, Role
from models.store import take

capability = Capability("records")

A_PAGE = 5
USUAL_DAYS = 30


@capability.on("show_activities", who=BELONGS)
def show_activities(turn: Turn) -> Sequence[Message]:
    """เดือนนี้ขายได้เท่าไร: figures first, then the newest records."""
    first, last = _period(turn)
    return [_overview(turn, first, last, 0)]


@capability.on_button("mine", who=BELONGS, menu=4)
def mine(turn: Turn) -> Sequence[Message]:
    """ดูผลงาน in the menu."""
    return show_activities(turn)


@capability.on_button("more", who=BELONGS)
def show_more(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The next page of records."""
    try:
        first, last = (date.fromisoformat(argument) for argument in arguments[:2])
        start = number(arguments[2])
    except (ValueError, IndexError):
        first, last, start = *_period(turn), 0
    return [_overview(turn, first, last, start or 0)]


@capability.on("correct_record", who=BELONGS)
def correct_record(turn: Turn) -> Sequence[Message]:
    """แก้ยอดเมื่อกี้เป็น 5,600: the reporter's newest record, with what the message says put in."""
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    activity = latest_of(turn.session, turn.member.id, turn.now - MAY_CHANGE_FOR)
    if activity is None:
        return [turn.text_message("records.nothing_to_change")]
    data = as_data(activity)
    if turn.reading is not None and take_slots(turn, data, turn.reading):
        return turn.forms.start(turn, "activities.log", data)
    return [kept_card(turn, activity, "records.this_one?")]


@capability.on_button("mend", who=BELONGS)
def mend(turn: Turn, *arguments: str) -> Sequence[Message]:
    """แก้ไข on a kept record: its card opens again."""
    activity = _theirs(turn, arguments)
    if isinstance(activity, str):
        return [turn.text_message(activity)]
    return turn.forms.start(turn, "activities.log", as_data(activity))


@capability.on_button("undo", who=BELONGS)
def undo(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เอาออก on a kept record: it no longer counts; can be put back the same day."""
    activity = _theirs(turn, arguments)
    if isinstance(activity, str):
        return [turn.text_message(activity)]
    if activity.undone_at is None:
        activity.undone_at = turn.now
        turn.note("activity.undone", "activity", activity.id)
    again = turn.button("records.put_back", "records.put_back", activity.id)
    return [turn.text_message("records.undone", quick=[again])]


@capability.on_button("put_back", who=BELONGS)
def put_back(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เอากลับมา: a record that was taken back counts again."""
    activity = _theirs(turn, arguments)
    if isinstance(activity, str):
        return [turn.text_message(activity)]
    if activity.undone_at is not None:
        activity.undone_at = None
        turn.note("activity.put_back", "activity", activity.id)
    return [kept_card(turn, activity, "records.is_back")]


def _theirs(turn: Turn, arguments: Sequence[str]) -> Activity | str:
    """The record that a button names, if the speaker may change it now; else the msgid of why not."""
    ident = number(arguments[0]) if arguments else None
    activity = take(turn.session, Activity, ident) if ident is not None else None
    if activity is None or turn.network is None or activity.network_id != turn.network.id:
        return "records.gone"
    if not _may_change(turn, activity):
        return "records.not_yours"
    if turn.now - activity.reported_at > MAY_CHANGE_FOR:
        return "records.too_late"
    return activity


def _may_change(turn: Turn, activity: Activity) -> bool:
    """Its reporter, the leader of its enterprise, or a coordinator."""
    if turn.member is not None and activity.reporter_id == turn.member.id:
        return True
    if Role.COORDINATOR in turn.roles:
        return True
    mine = turn.membership.enterprise_id if turn.membership else None
    return Role.LEADER in turn.roles and mine is not None and mine == activity.enterprise_id


def _period(turn: Turn) -> tuple[date, date]:
    """The days asked about, else the last thirty."""
    asked = turn.reading.slots.get("period") if turn.reading else None
    if asked:
        return date.fromisoformat(asked[0]), date.fromisoformat(asked[1])
    return turn.now.date() - timedelta(days=USUAL_DAYS - 1), turn.now.date()


def _scope(turn: Turn) -> tuple[int | None, str]:
    """Whose records an answer may hold, and their name.

    One-to-one: the speaker's enterprise, or the whole network for who has none. In a group: only what its room is
    bound to, as everyone in it may read that.
    """
    enterprise = turn.membership.enterprise if turn.membership else None
    if turn.in_group:
        enterprise = turn.room.enterprise if turn.room else None
    if enterprise is not None:
        return enterprise.id, enterprise.short_name
    return None, turn.network.short_name if turn.network else ""


def _overview(turn: Turn, first: date, last: date, start: int) -> Message:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    enterprise_id, name = _scope(turn)
    found = listed(turn.session, turn.network.id, enterprise_id, first, last, start, A_PAGE + 1)
    shown = found[:A_PAGE]
    if not found and start == 0:
        return turn.text_message(
            "records.none", name=name, first=turn.language.day(first), last=turn.language.day(last)
        )
    rows = [Row(turn.language.day(activity.happened_on), _line(turn, activity)) for activity in shown]
    buttons = []
    if len(found) > A_PAGE:
        following = (first.isoformat(), last.isoformat(), start + A_PAGE)
        buttons.append(turn.button("records.more", "records.more", *following))
    return card(
        turn.say("records.title", name=name),
        big=_figures(turn, totals(turn.session, turn.network.id, enterprise_id, first, last))
        if start == 0
        else [],
        rows=[
            Row(turn.say("records.days"), f"{turn.language.day(first)} – {turn.language.day(last)}"),
            *rows,
        ],
        note=turn.say("records.as_reported"),
        buttons=buttons,
    )


def _figures(turn: Turn, sums: Totals) -> list[str]:
    """The sums: how often, sold for how much, where that may be told."""
    figures = [turn.say("records.count", count=sums.count)]
    if sums.sold and (_sees_money(turn) or may_be_told(sums.sellers)):
        figures.append(turn.say("records.sold", amount=turn.language.baht(sums.sold)))
    return figures


def _sees_money(turn: Turn) -> bool:
    """Whether each record's money may be read here: by the people of its enterprise, and by coordinators."""
    enterprise_id, _ = _scope(turn)
    return enterprise_id is not None or (not turn.in_group and Role.COORDINATOR in turn.roles)


def _line(turn: Turn, activity: Activity) -> str:
    data = as_data(activity)
    if not _sees_money(turn):
        data.pop("amount", None)
    parts = [kind_label(turn, activity.kind), activity.product or activity.topic, *big_numbers(turn, data)]
    return " · ".join(part for part in parts if part)
