"""What a form holds of an announcement that is being written, as plain values and as what it will be."""

from datetime import datetime, time, timedelta

from bot import cards
from bot.dialogue import Data
from bot.notices import Urgency
from bot.turn import Turn
from bot.understanding.reader import read_as
from handlers.announcement_audience import matched
from handlers.announcement_cards import Said, look_of
from handlers.guarded import all_guarded
from models.activities import Photo
from models.announcements import Announcement
from models.audiences import Audience

REFUSED = frozenset({"alcohol", "lottery", "politics"})
MOST_LINES = 6
MOST_CHARACTERS = 500
DAYS_END = time(18)  # until when on its last day something is to be taken note of
MORNING = time(8)  # when something leaves that was wished for a day
USUAL_DEADLINE = timedelta(days=3)
BY_LINES = "_lines"  # in place of words: asked for line by line
LINES = ("head", "day", "place", "bring", "by", "call")  # the shape that people know


def unfit(turn: Turn, words: str) -> str | None:
    """The msgid of why these words are not made known."""
    if all_guarded(words) & REFUSED:
        return "announcements.refused"
    if matched(turn, "announcements.words.id_card", words):
        return "announcements.no_id_cards"
    lines = [line for line in words.splitlines() if line.strip()]
    if len(lines) > MOST_LINES or cards.utf16(words) > MOST_CHARACTERS:
        return "announcements.too_long"
    return None


def words_of(turn: Turn, data: Data) -> str:
    """The text: as it was written, or made of its lines."""
    if data["words"] != BY_LINES:
        return str(data["words"]).strip()
    told = [(name, " ".join(str(data[name]).split())) for name in LINES if data.get(name)]
    return "\n".join(turn.say(f"announcements.line.{name}", words=words) for name, words in told)


def moment(turn: Turn, value: str, hour: time) -> datetime:
    """A local time as a form keeps it; on a bare day at this hour."""
    at = (
        datetime.fromisoformat(value)
        if "T" in value
        else datetime.combine(datetime.fromisoformat(value), hour)
    )
    return at.replace(tzinfo=turn.now.tzinfo)


def time_of(turn: Turn, data: Data) -> datetime | None:
    """When it is to leave; None: at once."""
    value = data.get("send_at", "now")
    at = None if value == "now" else moment(turn, value, MORNING)
    return at if at is not None and at > turn.now else None


def deadline_of(turn: Turn, data: Data) -> datetime | None:
    """Until when it is to be taken note of; None: nobody is asked to."""
    value = data.get("acknowledge_by", "no")
    return None if value == "no" else moment(turn, value[:10], DAYS_END)


def deadline_in(turn: Turn, words: str) -> str | None:
    """Until when, YYYY-MM-DD, these words ask people to take note: ขอให้กดรับทราบภายในวันศุกร์; without a day in three
    days. None where they do not ask."""
    asking = matched(turn, "announcements.words.wants_noted", words)
    if asking is None:
        return None
    said = str(read_as("announce", asking[1], turn.now).slots.get("datetime", ""))[:10] if asking[1] else ""
    fits = said and moment(turn, said, DAYS_END) > turn.now
    return said if fits else (turn.now + USUAL_DEADLINE).date().isoformat()


def urgency_of(data: Data) -> str:
    """How soon it has to be known."""
    return Urgency.URGENT.value if data.get("emergency") else data.get("urgency", Urgency.IMPORTANT.value)


def said_by(turn: Turn, data: Data) -> Said:
    """It as people will see it."""
    photo = turn.session.get(Photo, data["photos"][-1]) if data.get("photos") else None
    return Said(
        words=words_of(turn, data),
        author=turn.member.call_as if turn.member else "",
        look=look_of(bool(data.get("emergency")), bool(data.get("corrects"))),
        picture=turn.tools.picture_url(photo.name) if photo else None,
        acknowledge_by=deadline_of(turn, data),
    )


def announcement_from(turn: Turn, data: Data, audience: Audience) -> Announcement:
    """The row that it will be; not in the session yet."""
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who belongs
    return Announcement(
        network_id=turn.network.id,
        author_id=turn.member.id,
        words=words_of(turn, data),
        audience_kind=audience.kind,
        audience_values=list(audience.values),
        urgency=urgency_of(data),
        state="asked",
        written_at=turn.now,
        send_at=time_of(turn, data) or turn.now,
        acknowledge_by=deadline_of(turn, data),
        corrects_id=data.get("corrects"),
        message_id=data.get("message_id"),
    )
