"""เหตุฉุกเฉิน: an area is told at once, at any hour, and what can wait is not said there until it is over."""

from collections.abc import Sequence

from bot.buttons import number, pack
from bot.capability import Capability
from bot.cards import LABEL_LIMIT, Message, button, cut
from bot.dialogue import Data
from bot.notices import Urgency
from bot.turn import Turn
from bot.understanding.address import without_name
from handlers.announcement_audience import audience_in, label, matched, packed
from handlers.announcement_draft import unfit
from handlers.announcements import start
from models.announcements import Emergency, emergencies
from models.audiences import audience_of
from models.permissions import BELONGS, Role, only
from models.store import take

capability = Capability("announcement_emergency")

MOST_OFFERED = 4


@capability.on_words("announcements.words.emergency", who=BELONGS)
def begin(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ประกาศฉุกเฉิน: น้ำท่วมนาหว้า อพยพไปวัด. Coordinators open an emergency; others' words go to them, urgently."""
    said = without_name(turn.words, turn.tools.bot_names).strip()
    heard = matched(turn, "announcements.words.emergency", said, whole=True)
    words = "".join(part for part in heard.groups() if part).strip() if heard else ""
    data: Data = {"photos": [], "message_id": turn.incoming.message_id, "urgency": Urgency.URGENT.value}
    if Role.COORDINATOR in turn.roles:
        data["emergency"] = True
    if words:
        if (problem := unfit(turn, words)) is not None:
            return [turn.text_message(problem)]
        data["words"] = words
        if (audience := audience_in(turn, words)) is not None:
            data["audience"] = packed(audience)
    return start(turn, data)


@capability.on_words("announcements.words.over", who=only(Role.COORDINATOR))
def over(turn: Turn, *_groups: str) -> Sequence[Message]:
    """จบเหตุฉุกเฉิน: the one that lasts, or which of several."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    running = emergencies(turn.session, turn.now, turn.network.id)
    if len(running) == 1:
        return end(turn, str(running[0].id))
    if not running:
        return [turn.text_message("announcements.no_emergency")]
    quick = [
        button(cut(label(turn, audience_of(one)), LABEL_LIMIT), pack("announcement_emergency.end", one.id))
        for one in running[:MOST_OFFERED]
    ]
    return [turn.text_message("announcements.over_which", quick=quick)]


@capability.on_button("end", who=only(Role.COORDINATOR))
def end(turn: Turn, *arguments: str) -> Sequence[Message]:
    """It is over: ordinary news goes on there."""
    ident = number(arguments[0]) if arguments else None
    emergency = take(turn.session, Emergency, ident) if ident is not None else None
    if emergency is None or turn.network is None or emergency.network_id != turn.network.id:
        return [turn.text_message("announcements.gone")]
    if emergency.ended_at is None:
        emergency.ended_at = turn.now
        emergency.ended_by_id = turn.member.id if turn.member else None
        turn.note("emergency.ended", "emergency", emergency.id)
    where = label(turn, audience_of(emergency))
    return [turn.text_message("announcements.over_now", where=where)]
