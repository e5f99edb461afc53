"""What somebody likes to read, when and how often; and the letter that brings it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.capability import Capability
from bot.cards import LABEL_LIMIT, Action, Message, Row, bubble, card, carousel, cut
from bot.notices import Letter, Urgency, Window
from bot.turn import Turn
from bot.voice import Voice
from bot.watch import Watch
from handlers.fit import pieces, shortened
from handlers.sounds import listen, sound_rows
from models.holidays import is_holiday
from models.knowledge import KnowledgeItem
from models.network import Enterprise
from models.people import Member, Membership
from models.permissions import BELONGS
from models.sharing import HowOften, SharingWish
from models.sharing_queries import topics, wish_of

capability = Capability("interests")

KIND = "knowledge_letter"  # of the notices
MOST_TOPICS = 11  # beside "done", as quick replies
MOST_CHOSEN = 5
MOST_ITEMS = 3
SHORT, LINES = 180, 3
HOURS = ("07:00", "12:00", "18:30")
LETTER_WEEKDAY = 5  # Saturday, away from the day of invitations
LOOKS_BACK = timedelta(days=35)
SLASH = "∕"  # stands for / in a button, where / parts the arguments


@capability.on_words("interests.show_words", who=BELONGS)
@capability.on_button("show", who=BELONGS, menu=22)
def show(turn: Turn) -> Sequence[Message]:
    """ความรู้ที่สนใจ: topics, hour, how often; each a button."""
    if turn.in_group or turn.member is None:
        return _to_private(turn)
    wish = _wish(turn)
    rows = [
        Row(turn.say("interests.row.topics"), ", ".join(wish.interests) or turn.say("interests.none")),
        Row(turn.say("interests.row.often"), turn.say(f"interests.often.{wish.how_often}")),
        Row(turn.say("interests.row.hour"), wish.hour or turn.say("interests.usual_hour")),
    ]
    if wish.paused_until is not None and wish.paused_until > turn.now.date():
        rows.append(Row(turn.say("interests.row.paused"), turn.language.day(wish.paused_until)))
    buttons = [
        turn.button("interests.topics", "interests.topics"),
        turn.button("interests.often", "interests.often"),
        turn.button("interests.hour", "interests.hour"),
        turn.button("mutes.show", "mutes.show"),
    ]
    return [card(turn.say("interests.title"), rows=rows, note=turn.say("interests.what"), buttons=buttons)]


@capability.on_button("topics", who=BELONGS)
def choose_topics(turn: Turn, *arguments: str) -> Sequence[Message]:
    """A tap takes a topic in, or out again."""
    if turn.in_group or turn.member is None:
        return _to_private(turn)
    wish = _own(turn)
    if arguments:
        _toggle(wish, arguments[0].replace(SLASH, "/"))
        turn.session.flush()
    quick = [_chip(turn, topic, chosen=topic in wish.interests) for topic in _offered(turn, wish)]
    if not quick:
        return [turn.text_message("interests.no_topics")]
    said = "interests.chosen" if wish.interests else "interests.choose"
    done = turn.button("interests.done", "interests.show")
    return [turn.text_message(said, topics=", ".join(wish.interests), quick=[*quick, done])]


@capability.on_button("often", who=BELONGS)
def choose_often(turn: Turn, *arguments: str) -> Sequence[Message]:
    """Every week, every month, never."""
    if turn.in_group or turn.member is None:
        return _to_private(turn)
    if not arguments or arguments[0] not in list(HowOften):
        quick = [turn.button(f"interests.often.{one}", "interests.often", one) for one in HowOften]
        return [turn.text_message("interests.how_often", quick=quick)]
    wish = _own(turn)
    wish.how_often, wish.paused_until = arguments[0], None
    return show(turn)


@capability.on_button("hour", who=BELONGS)
def choose_hour(turn: Turn, *arguments: str) -> Sequence[Message]:
    """At which hour."""
    if turn.in_group or turn.member is None:
        return _to_private(turn)
    hour = arguments[0].replace(".", ":") if arguments else ""
    if hour not in HOURS:
        quick = [
            turn.button(f"interests.hour.{one[:2]}", "interests.hour", one.replace(":", ".")) for one in HOURS
        ]
        return [turn.text_message("interests.which_hour", quick=quick)]
    _own(turn).hour = hour
    return show(turn)


@capability.on_clock
def write_letters(watch: Watch) -> None:
    """On Saturdays, each at the hour they picked: what was told since the last letter and is to their liking, if
    anything is. Monthly ones on the month's first Saturday.

    None on a public holiday; lateness: what has not left by the end of that day's hours waits for the next letter.
    """
    rhythm, today = watch.rhythm, watch.now.date()
    if today.weekday() != LETTER_WEEKDAY or is_holiday(today):
        return
    ends = datetime.combine(today, rhythm.share_until, watch.now.tzinfo)
    if watch.now >= ends or watch.now.time() < rhythm.share_from:
        return
    for wish in _readers(watch):
        hour = time.fromisoformat(wish.hour) if wish.hour else rhythm.share_at
        due = datetime.combine(today, hour, watch.now.tzinfo)
        if due <= watch.now and _may_have(wish, today, due):
            _write(watch, wish, today, ends)


def _write(watch: Watch, wish: SharingWish, today: date, ends: datetime) -> None:
    since = wish.read_until or watch.now - LOOKS_BACK
    items = interesting(watch.session, watch.network.id, wish, since)
    wish.read_until = watch.now
    member = watch.session.get(Member, wish.member_id)
    if not items or member is None:
        return
    letter = Letter(
        f"{KIND}:{wish.member_id}:{watch.network.id}:{today}",
        lambda voice: [_letter(voice, items)],
        Window(watch.now, watch.now, ends),
        Urgency.ORDINARY,
        network=watch.network,
    )
    watch.notify(letter, members=[member])


def interests_line(turn: Turn, member_id: int) -> str:
    """The topics that a member chose, in all networks."""
    wishes = turn.session.scalars(select(SharingWish).where(SharingWish.member_id == member_id))
    return ", ".join(dict.fromkeys(topic for wish in wishes for topic in wish.interests))


def interesting(session: Session, network_id: int, wish: SharingWish, since: datetime) -> list[KnowledgeItem]:
    """What others told since then that touches one of their interests and that they may read, the newest first."""
    wanted = {piece for topic in wish.interests for piece in pieces(topic)}
    query = select(KnowledgeItem).where(
        KnowledgeItem.network_id == network_id,
        KnowledgeItem.withdrawn_at.is_(None),
        KnowledgeItem.told_at > since,
        (KnowledgeItem.author_id != wish.member_id) | KnowledgeItem.author_id.is_(None),
    )
    own = select(Membership.enterprise_id).where(
        Membership.member_id == wish.member_id, Membership.network_id == network_id
    )
    query = query.where(KnowledgeItem.own_group.is_(False) | KnowledgeItem.enterprise_id.in_(own))
    found = session.scalars(query.order_by(KnowledgeItem.told_at.desc(), KnowledgeItem.id.desc()))
    return [one for one in found if wanted.intersection(pieces(_text(one)))][:MOST_ITEMS]


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """What they wished goes with them."""
    turn.session.execute(delete(SharingWish).where(SharingWish.member_id == member.id))


def _readers(watch: Watch) -> Sequence[SharingWish]:
    """Those of the network who have named interests and want letters."""
    query = (
        select(SharingWish)
        .join(Membership, Membership.member_id == SharingWish.member_id)
        .where(
            SharingWish.network_id == watch.network.id,
            Membership.network_id == watch.network.id,
            Membership.state == "active",
            SharingWish.how_often != HowOften.NEVER,
        )
    )
    return [wish for wish in watch.session.scalars(query.order_by(SharingWish.member_id)) if wish.interests]


def _may_have(wish: SharingWish, today: date, due: datetime) -> bool:
    """Whether this day's letter is not written yet and their rhythm allows one."""
    if wish.read_until is not None and wish.read_until >= due:
        return False
    return wish.how_often != HowOften.MONTHLY or today.day <= 7


def _letter(voice: Voice, items: Sequence[KnowledgeItem]) -> Message:
    return carousel(voice.say("interests.letter"), [_bubble(voice, item) for item in items])


def _bubble(voice: Voice, item: KnowledgeItem) -> dict[str, Any]:
    teller = item.source or (item.enterprise.short_name if item.enterprise else voice.say("advice.a_member"))
    note = voice.say("interests.letter.who", who=teller)
    short = shortened(item.words, SHORT, LINES)
    buttons = [
        *listen(voice, item),
        voice.button("advice.read", "advice.read", item.id),
        voice.button("interests.show", "interests.show"),
    ]
    return bubble(item.title, words=short, rows=sound_rows(voice, item.sound), note=note, buttons=buttons)


def _text(item: KnowledgeItem) -> str:
    group = item.enterprise.product_group if item.enterprise else ""
    return "\n".join([item.title, item.topic, item.words, group, *item.tags])


def _wish(turn: Turn) -> SharingWish:
    assert turn.member is not None and turn.network is not None  # noqa: PT018, S101 - who belongs
    return wish_of(turn.session, turn.member.id, turn.network.id)


def _own(turn: Turn) -> SharingWish:
    """The speaker's wishes, kept from now on."""
    wish = _wish(turn)
    turn.session.add(wish)
    turn.session.flush()
    return wish


def _toggle(wish: SharingWish, topic: str) -> None:
    if topic in wish.interests:
        wish.interests = [one for one in wish.interests if one != topic]
    elif len(wish.interests) < MOST_CHOSEN:
        wish.interests = [*wish.interests, topic]


def _offered(turn: Turn, wish: SharingWish) -> list[str]:
    """Topics that the network has: what was chosen, then what most of its knowledge, groups and plan are about."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    seen: Counter[str] = Counter()
    ours = KnowledgeItem.network_id == turn.network.id, KnowledgeItem.withdrawn_at.is_(None)
    for item in turn.session.scalars(select(KnowledgeItem).where(*ours, KnowledgeItem.own_group.is_(False))):
        seen.update({item.topic, *item.tags})
    seen.update(
        turn.session.scalars(select(Enterprise.product_group).where(Enterprise.network_id == turn.network.id))
    )
    seen.update(topic.product_group for topic in topics(turn.session, turn.network.id))
    common = [topic for topic, _ in seen.most_common() if topic and len(topic) <= LABEL_LIMIT - 2]
    return list(dict.fromkeys([*wish.interests, *common]))[:MOST_TOPICS]


def _chip(turn: Turn, topic: str, *, chosen: bool) -> Action:
    shown = turn.say("interests.chip.on" if chosen else "interests.chip.off", topic=topic)
    return {
        **turn.button("interests.topics", "interests.topics", topic.replace("/", SLASH)),
        "label": cut(shown, LABEL_LIMIT),
        "displayText": shown,
    }


def _to_private(turn: Turn) -> Sequence[Message]:
    return [
        card(
            turn.say("interests.in_private"),
            buttons=[turn.private_button("mutes.go_private", "interests.word")],
        )
    ]
