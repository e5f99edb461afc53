"""The announcements of a network, for who wrote them and for coordinators: how they went, what is planned, mending."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.notices import Letter, Urgency, Window
from bot.overview import Part
from bot.turn import Turn
from bot.watch import Watch
from handlers.announcement_audience import label, packed
from handlers.announcement_cards import head, rows
from handlers.announcement_draft import MORNING, moment
from handlers.announcement_report import Named, by_enterprise, noted_of, report_rows
from handlers.announcement_sending import follow_up, send, take_back, who_got
from handlers.announcements import start
from handlers.overview import nothing_left
from models.announcements import Announcement, due, past_deadline, planned, recent
from models.audiences import audience_of, count_of, lacking
from models.chats import Form
from models.permissions import BELONGS, Role
from models.store import take

capability = Capability("announcement_desk")

SHOWN = 5
GROUPS_A_CARD = 6
LOOKED_AT = 5  # announcements of which it is counted who has not taken note
A_WEEK = timedelta(days=7)
TOO_LATE = timedelta(hours=12)  # a planned announcement that could not leave so long is asked about instead
MENDED = ("sent", "planned")


@capability.on_words("announcements.words.list", who=BELONGS)
@capability.on_button("list", who=BELONGS)
def list_all(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ดูประกาศ: the newest; coordinators see all, others their own."""
    if turn.in_group:
        return _in_private(turn)
    found = _recent(turn, SHOWN)
    if not found:
        return [
            turn.text_message(
                "announcements.none", quick=[turn.button("announcements.begin", "announcements.begin")]
            )
        ]
    return [cards.carousel(turn.say("announcements.list"), [_bubble(turn, one) for one in found])]


@capability.on_overview(Part.OVERDUE, who=BELONGS)
def overview_unanswered(turn: Turn) -> Row | None:
    """Announcements whose day has gone by without everybody having taken note."""
    found = _unanswered(turn)
    if not found:
        return None
    people = sum(count_of(turn.session, lacking(turn.session, one)) for one in found)
    matters = turn.say("announcements.unanswered.count", count=len(found), people=people)
    return turn.open_row("announcements.unanswered", matters, "announcement_desk.unanswered")


@capability.on_button("unanswered", who=BELONGS)
def show_unanswered(turn: Turn) -> Sequence[Message]:
    """Those announcements, each with who has not taken note."""
    return _carousel(turn, "announcements.unanswered", _unanswered(turn), "names")


@capability.on_overview(Part.WEEK, who=BELONGS)
def overview_planned(turn: Turn) -> Row | None:
    """Announcements that leave within the week."""
    found = _planned(turn)
    if not found:
        return None
    when = turn.language.moment(found[0].send_at.astimezone(turn.now.tzinfo))
    said = turn.say("announcements.planned.next", count=len(found), when=when, head=head(found[0].words))
    return turn.open_row("announcements.planned.week", said, "announcement_desk.planned")


@capability.on_button("planned", who=BELONGS)
def show_planned(turn: Turn) -> Sequence[Message]:
    """Those announcements, each to be changed, cancelled or sent now."""
    return _carousel(turn, "announcements.planned.week", _planned(turn), "show")


@capability.on_button("show", who=BELONGS)
def show(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ดูผล: sent, rode, pushed, waiting, failed, taken note of."""
    announcement = _theirs(turn, arguments)
    if not isinstance(announcement, Announcement):
        return announcement
    return [
        card(
            head(announcement.words),
            rows=[*_rows(turn, announcement), *report_rows(turn, announcement)],
            buttons=_buttons(turn, announcement),
        )
    ]


@capability.on_button("names", who=BELONGS)
def names(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ใครรับทราบแล้ว: by enterprise and name, one-to-one only."""
    announcement = _theirs(turn, arguments[:1])
    if not isinstance(announcement, Announcement):
        return announcement
    first = (number(arguments[1]) if len(arguments) > 1 else 0) or 0
    groups = by_enterprise(turn, announcement)
    page = groups[first : first + GROUPS_A_CARD]
    more = first + GROUPS_A_CARD
    buttons = (
        [turn.button("announcements.more", "announcement_desk.names", announcement.id, more)]
        if len(groups) > more
        else []
    )
    if not page:
        return [turn.text_message("announcements.nobody_yet")]
    return [
        card(
            turn.say("announcements.names"),
            words=turn.say("announcements.noted_in_all", counted=noted_of(turn, announcement)),
            rows=[Row(cards.cut(one.enterprise, 40), _names(turn, one)) for one in page],
            buttons=buttons,
        )
    ]


@capability.on_words("announcements.words.correct", who=BELONGS)
def correct_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """แก้ประกาศ: the speaker's newest."""
    return _newest(turn, "correct")


@capability.on_button("correct", who=BELONGS)
def correct(turn: Turn, *arguments: str) -> Sequence[Message]:
    """แก้ประกาศ: the new words are asked, and go to the same people."""
    announcement = _theirs(turn, arguments, MENDED)
    if not isinstance(announcement, Announcement):
        return announcement
    data: Data = {
        "photos": [],
        "audience": packed(audience_of(announcement)),
        "urgency": announcement.urgency,
        "corrects" if announcement.state == "sent" else "replaces": announcement.id,
        "message_id": turn.incoming.message_id,
    }
    until = announcement.acknowledge_by
    if until is not None and until > turn.now:
        data["acknowledge_by"] = until.astimezone(turn.now.tzinfo).date().isoformat()
    if announcement.state == "planned":
        data["send_at"] = announcement.send_at.astimezone(turn.now.tzinfo).strftime("%Y-%m-%dT%H:%M")
    return start(turn, data)


@capability.on_words("announcements.words.withdraw", who=BELONGS)
def withdraw_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ถอนประกาศ: the speaker's newest."""
    return _newest(turn, "withdraw")


@capability.on_button("withdraw", who=BELONGS)
def withdraw(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ถอนประกาศ: a reason may be given; then it is shown what follows. What has not left is just not sent."""
    announcement = _theirs(turn, arguments, (*MENDED, "asked", "late"))
    if not isinstance(announcement, Announcement):
        return announcement
    if announcement.state != "sent":
        return _cancel(turn, announcement)
    return turn.forms.start(turn, "announcements.withdraw", {"announcement": announcement.id})


@capability.on_button("now", who=BELONGS)
def send_now(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ส่งเลย, of what is planned or too late."""
    announcement = _theirs(turn, arguments, ("planned", "late"))
    if not isinstance(announcement, Announcement):
        return announcement
    written = send(turn, announcement)
    return [turn.text_message("announcements.sent_to", count=written.reached)]


@capability.on_button("postpone", who=BELONGS)
def postpone(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เปลี่ยนเวลา."""
    announcement = _theirs(turn, arguments, ("planned", "late"))
    if not isinstance(announcement, Announcement):
        return announcement
    return turn.forms.start(turn, "announcements.postpone", {"announcement": announcement.id})


@capability.on_clock
def send_planned(watch: Watch) -> None:
    """Planned announcements leave at their time. One that could not for twelve hours does not; its author is asked."""
    for announcement in due(watch.session, watch.network.id, watch.now):
        if watch.now - announcement.send_at <= TOO_LATE:
            send(watch, announcement)
            continue
        announcement.state = "late"
        if announcement.author is not None:
            watch.notify(_too_late(watch, announcement), members=[announcement.author])


def _too_late(watch: Watch, announcement: Announcement) -> Letter:
    ident = announcement.id
    return Letter(
        f"announcement_late:{ident}:0:{announcement.send_at:%Y%m%d%H%M}:asked",
        lambda voice: [
            voice.text_message(
                "announcements.late",
                head=head(announcement.words),
                quick=[
                    voice.button("announcements.go.now", "announcement_desk.now", ident),
                    voice.button("announcements.postpone", "announcement_desk.postpone", ident),
                    voice.button("announcements.cancel", "announcement_desk.withdraw", ident),
                ],
            )
        ],
        Window.at_once(watch.now),
        Urgency.IMPORTANT,
        network=watch.network,
    )


def _unanswered(turn: Turn) -> list[Announcement]:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    found = past_deadline(turn.session, turn.network.id, _own(turn), turn.now)
    return [one for one in found[:LOOKED_AT] if count_of(turn.session, lacking(turn.session, one))]


def _planned(turn: Turn) -> list[Announcement]:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    found = planned(turn.session, turn.network.id, _own(turn))
    return [one for one in found if one.send_at <= turn.now + A_WEEK]


def _own(turn: Turn) -> int | None:
    """Whose announcements the speaker may look at: their own, a coordinator (None) all."""
    return None if Role.COORDINATOR in turn.roles or turn.member is None else turn.member.id


def _carousel(turn: Turn, title: str, found: Sequence[Announcement], opens: str) -> list[Message]:
    """A list of announcements, each with a button that calls `announcement_desk.<opens>`."""
    if turn.in_group:
        return _in_private(turn)
    if not found:
        return nothing_left(turn)
    shown = found[: cards.BUBBLES_A_CAROUSEL]
    return [cards.carousel(turn.say(title), [_bubble(turn, one, opens) for one in shown])]


def _recent(turn: Turn, limit: int) -> Sequence[Announcement]:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    return recent(turn.session, turn.network.id, _own(turn), limit)


def _newest(turn: Turn, what: str) -> Sequence[Message]:
    """Go on with the newest that the speaker wrote and that can still be mended."""
    if turn.in_group:
        return _in_private(turn)
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who belongs
    query = select(Announcement.id).where(
        Announcement.network_id == turn.network.id,
        Announcement.author_id == turn.member.id,
        Announcement.state.in_(MENDED),
        Announcement.code.is_(None),
    )
    newest = turn.session.scalars(query.order_by(Announcement.written_at.desc()).limit(1)).first()
    if newest is None:
        return list_all(turn)
    return {"correct": correct, "withdraw": withdraw}[what](turn, str(newest))


def _theirs(turn: Turn, arguments: Sequence[str], states: Sequence[str] = ()) -> Announcement | list[Message]:
    """The announcement that the speaker may look at or mend here and now, else why not."""
    if turn.in_group:
        return _in_private(turn)
    ident = number(arguments[0]) if arguments else None
    found = take(turn.session, Announcement, ident) if ident is not None else None
    if found is None or turn.network is None or found.network_id != turn.network.id:
        return [turn.text_message("announcements.gone")]
    own = turn.member is not None and found.author_id == turn.member.id
    if not own and Role.COORDINATOR not in turn.roles:
        return [turn.text_message("announcements.not_yours")]
    if states and found.state not in states:
        return [
            turn.text_message("announcements.not_now", state=turn.say(f"announcements.state.{found.state}"))
        ]
    return found


def _in_private(turn: Turn) -> list[Message]:
    button = turn.private_button("announcements.go_private", "announcements.list_word")
    return [card(turn.say("announcements.private"), buttons=[button])]


def _bubble(turn: Turn, announcement: Announcement, opens: str = "show") -> dict[str, object]:
    return cards.bubble(
        head(announcement.words),
        rows=_rows(turn, announcement),
        buttons=[turn.button(f"announcements.{opens}", f"announcement_desk.{opens}", announcement.id)],
    )


def _rows(turn: Turn, announcement: Announcement) -> list[Row]:
    at = announcement.send_at.astimezone(turn.now.tzinfo)
    told = (
        turn.language.moment if announcement.code is None else turn.language.day
    )  # a file knows only its day
    shown = [
        ("state", turn.say(f"announcements.state.{announcement.state}")),
        ("when", told(at)),
        ("to", label(turn, audience_of(announcement))),
    ]
    return rows(turn, shown)


def _buttons(turn: Turn, announcement: Announcement) -> list[Action]:
    ident = announcement.id
    offered = {
        "sent": ("names", "correct", "withdraw")
        if announcement.acknowledge_by or announcement.emergency_id
        else ("correct", "withdraw"),
        "planned": ("now", "postpone", "correct", "withdraw"),
        "late": ("now", "postpone", "withdraw"),
        "asked": ("withdraw",),
    }.get(announcement.state, ())
    labels = {"now": "announcements.go.now"}
    return [
        turn.button(labels.get(name, f"announcements.{name}"), f"announcement_desk.{name}", ident)
        for name in offered
    ]


def _names(turn: Turn, one: Named) -> str:
    parts = []
    if one.answered:
        parts.append(turn.say("announcements.names.answered", names=", ".join(one.answered)))
    if one.lacking:
        parts.append(turn.say("announcements.names.lacking", names=", ".join(one.lacking)))
    return "\n".join(parts)


def _cancel(turn: Turn, announcement: Announcement) -> list[Message]:
    announcement.state = "cancelled"
    turn.note("announcement.cancelled", "announcement", announcement.id)
    return [turn.text_message("announcements.cancelled", head=head(announcement.words))]


def _withdraw_card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """Who hears that it does not hold any more."""
    announcement = turn.session.get_one(Announcement, data["announcement"])
    got_rooms, got_people = who_got(turn, announcement)
    shown = [
        (
            "heard",
            turn.say("announcements.heard", rooms=len(got_rooms), people=count_of(turn.session, got_people)),
        ),
        ("reason", data.get("reason", "")),
    ]
    return card(
        turn.say("announcements.withdraw?"),
        words=head(announcement.words),
        rows=rows(turn, shown),
        buttons=buttons,
    )


def _withdrawn(turn: Turn, form: Form) -> Sequence[Message]:
    announcement = _theirs(turn, (str(form.data["announcement"]),), ("sent",))
    if not isinstance(announcement, Announcement):
        return announcement
    take_back(turn, announcement)
    announcement.state = "withdrawn"
    follow_up(turn, announcement, "announcements.told.withdrawn", reason=form.data.get("reason", ""))
    turn.note("announcement.withdrawn", "announcement", announcement.id)
    return [turn.text_message("announcements.withdrawn")]


def _postponed(turn: Turn, form: Form) -> Sequence[Message]:
    announcement = _theirs(turn, (str(form.data["announcement"]),), ("planned", "late"))
    if not isinstance(announcement, Announcement):
        return announcement
    announcement.state, announcement.send_at = "planned", moment(turn, form.data["send_at"], MORNING)
    return [turn.text_message("announcements.planned", when=turn.language.moment(announcement.send_at))]


def _in_future(turn: Turn, value: str) -> str | None:
    return None if moment(turn, value, MORNING) > turn.now else "announcements.past"


def _tomorrow(turn: Turn, data: Data) -> list[Choice]:
    day = (turn.now + timedelta(days=1)).date().isoformat()
    return [Choice(turn.say("announcements.tomorrow"), f"{day}T{MORNING:%H:%M}")]


capability.add_form(
    FormKind(
        name="announcements.withdraw",
        questions=(Question("reason", "text", any_words=True),),
        card=_withdraw_card,
        done=_withdrawn,
    )
)
capability.add_form(
    FormKind(
        name="announcements.postpone",
        questions=(Question("send_at", "datetime", choices=_tomorrow, check=_in_future, may_skip=False),),
        card=None,
        done=_postponed,
    )
)
