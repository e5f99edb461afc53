"""A coordinator looks at what others would like to make known: อนุมัติ, or ไม่อนุมัติ with a reason."""

from collections.abc import Sequence

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row
from bot.dialogue import FormKind, Question
from bot.notices import Letter, Urgency, Window
from bot.overview import Part
from bot.turn import Turn
from bot.voice import Speaks, Voice
from handlers.announcement_audience import label
from handlers.announcement_cards import announcement_card, head, rows, said_of
from handlers.announcement_sending import Cost, cost_of, reached, send
from handlers.overview import in_private, nothing_left
from models.announcements import Announcement, asked
from models.approvals import COORDINATORS, Approvals, approvers, may_approve
from models.audiences import audience_of
from models.chats import Form
from models.people import Member
from models.permissions import Role, only
from models.store import take

capability = Capability("announcement_approval")


def ask_approval(turn: Turn, announcement: Announcement) -> Sequence[Message]:
    """Have the coordinators look at it; gives what its author is told."""
    people = [
        one.member
        for one in approvers(turn.session, announcement.network_id, _who_decides(announcement))
        if one.member_id != announcement.author_id
    ]
    cost = cost_of(turn, audience_of(announcement), announcement.urgency, announcement.author_id)
    said = said_of(turn.session, turn.tools, announcement, turn.now.tzinfo)

    def words(voice: Voice) -> Sequence[Message]:
        return [announcement_card(voice, said, None), _asking(turn, voice, announcement, cost)]

    letter = Letter(
        f"announcement_approval:{announcement.id}:0:0:asked",
        words,
        Window.at_once(turn.now),
        Urgency(announcement.urgency),
        network=turn.network,
        role=Role.COORDINATOR,
        author=announcement.author,
    )
    if not turn.notify(letter, members=people).reached:
        announcement.state = "cancelled"
        return [turn.text_message("announcements.no_coordinator")]
    return [turn.text_message("announcements.asked", name=people[0].call_as)]


@capability.on_overview(Part.DECIDE, who=only(Role.COORDINATOR))
def overview(turn: Turn) -> Row | None:
    """Announcements that wait for the speaker's word."""
    count = len(_asked_here(turn))
    matters = turn.say("overview.matters", count=count)
    return turn.open_row("announcements.wait", matters, "announcement_approval.waiting") if count else None


@capability.on_button("waiting", who=only(Role.COORDINATOR))
def show_waiting(turn: Turn) -> Sequence[Message]:
    """The one that waits, as it will look; of several a short list, each with its button."""
    if turn.in_group:
        return in_private(turn)
    found = _asked_here(turn)
    if not found:
        return nothing_left(turn)
    if len(found) == 1:
        return _whole(turn, found[0])
    bubbles = [_bubble(turn, one) for one in found[: cards.BUBBLES_A_CAROUSEL]]
    return [cards.carousel(turn.say("announcements.wait"), bubbles)]


@capability.on_button("look", who=only(Role.COORDINATOR))
def look(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One of them, as it will look, with อนุมัติ and ไม่อนุมัติ."""
    announcement = _to_decide(turn, arguments)
    return _whole(turn, announcement) if isinstance(announcement, Announcement) else announcement


@capability.on_button("yes", who=only(Role.COORDINATOR))
def approve(turn: Turn, *arguments: str) -> Sequence[Message]:
    """อนุมัติ: it leaves, or is planned for its time."""
    announcement = _to_decide(turn, arguments)
    if not isinstance(announcement, Announcement):
        return announcement
    _decide(turn, announcement, "approved")
    cost = cost_of(turn, audience_of(announcement), announcement.urgency, announcement.author_id)
    if announcement.send_at > turn.now:
        announcement.state = "planned"
        when = turn.language.moment(announcement.send_at.astimezone(turn.now.tzinfo))
        said = turn.text_message("announcements.planned", when=when, quick=[_show(turn, announcement)])
    else:
        send(turn, announcement)
        said = turn.text_message(
            "announcements.sent", reach=reached(turn, cost), quick=[_show(turn, announcement)]
        )
    _tell_author(turn, announcement, "approved")
    return [said]


@capability.on_button("no", who=only(Role.COORDINATOR))
def refuse(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่อนุมัติ: a reason is asked for; it may be left out."""
    announcement = _to_decide(turn, arguments)
    if not isinstance(announcement, Announcement):
        return announcement
    return turn.forms.start(turn, "announcements.refuse", {"announcement": announcement.id})


def _asked_here(turn: Turn) -> Sequence[Announcement]:
    found = asked(turn.session, turn.network.id) if turn.network else []
    return [one for one in found if may_approve(turn.session, turn.membership, _who_decides(one))]


def _who_decides(announcement: Announcement) -> str:
    """Coordinators, or the chair, as the network sets it; what is urgent waits for nobody in particular."""
    urgent = announcement.urgency == Urgency.URGENT
    return COORDINATORS if urgent else Approvals.of(announcement.network.rhythm).approves_announcements


def _whole(turn: Turn, announcement: Announcement) -> list[Message]:
    cost = cost_of(turn, audience_of(announcement), announcement.urgency, announcement.author_id)
    said = said_of(turn.session, turn.tools, announcement, turn.now.tzinfo)
    return [announcement_card(turn, said, None), _asking(turn, turn, announcement, cost)]


def _bubble(turn: Turn, announcement: Announcement) -> dict[str, object]:
    author = announcement.author.call_as if announcement.author else ""
    shown = [("by", author), ("to", label(turn, audience_of(announcement)))]
    button = turn.button("announcements.look", "announcement_approval.look", announcement.id)
    return cards.bubble(head(announcement.words), rows=rows(turn, shown), buttons=[button])


def _asking(turn: Turn, voice: Speaks, announcement: Announcement, cost: Cost) -> Message:
    author = announcement.author.call_as if announcement.author else ""
    when = announcement.send_at.astimezone(turn.now.tzinfo)
    shown = [
        ("to", label(turn, audience_of(announcement))),
        ("reach", reached(voice, cost)),
        ("when", voice.language.moment(when) if when > turn.now else voice.say("announcements.now")),
        ("price", voice.say("announcements.price", price=cost.price)),
    ]
    buttons: list[Action] = [
        voice.button("announcements.approve", "announcement_approval.yes", announcement.id),
        voice.button("announcements.refuse", "announcement_approval.no", announcement.id),
    ]
    return cards.card(
        voice.say("announcements.approve?", name=author), rows=rows(turn, shown), buttons=buttons
    )


def _to_decide(turn: Turn, arguments: Sequence[str]) -> Announcement | list[Message]:
    """What the speaker may decide on now, else why not."""
    ident = number(arguments[0]) if arguments else None
    announcement = take(turn.session, Announcement, ident) if ident is not None else None
    if announcement is None or turn.network is None or announcement.network_id != turn.network.id:
        return [turn.text_message("announcements.gone")]
    if announcement.state != "asked":
        by = turn.session.get(Member, announcement.decided_by_id or 0)
        state = announcement.state if announcement.state in ("refused", "cancelled") else "approved"
        return [turn.text_message(f"announcements.decided.{state}", name=by.call_as if by else "")]
    if not may_approve(turn.session, turn.membership, whose := _who_decides(announcement)):
        names = ", ".join(one.member.call_as for one in approvers(turn.session, turn.network.id, whose))
        return [turn.text_message("announcements.others_decide", names=names)]
    return announcement


def _decide(turn: Turn, announcement: Announcement, what: str) -> None:
    announcement.decided_by_id, announcement.decided_at = turn.member.id if turn.member else None, turn.now
    turn.note(f"announcement.{what}", "announcement", announcement.id)


def _refused(turn: Turn, form: Form) -> Sequence[Message]:
    if Role.COORDINATOR not in turn.roles:
        return [turn.text_message("help.not_allowed")]
    announcement = _to_decide(turn, (str(form.data["announcement"]),))
    if not isinstance(announcement, Announcement):
        return announcement
    announcement.state, announcement.reason = "refused", form.data.get("reason", "")
    _decide(turn, announcement, "refused")
    _tell_author(turn, announcement, "refused")
    return [turn.text_message("announcements.you_refused")]


def _tell_author(turn: Turn, announcement: Announcement, what: str) -> None:
    author = announcement.author
    if author is None or (turn.member is not None and author.id == turn.member.id):
        return
    toward, by = turn.toward(author), turn.member.call_as if turn.member else ""
    reason = toward.say("announcements.because", reason=announcement.reason) if announcement.reason else ""
    words = toward.text_message(
        f"announcements.told.{what}", name=by, head=head(announcement.words), because=reason
    )
    turn.tell(author, [words], about=f"announcement_decision:{announcement.id}:0:0:{what}")


def _show(turn: Turn, announcement: Announcement) -> Action:
    return turn.button("announcements.show", "announcement_desk.show", announcement.id)


capability.add_form(
    FormKind(
        name="announcements.refuse",
        questions=(Question("reason", "text", any_words=True),),
        card=None,
        done=_refused,
    )
)
