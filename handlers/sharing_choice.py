"""What somebody is invited to tell, and when: the plan, open questions and the season in turn; and what was answered
before counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from handlers.fit import words
from handlers.guarded import guarded
from handlers.word_lists import rows
from models.knowledge import Question
from models.network import Enterprise, Network
from models.rhythm import Rhythm
from models.sharing import SharingPrompt, TopicSource
from models.sharing_outcomes import Outcome, outcomes
from models.sharing_queries import topics
from models.sharing_turns import NEVER, Place

HOURS = (
    time(12, 0),
    time(7, 0),
)  # when people look at LINE, beside the evening (domain: work photos, greetings)
TRIES = 2  # of an hour, before the counts decide
USED_UP_FOR = timedelta(weeks=12)
ASKED_WITHIN = timedelta(days=60)
EVERYBODY = "*"
SOURCES = tuple(TopicSource)


@dataclass(frozen=True, slots=True)
class Topic:
    """What may be asked."""

    words: str
    source: TopicSource


@dataclass(frozen=True, slots=True)
class Season:
    """A row of data/seasons.tsv."""

    groups: frozenset[str]
    months: frozenset[int]
    words: str


def choose_topic(session: Session, network: Network, host: Enterprise, now: datetime) -> Topic | None:
    """The topic that was not asked for longest; of those that were not asked lately the one that promises most.

    `now` is in the network's zone.
    """
    found = [one for one in topics_for(session, network, host, now) if guarded(one.words) is None]
    used = _last_used(session, network.id, now.date() - USED_UP_FOR)
    by_topic = outcomes(session, network.id, SharingPrompt.topic, now)
    by_source = outcomes(session, network.id, SharingPrompt.source, now)

    def promise(one: Topic) -> float:
        known = by_topic.get(one.words) or by_source.get(one.source) or Outcome()
        return known.promise

    return min(
        found,
        key=lambda one: (used.get(one.words, NEVER), -promise(one), SOURCES.index(one.source)),
        default=None,
    )


def choose_hour(session: Session, network: Network, place: Place, rhythm: Rhythm, now: datetime) -> time:
    """The hour at which this place is asked: each is tried twice, the usual first; then the one that promises most."""
    usable = usable_hours(rhythm)
    seen = outcomes(session, network.id, SharingPrompt.hour, now, place=place.name)
    counted: Mapping[time, Outcome] = {one: seen.get(f"{one:%H:%M}", Outcome()) for one in usable}
    fresh = [one for one in usable if _tries(session, place, one) < TRIES]
    return fresh[0] if fresh else max(usable, key=lambda one: counted[one].promise)


def usable_hours(rhythm: Rhythm) -> list[time]:
    """The hours that a network's rhythm allows, its usual one first."""
    return [
        one
        for one in dict.fromkeys((rhythm.share_at, *HOURS))
        if rhythm.share_from <= one <= rhythm.share_until or one == rhythm.share_at
    ]


def topics_for(session: Session, network: Network, host: Enterprise, now: datetime) -> Iterator[Topic]:
    """What this enterprise may be asked this month: the plan's topics, what nobody could answer, the season's."""
    for planned in topics(session, network.id):
        if (not planned.months or now.month in planned.months) and _is_theirs(planned.product_group, host):
            yield Topic(planned.words, TopicSource.PLAN)
    for asked in _unanswered(session, network.id, now):
        yield Topic(asked, TopicSource.ASKED)
    for season in _seasonal(host, now.month):
        yield Topic(season.words, TopicSource.SEASON)


def _seasonal(host: Enterprise, month: int) -> list[Season]:
    group = host.product_group
    return [
        one
        for one in _seasons()
        if month in one.months and (EVERYBODY in one.groups or any(name in group for name in one.groups))
    ]


def _is_theirs(product_group: str, host: Enterprise) -> bool:
    return not product_group or product_group in host.product_group or host.product_group in product_group


def _unanswered(session: Session, network_id: int, now: datetime) -> Sequence[str]:
    """Topics of questions that nobody answered in time; neither their words nor who asked."""
    lacking = or_(Question.state == "unanswered", (Question.state == "open") & (Question.answer_by < now))
    query = select(Question.topic).where(
        Question.network_id == network_id,
        Question.asked_at >= now - ASKED_WITHIN,
        Question.topic != "",
        lacking,
    )
    found = session.scalars(query.order_by(Question.id.desc())).all()
    return [topic for topic in dict.fromkeys(found) if words(topic)]


def _last_used(session: Session, network_id: int, since: date) -> dict[str, date]:
    query = (
        select(SharingPrompt.topic, func.max(SharingPrompt.asked_on))
        .where(
            SharingPrompt.network_id == network_id,
            SharingPrompt.asked_on >= since,
            SharingPrompt.state != "unsent",
        )
        .group_by(SharingPrompt.topic)
    )
    return dict(session.execute(query).all())


def _tries(session: Session, place: Place, hour: time) -> int:
    query = select(func.count()).select_from(SharingPrompt)
    mine = SharingPrompt.place == place.name, SharingPrompt.hour == f"{hour:%H:%M}"
    return session.scalar(query.where(*mine, SharingPrompt.state != "unsent")) or 0


@cache
def _seasons() -> tuple[Season, ...]:
    return tuple(
        Season(frozenset(groups.split()), frozenset(int(one) for one in months.split(",")), topic)
        for groups, months, topic in rows("seasons.tsv")
    )
