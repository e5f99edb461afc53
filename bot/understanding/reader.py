"""One message to one reading: normalise, strip the bot's name, classify, then read the slots that the intent has."""

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from bot.understanding import address, intents, slots
from bot.understanding.features import features
from bot.understanding.normalise import Text, normalise
from bot.understanding.reading import Reading

DEFAULT_NAMES = ("สาน", "น้องสาน", "@สาน")
SURE = 0.6  # act on a reading of at least this confidence; below it offer the two likeliest intents
ALTERNATIVES = 3
LONGEST = 700  # characters that are read: who writes more says at its beginning what it is about

_EVERY_READER = "นัดประชุมพรุ่งนี้บ่ายสองที่ศาลากลางบ้าน อ.เรณูนคร จ.นครพนม มา 12 คน"
_loading = Lock()


def read(
    text: str,
    now: datetime,
    *,
    group: bool = False,
    mention_self: bool = False,
    quotes_bot: bool = False,
    names: Sequence[str] = DEFAULT_NAMES,
) -> Reading:
    """Read one message.

    ``now`` is the local time of the network, with or without a zone; slot times are local to it. ``group`` says that
    the message came from a group or room, ``mention_self`` that it mentions the bot, ``quotes_bot`` that it quotes it.
    In a group a message that is not addressed to the bot is other people's conversation: it is not read at all.
    """
    text = _sound(text[:LONGEST])
    if group and not (mention_self or quotes_bot or address.called(text, names)):
        return Reading("other", 1.0, addressed=False)
    message = normalise(address.without_name(text, names))
    (intent, confidence), *others = intents.model().confidences(features(message.clean))
    return _with_slots(message, intent, confidence, now, tuple(others[:ALTERNATIVES]))


def read_as(intent: str, text: str, now: datetime, *, names: Sequence[str] = DEFAULT_NAMES) -> Reading:
    """Read the slots of a message whose intent its speaker has made clear; ``now`` as for ``read``."""
    return _with_slots(normalise(address.without_name(_sound(text[:LONGEST]), names)), intent, 1.0, now)


def _with_slots(
    message: Text, intent: str, confidence: float, now: datetime, others: tuple[tuple[str, float], ...] = ()
) -> Reading:
    found = slots.read_slots(message, intent, now.replace(tzinfo=None))
    return Reading(intent, confidence, True, found.slots, others, found.unclear, found.provinces)


def _sound(text: str) -> str:
    """Give the text with halves of broken characters (lone surrogates) as question marks, so that it can be written."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def load() -> None:
    """Load the model, the dictionary and the places, once, so that the first message does not wait for them."""
    with _loading:
        read(_EVERY_READER, datetime(2026, 11, 24, 10, tzinfo=UTC))
