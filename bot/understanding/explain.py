"""Why a message was read as it was: for whoever mends the lexicon or the training lines."""

from collections.abc import Iterator
from datetime import datetime

from bot.understanding import address, intents, reader
from bot.understanding.features import Features, features
from bot.understanding.normalise import normalise
from bot.understanding.words import cut

STRONGEST = 12


def explain(text: str, now: datetime) -> Iterator[str]:
    """Give lines that show how a one-to-one message was normalised, cut and scored, and what told most for its intent.

    ``now`` is local to the network.
    """
    message = normalise(address.without_name(text, reader.DEFAULT_NAMES))
    seen = features(message.clean)
    ranked = intents.model().confidences(seen)
    yield f"normalised  {message.clean}"
    yield f"cut         {' | '.join(cut(message.clean))}"
    yield f"marks       {' '.join(sorted(seen.marks))}"
    yield "scored      " + "  ".join(f"{intent} {share:.2f}" for intent, share in ranked[:4])
    (first, _), (second, _) = ranked[:2]
    told = sorted(_differences(seen, first, second), reverse=True)
    yield f"for {first}, against {second}: " + "  ".join(
        f"{name} {weight:+.2f}" for weight, name in told[:STRONGEST]
    )
    yield f"against {first}: " + "  ".join(
        f"{name} {weight:+.2f}" for weight, name in told[: -STRONGEST - 1 : -1]
    )
    yield f"slots       {reader.read(text, now).slots}"


def _differences(seen: Features, first: str, second: str) -> Iterator[tuple[float, str]]:
    model = intents.model()
    for value, names in intents.weighed(seen):
        for name in names:
            yield model.weight(first, value, name) - model.weight(second, value, name), name
