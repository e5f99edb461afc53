"""An invitation to tell something: written by the clock, in turn and by name; told, skipped or stopped by a tap."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, card, silent
from bot.notices import Letter, Urgency, Window, withdraw_notices
from bot.turn import Turn
from bot.voice import Speaks, Voice
from bot.watch import Watch
from handlers.knowledge import tell
from handlers.sharing_choice import Topic, choose_hour, choose_topic
from handlers.telling import tells
from models.holidays import is_holiday
from models.noticed import NEVER_LEFT
from models.people import Membership
from models.permissions import BELONGS
from models.post import Delivery, Notice, stands
from models.sharing import SharingPrompt
from models.sharing_queries import settle, wish_of
from models.sharing_turns import Place, next_host, places
from models.store import take

capability = Capability("sharing_prompts")

KIND = "sharing"  # of the notices
OPEN_FOR = timedelta(days=7)
REST = timedelta(days=28)
LOOKS_BACK = timedelta(days=7)


@capability.on_clock
def invite(watch: Watch) -> None:
    """Write the day's invitations: in each room whose rhythm has come round, and to one of those in no such room.

    The day is the network's (Wednesday where it set none); a public holiday is left out, and so is a week that an
    outage swallowed. An invitation may ride from the morning on and is pushed at its hour; lateness: what has not left
    by the end of that day's hours (`share_until`) does not leave any more, and does not count as asked.
    """
    rhythm, today = watch.rhythm, watch.now.date()
    _note_unsent(watch)
    if today.weekday() != rhythm.share_weekday or is_holiday(today):
        return
    ends = datetime.combine(today, rhythm.share_until, watch.now.tzinfo)
    if watch.now.time() < rhythm.share_from or watch.now >= ends or rhythm.is_quiet(watch.now):
        return
    for place in places(watch.session, watch.network, rhythm.share_weeks, today):
        host = next_host(watch.session, watch.network, place, rhythm.share_weeks, today)
        topic = _topic_for(watch, host)
        if host is not None and topic is not None:
            _invite(watch, place, host, topic, ends)


@capability.on_button("tell", who=BELONGS)
def tell_now(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เล่าเลย: whoever taps may tell; it goes on one-to-one where words are needed."""
    prompt = _of(turn, arguments)
    if prompt is None or turn.now >= prompt.open_until:
        return tell(turn)
    return tell(turn, prompt=prompt)


@capability.on_button("skip", who=BELONGS)
def skip(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ข้าม: no word of it in a room."""
    return _leave(turn, _of(turn, arguments), "sharing_prompts.skipped")


@capability.on_button("rest", who=BELONGS)
def rest(turn: Turn, *arguments: str) -> Sequence[Message]:
    """พักก่อน: four weeks of peace; said to them alone."""
    prompt = _of(turn, arguments)
    if prompt is None or turn.member is None or prompt.member_id != turn.member.id:
        return []
    wish = wish_of(turn.session, turn.member.id, prompt.network_id)
    wish.paused_until = turn.now.date() + REST
    turn.session.add(wish)
    return _leave(turn, prompt, "sharing_prompts.rests")


@capability.on_quote(KIND, who=BELONGS)
def quoted(turn: Turn, *arguments: str) -> Sequence[Message]:
    """Words that quote an invitation are its answer; a short word of courtesy in a room is not."""
    prompt = _of(turn, arguments)
    if turn.heard("sharing_prompts.skip_words") is not None:
        return skip(turn, *arguments)
    if turn.heard("sharing_prompts.rest_words") is not None:
        return rest(turn, *arguments)
    if turn.heard("sharing_rooms.stop_words") is not None:
        return turn.router.call(turn, turn.router.buttons["sharing_rooms.stop_here"])
    if turn.in_group and not tells(turn.words):
        return []
    return tell(turn, turn.words, prompt if prompt and turn.now < prompt.open_until else None)


def take_back(turn: Turn, prompt: SharingPrompt) -> None:
    """An invitation that has not left stays here."""
    if withdraw_notices(turn.session, KIND, prompt.id, turn.now):
        settle(prompt, "stopped", turn.now)


def _topic_for(watch: Watch, host: Membership | None) -> Topic | None:
    if host is None or host.enterprise is None:
        return None
    return choose_topic(watch.session, watch.network, host.enterprise, watch.now)


def _invite(watch: Watch, place: Place, host: Membership, topic: Topic, ends: datetime) -> None:
    """Write one, once for its place and day."""
    hour = _hour(watch, place, host)
    due = max(datetime.combine(watch.now.date(), hour, watch.now.tzinfo), watch.now)
    prompt = SharingPrompt(
        network_id=watch.network.id,
        place=place.name,
        room=place.room,
        enterprise=host.enterprise,
        member=host.member,
        topic=topic.words,
        source=topic.source,
        asked_on=watch.now.date(),
        hour=f"{hour:%H:%M}",
        open_until=due + OPEN_FOR,
        state="asked",
    )
    watch.session.add(prompt)
    watch.session.flush()
    letter = Letter(
        f"{KIND}:{prompt.id}:asked",
        lambda voice: [_prompt_card(voice, prompt)],
        Window(watch.now, due, ends),
        Urgency.ORDINARY,
        network=watch.network,
    )
    alone = [host.member] if place.room is None else []
    watch.notify(letter, members=alone, rooms=[place.room] if place.room else [])


def _hour(watch: Watch, place: Place, host: Membership) -> time:
    """The hour that the person picked, else what does best in this place."""
    own = wish_of(watch.session, host.member_id, watch.network.id).hour
    if own is not None:
        return time.fromisoformat(own)
    return choose_hour(watch.session, watch.network, place, watch.rhythm, watch.now)


def _prompt_card(voice: Voice, prompt: SharingPrompt) -> Message:
    name = prompt.member.call_as if prompt.member else ""
    title = "sharing_prompts.room" if prompt.room else "sharing_prompts.alone"
    return card(
        voice.say(title, group=prompt.enterprise.short_name, name=name),
        words=voice.say(f"sharing_prompts.{prompt.source}", name=name, topic=prompt.topic),
        note=voice.say("sharing_prompts.how_room" if prompt.room else "sharing_prompts.how_alone"),
        buttons=_buttons(voice, prompt),
    )


def _buttons(speaks: Speaks, prompt: SharingPrompt) -> list[Action]:
    """Only เล่าเลย shows in the chat what was tapped: nobody has to read that somebody skipped."""
    told = speaks.button("sharing_prompts.tell", "sharing_prompts.tell", prompt.id)
    others = [
        speaks.button(f"sharing_prompts.{what}", f"sharing_prompts.{what}", prompt.id)
        for what in ("skip", "rest")
    ]
    return [told, *(silent(one) if prompt.room else one for one in others)]


def _leave(turn: Turn, prompt: SharingPrompt | None, said: str) -> Sequence[Message]:
    """Only the one who was asked can leave it; in a room nothing is said."""
    if prompt is None or turn.member is None or prompt.member_id != turn.member.id:
        return []
    settle(prompt, "skipped", turn.now)
    if turn.in_group:
        return []
    return [turn.text_message(said, quick=[turn.button("interests.show", "interests.show")])]


def _of(turn: Turn, arguments: Sequence[str]) -> SharingPrompt | None:
    """The invitation that a button or a quote names, in the speaker's own network."""
    ident = number(arguments[0]) if arguments else None
    prompt = take(turn.session, SharingPrompt, ident) if ident is not None else None
    if prompt is None or turn.network is None or prompt.network_id != turn.network.id:
        return None
    return prompt


def _note_unsent(watch: Watch) -> None:
    """What never left was never asked."""
    query = (
        select(SharingPrompt, stands())
        .join(Notice, (Notice.kind == KIND) & (Notice.object_id == SharingPrompt.id))
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(
            SharingPrompt.network_id == watch.network.id,
            SharingPrompt.state == "asked",
            SharingPrompt.asked_on >= watch.now.date() - LOOKS_BACK,
        )
    )
    states: dict[SharingPrompt, set[str]] = {}
    for prompt, state in watch.session.execute(query):
        states.setdefault(prompt, set()).add(state)
    for prompt, found in states.items():
        if found <= NEVER_LEFT:
            settle(prompt, "unsent", watch.now)
