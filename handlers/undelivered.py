"""What did not go out, and why: told once to who wrote it, else to the coordinators."""

from collections.abc import Sequence
from datetime import timedelta

from bot.capability import Capability
from bot.cards import Message
from bot.first_try import OVER_BUDGET
from bot.notices import Letter, Window
from bot.voice import Voice
from bot.watch import Watch
from models.people import Member
from models.people_queries import holders
from models.permissions import Role
from models.undelivered import Undelivered, undelivered

capability = Capability("undelivered")

LOOKS_BACK = timedelta(days=14)
RIDES_FOR = timedelta(hours=12)
STALE_AFTER = timedelta(days=3)
KINDS = (
    "announcement",
    "meeting",
    "digest",
    "question",
    "answer",
    "introduction",
)  # those with words of their own

OPTIONAL = ("sharing", "knowledge_letter")  # their next one comes by itself


@capability.on_clock
def tell_what_did_not_go_out(watch: Watch) -> None:
    """One report for all of a kind that failed alike; of what is older than two weeks nobody is told any more."""
    alike: dict[tuple[object, ...], Undelivered] = {}
    for failure in undelivered(watch.session, watch.network.id, watch.now - LOOKS_BACK, OVER_BUDGET):
        failure.notice.reported_at = watch.now
        if failure.notice.kind in (capability.name, *OPTIONAL):
            continue
        key = (failure.notice.kind, failure.notice.author_id, failure.over_budget > 0, failure.refused)
        alike[key] = alike[key].and_also(failure) if key in alike else failure
    for failure in alike.values():
        watch.notify(_letter(watch, failure), members=_to_tell(watch, failure))


def _letter(watch: Watch, failure: Undelivered) -> Letter:
    def words(voice: Voice) -> Sequence[Message]:
        what, why = _what(voice, failure), _why(voice, failure)
        return [voice.text_message("undelivered.report", what=what, why=why)]

    window = Window(watch.now, watch.now + RIDES_FOR, watch.now + STALE_AFTER)
    return Letter(f"{capability.name}:{failure.notice.id}", words, window, network=watch.network)


def _to_tell(watch: Watch, failure: Undelivered) -> Sequence[Member]:
    author = watch.session.get(Member, failure.notice.author_id) if failure.notice.author_id else None
    if author is not None and author.left_at is None:
        return [author]
    return [one.member for one in holders(watch.session, watch.network.id, Role.COORDINATOR)]


def _what(voice: Voice, failure: Undelivered) -> str:
    kind = failure.notice.kind
    return voice.say(f"undelivered.kind.{kind if kind in KINDS else 'other'}")


def _why(voice: Voice, failure: Undelivered) -> str:
    if failure.over_budget:
        return voice.say("undelivered.budget", count=failure.over_budget, price=failure.price)
    names = ", ".join(failure.names) or "-"
    reason = "refused" if failure.refused else "late"
    return voice.say(f"undelivered.{reason}", count=failure.missed, names=names)
