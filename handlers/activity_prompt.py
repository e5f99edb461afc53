"""The activity prompt: a group that has been quiet is asked how it is, privately and once; then its coordinator."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, Row, card
from bot.notices import Letter, Urgency, Window
from bot.turn import Turn
from bot.voice import Speaks
from bot.watch import Watch
from models.holidays import is_holiday
from models.network import Enterprise
from models.noticed import noticed_at, prompted_since
from models.people import Membership
from models.people_queries import holders, speakers
from models.permissions import BELONGS, Role
from models.summary import QUIET, Quiet, quiet

capability = Capability("activity_prompt")

LOOKS_AT = 9  # the hour of the day in which it is looked who is quiet
RIDES_FOR = timedelta(hours=4)  # before it is pushed
GOOD_FOR = timedelta(days=3)
A_WEEK = timedelta(days=7)
RESTS_FOR = timedelta(days=30)


@capability.on_clock
def ask_quiet(watch: Watch) -> None:
    """Between nine and ten, not on a holiday: ask who is quiet, once a silence; a week later tell the coordinators.

    Lateness: what an outage kept from that hour is done on the next day, as long as the silence lasts. Who was
    prompted within a week is asked after it.
    """
    if watch.now.hour != LOOKS_AT or is_holiday(watch.now.date()):
        return
    for one in quiet(watch.session, watch.network.id, watch.now.date()):
        people = speakers(watch.session, watch.network.id, one.enterprise.id)
        began = _began(one, people)
        if began is not None and began <= watch.now.date():
            _look_at(watch, one, began, people)


@capability.on_button("rest", who=BELONGS)
def rest(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ช่วงนี้ยังไม่มี: the group is left in peace for a month."""
    enterprise = _theirs(turn, arguments)
    if enterprise is None:
        return [turn.text_message("activity_prompt.not_yours")]
    enterprise.resting_until = (turn.now + RESTS_FOR).date()
    turn.note("enterprise.rests", "enterprise", enterprise.id)
    return [turn.text_message("activity_prompt.rests", day=turn.language.day(enterprise.resting_until))]


@capability.on_button("stuck", who=BELONGS)
def stuck(turn: Turn, *arguments: str) -> Sequence[Message]:
    """มีเรื่องติดขัด: a question that the network may answer, or somebody who calls back."""
    enterprise = _theirs(turn, arguments)
    if enterprise is None:
        return [turn.text_message("activity_prompt.not_yours")]
    buttons = [
        turn.button("activity_prompt.ask", "advice.ask"),
        turn.button("activity_prompt.call", "activity_prompt.call", enterprise.id),
    ]
    return [card(turn.say("activity_prompt.stuck?"), buttons=buttons)]


@capability.on_button("call", who=BELONGS)
def call(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ให้คนติดต่อกลับ: the coordinators hear that this group would like a call."""
    enterprise = _theirs(turn, arguments)
    if enterprise is None or turn.network is None or turn.member is None:
        return [turn.text_message("activity_prompt.not_yours")]
    told = []
    for one in holders(turn.session, turn.network.id, Role.COORDINATOR):
        theirs = turn.toward(one.member)
        rows = [Row(theirs.say("activity_prompt.who"), turn.member.call_as)]
        said = card(theirs.say("activity_prompt.wants_a_call", name=enterprise.short_name), rows=rows)
        about = f"quiet_call:{enterprise.id}:{turn.now:%Y-%m-%d}"
        if one.member_id != turn.member.id and turn.tell(one.member, [said], about=about):
            told.append(one.member.call_as)
    if not told:
        return [turn.text_message("activity_prompt.nobody_calls")]
    return [turn.text_message("activity_prompt.calls", name=told[0])]


def _began(one: Quiet, people: Sequence[Membership]) -> date | None:
    """From which day on a silence is asked about: three weeks after the last report, or after its first person joined
    where there was none; after its rest where it wanted one. None: nobody is there yet who could report."""
    joined = min((person.joined_at.date() for person in people), default=None)
    since = one.since or joined
    if since is None:
        return None
    return max(since + QUIET, one.enterprise.resting_until or date.min)


def _look_at(watch: Watch, one: Quiet, began: date, people: Sequence[Membership]) -> None:
    silence = f"{one.enterprise.id}:{began}"
    asked = noticed_at(watch.session, f"activity:{silence}")
    if asked is not None:
        if watch.now - asked >= A_WEEK:
            _tell_coordinators(watch, one, silence, people, asked)
        return
    members = [person.member for person in people]
    lately = prompted_since(watch.session, members, watch.now - A_WEEK)
    free = [member for member in members if member.id not in lately]
    if free:
        written = watch.notify(_asking(watch, one, silence), members=free)
        free = [member for member in free if member not in (*written.muted, *written.unreachable)]
    if not free and not lately and watch.now.date() >= began + A_WEEK:
        _tell_coordinators(watch, one, silence, people, None)  # nobody of theirs can or wants to be asked


def _asking(watch: Watch, one: Quiet, silence: str) -> Letter:
    """A kind question with its answers; it rides until the early afternoon, then it is pushed."""
    window = Window(watch.now, watch.now + RIDES_FOR, watch.now + GOOD_FOR)
    return Letter(
        f"activity:{silence}",
        lambda voice: [_asking_card(voice, one.enterprise)],
        window,
        Urgency.ORDINARY,
        watch.network,
    )


def _asking_card(speaks: Speaks, enterprise: Enterprise) -> Message:
    return card(
        speaks.say("activity_prompt.how_are_you", name=enterprise.short_name),
        note=speaks.say("activity_prompt.note"),
        buttons=[
            speaks.button("activities.begin", "activities.begin"),
            speaks.button("activity_prompt.rest", "activity_prompt.rest", enterprise.id),
            speaks.button("activity_prompt.stuck", "activity_prompt.stuck", enterprise.id),
        ],
    )


def _tell_coordinators(
    watch: Watch, one: Quiet, silence: str, people: Sequence[Membership], asked: datetime | None
) -> None:
    """Once a silence, to coordinators who do not speak for this group themselves."""
    theirs = {person.member_id for person in people}
    coordinators = [
        holder.member
        for holder in holders(watch.session, watch.network.id, Role.COORDINATOR)
        if holder.member_id not in theirs
    ]

    def words(voice: Speaks) -> Sequence[Message]:
        shown = [
            ("since", voice.language.day(one.since) if one.since else voice.say("digests.quiet.never")),
            ("asked", voice.language.day(asked.astimezone(watch.now.tzinfo)) if asked else ""),
            ("who", ", ".join(person.member.call_as for person in people[:2])),
        ]
        rows = [Row(voice.say(f"activity_prompt.{name}"), value) for name, value in shown if value]
        title = voice.say("activity_prompt.still_quiet", name=one.enterprise.short_name)
        return [card(title, rows=rows, note=voice.say("digests.quiet.note"))]

    window = Window(watch.now, watch.now + RIDES_FOR, watch.now + A_WEEK)
    letter = Letter(f"quiet_told:{silence}", words, window, Urgency.ORDINARY, watch.network, Role.COORDINATOR)
    watch.notify(letter, members=coordinators)


def _theirs(turn: Turn, arguments: Sequence[str]) -> Enterprise | None:
    """The group that a button names, if the speaker speaks for it."""
    ident = number(arguments[0]) if arguments else None
    enterprise = turn.session.get(Enterprise, ident) if ident is not None else None
    if enterprise is None or turn.network is None or enterprise.network_id != turn.network.id:
        return None
    people = speakers(turn.session, turn.network.id, enterprise.id)
    return enterprise if turn.member and any(one.member_id == turn.member.id for one in people) else None
