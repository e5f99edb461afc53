"""One chat's work: its events in order, each in one transaction, and its deliveries in order."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot import cards, pictures, rides, sounds
from bot.budget import GROUPS, Purse
from bot.faults import where
from bot.first_try import Unpriced
from bot.inbox import Claim, Inbox, LeaseLost, finish, keep_lease, new_holder
from bot.incoming import Incoming, read_stored
from bot.language import language
from bot.line import Answer, ContentProblem, Line, LineAway, Outcome
from bot.logs import following, trace_of
from bot.measures import Measures
from bot.outbox import Attempt, Outbox, messages_of, missed, write_reply
from bot.pace import Paced
from bot.pictures import Picture, PictureProblem, read_picture
from bot.router import Router
from bot.sounds import Sound, SoundProblem, is_too_long
from bot.tools import Tools
from bot.turn import Turn, find_member, open_turn
from models.attachments import Unwritable
from models.post import Delivery, Event
from models.store import Store

TURN_SECONDS = 10.0  # below the lease: a turn that took longer is not committed
REPEATED_FOR = timedelta(hours=24)
PRICE_PAUSE = timedelta(seconds=10)
SUPERSEDED = "not read: a later edit or an unsend was known"
PRICED_SECONDS = 60.0  # so long a look at the budget and a lane's price holds while the lane is worked on
REFUSES_TOKEN = (401, 403)

OTHERS = select(Event.kind, Event.state, Event.problem, Event.sent_at).where(
    Event.message_id == bindparam("message"), Event.webhook_event_id != bindparam("event")
)

log = logging.getLogger(__name__)


class TookTooLong(Exception):
    """A turn went over its time."""


class LineDidNotAnswer(Exception):
    """What a turn needs from LINE could not be had; the event is tried again."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A lane that was taken: its first event, or that something is to be sent before."""

    lane: str
    holder: str
    claim: Claim | None
    sends: bool


class _Prices:
    """When the budget, and what a push into a lane costs, were looked up: for a while that holds."""

    def __init__(self) -> None:
        self._at = -PRICED_SECONDS

    @property
    def hold(self) -> bool:
        """Whether nothing is to be looked up anew."""
        return time.monotonic() - self._at < PRICED_SECONDS

    def looked_up(self) -> None:
        """This has just been done."""
        self._at = time.monotonic()


@dataclass(frozen=True)
class Drain:
    """Does all that is waiting in one lane."""

    store: Store
    inbox: Inbox
    outbox: Outbox
    purse: Purse
    line: Line
    router: Router
    tools: Tools
    wake: Callable[[list[str]], None]
    measures: Measures
    pause: Callable[[float], None] = time.sleep

    def __call__(self, lane: str) -> None:
        """Work until nothing is due here. Leaves at once where somebody else works on the lane."""
        holder = new_holder()
        while (held := self._hold(lane, holder)) is not None:
            try:
                self._work(held)
            except LeaseLost:
                return
            finally:
                self.inbox.release(lane, holder)
            # Who came while the lane was ours has left again: look once more.
            if not self._is_due(lane):
                return

    def _is_due(self, lane: str) -> bool:
        """Whether an event or a delivery of this lane may be tried now."""
        with self.store.session() as session:
            return self.inbox.is_due(session, lane) or self.outbox.is_due(session, lane)

    def _hold(self, lane: str, holder: str) -> "_Held | None":
        """Take the lane, in the same commit with its first event, unless something is to be sent before that."""
        with self.store.session() as session:
            if not self.inbox.hold(session, lane, holder):
                return None
            sends = self.outbox.is_due(session, lane)
            return _Held(
                lane, holder, None if sends else self.inbox.claim_first(session, lane, holder), sends
            )

    def _work(self, held: _Held) -> None:
        lane, holder, claim = held.lane, held.holder, held.claim
        if held.sends:
            claim = self._send_all_and_claim(lane, holder)
        while claim is not None:
            claim = self._do(claim)
        if lane.startswith(GROUPS) and (ride := self.outbox.ride_on_talk(lane, holder)) is not None:
            self._send(ride)
            self._send_all(lane, holder)

    def _send_all(self, lane: str, holder: str) -> None:
        prices = _Prices()
        attempt = self._next(lane, holder, prices)
        while attempt is not None:
            with following(attempt.trace):
                answer = self._call(attempt)
                attempt = self._settle_and_next(attempt, answer, holder, prices)

    def _next(self, lane: str, holder: str, prices: _Prices) -> Attempt | None:
        """The lane's next delivery, waited for and priced where that is needed."""
        while not self.inbox.stopping:
            try:
                with self.store.session() as session:
                    return self.outbox.next(session, lane, holder, priced=prices.hold)
            except Paced as paced:
                self.pause(paced.seconds)
            except Unpriced:
                if not self._price(lane):
                    return None
                prices.looked_up()
        return None

    def _settle_and_next(
        self, attempt: Attempt, answer: Answer, holder: str, prices: _Prices
    ) -> Attempt | None:
        """What became of a try, and the lane's next delivery, in one commit where that can leave at once."""
        try:
            with self.store.session() as session:
                self.outbox.settle(session, attempt, answer)
                session.flush()  # what comes next is looked up past the session
                if self.inbox.stopping:
                    return None
                return self.outbox.next(session, attempt.lane, holder, priced=prices.hold)
        except (Paced, Unpriced, LeaseLost):
            self._settle(attempt, answer)  # what was sent stands, whatever comes next
        return self._next(attempt.lane, holder, prices)

    def _price(self, lane: str) -> bool:
        """Have LINE tell what a push into this lane costs and what the budget is; False where it does not."""
        try:
            self.purse.prepare(lane)
        except LineAway as error:
            log.warning("LINE does not tell what a push costs (%s): it waits", error)
            if error.status in REFUSES_TOKEN:
                self.outbox.stop()
            else:
                self.outbox.wait(lane, PRICE_PAUSE)
            return False
        return True

    def _send_all_and_claim(self, lane: str, holder: str) -> Claim | None:
        self._send_all(lane, holder)
        with self.store.session() as session:
            return self.inbox.claim(session, lane, holder)

    def _send(self, attempt: Attempt) -> None:
        """Make one try, and write down what became of it."""
        with following(attempt.trace):
            self._settle(attempt, self._call(attempt))

    def _settle(self, attempt: Attempt, answer: Answer) -> None:
        with self.store.session() as session:
            self.outbox.settle(session, attempt, answer)

    def _call(self, attempt: Attempt) -> Answer:
        if early := self.outbox.early(attempt):
            self.pause(early)
        answer = self._ask_line(attempt)
        log.info(
            "%s %s: %s (status %s)",
            attempt.way,
            attempt.delivery_id,
            answer.outcome,
            answer.status,
            extra={"line_request": answer.request_id},
        )
        self.measures.sent(attempt.way, answer.outcome, max(1, len(attempt.to)))
        if attempt.riders and answer.outcome is Outcome.SENT:
            self.measures.sent("ride", Outcome.SENT, attempt.riders)
        return answer

    def _ask_line(self, attempt: Attempt) -> Answer:
        match attempt.way:
            case "reply":
                if attempt.token_at is not None:
                    self.measures.reply_age((self.tools.wall() - attempt.token_at).total_seconds())
                return self.line.reply(attempt.reply_token or "", attempt.messages)
            case "multicast":
                return self.line.multicast(attempt.to, attempt.messages, attempt.retry_key)
            case _:
                return self.line.push(attempt.lane, attempt.messages, attempt.retry_key)

    def _do(self, claim: Claim) -> Claim | None:
        """One turn and its answer; gives the event that comes next."""
        incoming = read_stored(claim.payload)
        with following(trace_of(incoming.event_id)):
            attempt = self._tried(claim, incoming)
            if attempt is not None:
                answer = self._call(attempt)
                if answer.outcome is Outcome.SENT:
                    # Behind an answer that was taken nothing waits that is not woken by itself.
                    return self._settle_and_claim(claim, attempt, answer)
                self._settle(attempt, answer)
        return self._send_all_and_claim(claim.lane, claim.holder)

    def _settle_and_claim(self, claim: Claim, attempt: Attempt, answer: Answer) -> Claim | None:
        """What was sent, and the lane's next event or that it is let go, in one commit."""
        lane, holder = claim.lane, claim.holder
        with self.store.session() as session:
            self.outbox.settle(session, attempt, answer)
            try:
                coming = self.inbox.claim(session, lane, holder)
            except LeaseLost:
                return None  # the answer has left all the same: that stands
            if coming is None and not lane.startswith(GROUPS):
                self.inbox.let_go(session, lane, holder)
        return coming

    def _tried(self, claim: Claim, incoming: Incoming) -> Attempt | None:
        try:
            return self._turn(claim, incoming)
        except (OperationalError, InterfaceError):  # the database's fault, not the event's
            self.inbox.forgive(claim)
            raise
        except Unwritable as error:  # nor is a full disk
            log.error("A picture or sound could not be kept, its chat waits: %s", error)
            self.inbox.forgive(claim)
            raise
        except LeaseLost:
            raise
        except Exception as error:
            log.error("Event %s failed, try %s: %s at %s", claim.event_id, claim.tries, *where(error))
            dead = self.inbox.failed(claim, type(error).__name__)
            self.measures.turn_failed(dead_letter=dead)
            if dead:
                self._apologise(claim, incoming)
            return None

    def _turn(self, claim: Claim, incoming: Incoming) -> Attempt | None:
        """One transaction: the event done, what it changed, and what is answered; or none of them."""
        began = self.tools.wall()
        picture, sound = self._fetch_picture(incoming), self._fetch_sound(incoming)
        with self.store.session() as session:
            turn = open_turn(session, self.tools, self.router, incoming)
            turn.picture, turn.sound = picture, sound
            superseded = self._superseded(turn)
            messages = [] if superseded else self._answer(turn)
            now = self.tools.wall()
            if (now - began).total_seconds() > TURN_SECONDS:
                raise TookTooLong
            attempt = self._write_answer(session, claim, incoming, messages, now)
            finish(session, claim, now, keep=turn.keeps, problem=SUPERSEDED if superseded else None)
            keep_lease(session, claim.lane, claim.holder, now)
        self.wake(turn.told)
        self._note(claim, turn, (self.tools.wall() - began).total_seconds())
        return attempt

    def _note(self, claim: Claim, turn: Turn, seconds: float) -> None:
        meaning = turn.reading.intent if turn.reading else turn.incoming.kind
        self.measures.turn_done(meaning, seconds)
        log.info("Event %s done: %s in %.3f s", claim.event_id, meaning, seconds)

    def _answer(self, turn: Turn) -> list[cards.Message]:
        if turn.incoming.says and turn.incoming.message_kind == "text":
            turn.read(turn.incoming.text)
        return self.router.answer(turn)

    def _write_answer(
        self,
        session: Session,
        claim: Claim,
        incoming: Incoming,
        messages: list[cards.Message],
        now: datetime,
        rule: str = "answer",
    ) -> Attempt | None:
        if incoming.reply_token is None:
            return None
        messages = _with_missed(session, claim.lane, messages, now) if messages else []
        riders, theirs = rides.claim_rides(session, claim.lane, messages, incoming.at, now)
        if not messages and not theirs:
            return None
        return write_reply(
            session,
            riders=riders,
            key=reply_key(claim, rule),
            lane=claim.lane,
            messages=[*messages, *theirs],
            token=incoming.reply_token,
            token_at=claim.received_at,
            said_at=incoming.at,
            now=now,
        )

    def _superseded(self, turn: Turn) -> bool:
        """Whether an unsend or a later edit of this message is known: it wins, in whatever order they came."""
        incoming = turn.incoming
        if incoming.message_id is None or not incoming.says:
            return False
        which = {"message": incoming.message_id, "event": incoming.event_id}
        others = turn.session.connection().execute(OTHERS, which).all()
        turn.seen_before = any(
            other.kind == "message" and other.state == "done" and other.problem != SUPERSEDED
            for other in others
        )
        sent_at = int(incoming.at.timestamp() * 1000)
        turn.secret = any(other.kind == "unsend" for other in others)
        return turn.secret or any(
            other.kind == "messageEdited" and other.sent_at > sent_at for other in others
        )

    def _fetch_picture(self, incoming: Incoming) -> Picture | PictureProblem | None:
        """Fetch a picture from LINE before the transaction opens, if it comes from somebody who consented."""
        if incoming.kind != "message" or incoming.message_kind != "image" or incoming.message_id is None:
            return None
        with self.store.session() as session:
            if find_member(session, incoming.user_id) is None:
                return None
        content = self._fetch(incoming.message_id, pictures.MOST_BYTES)
        return PictureProblem(content) if isinstance(content, ContentProblem) else read_picture(content)

    def _fetch_sound(self, incoming: Incoming) -> Sound | SoundProblem | None:
        """Fetch a voice message likewise, if it is wanted where it was sent: nobody listens in otherwise."""
        if incoming.kind != "message" or incoming.message_kind != "audio" or incoming.message_id is None:
            return None
        with self.store.session() as session:
            if not self.router.hears(open_turn(session, self.tools, self.router, incoming)):
                return None
        if is_too_long(incoming.duration):
            return SoundProblem.TOO_LONG
        content = self._fetch(incoming.message_id, sounds.MOST_BYTES)
        if isinstance(content, ContentProblem):
            return SoundProblem(content)
        return Sound(content, incoming.duration)

    def _fetch(self, message_id: str, most_bytes: int) -> bytes | ContentProblem:
        """What LINE keeps of a message. Raises LineDidNotAnswer."""
        content = self.line.content(message_id, most_bytes)
        if content is ContentProblem.AWAY:
            raise LineDidNotAnswer
        return content

    def _apologise(self, claim: Claim, incoming: Incoming) -> None:
        """A dead letter: tell the member shortly that it did not work; once, also if it was tried again by hand."""
        with self.store.session() as session:
            member = find_member(session, incoming.user_id)
            words = language(member.language if member else "th").say("common.sorry")
            told = select(Delivery.id).where(Delivery.key == reply_key(claim, "sorry"))
            if session.scalar(told) is None:
                self._write_answer(session, claim, incoming, [cards.text(words)], self.tools.wall(), "sorry")


def reply_key(claim: Claim, rule: str) -> str:
    """The delivery key of what is said to an event: its answer, or the apology of a dead letter."""
    return f"reply:{claim.event_id}:0:0:{rule}:{claim.lane}"


def _with_missed(
    session: Session, lane: str, messages: list[cards.Message], now: datetime
) -> list[cards.Message]:
    """The answer, led by the one before it where that may not have arrived."""
    lost = missed(session, lane, now - REPEATED_FOR)
    room = cards.MESSAGES_A_REPLY - len(messages)
    again: list[cards.Message] = []
    for delivery in lost:
        former = [cards.without_quick(message) for message in messages_of(delivery)]
        if len(again) + len(former) <= room:
            again += former
            delivery.repeated = True
    return [*again, *messages]
