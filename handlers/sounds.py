"""What is told aloud: a voice message kept beside what was told, and heard by those who may read that."""

import uuid

from bot.cards import Action, Row, opens
from bot.sounds import ENDS_IN, MEDIA_TYPE, Sound
from bot.turn import Turn
from bot.voice import Speaks
from models.activities import Photo
from models.chats import Form
from models.knowledge import KnowledgeItem


def keep_sound(turn: Turn, form: Form, sound: Sound) -> Photo:
    """Keep a voice message for the form that is being filled in. Raises Unwritable."""
    name = f"{uuid.uuid4().hex}{ENDS_IN}"
    turn.tools.attachments.put(turn.session, name, sound.content)
    kept = Photo(
        name=name,
        member_id=turn.member.id if turn.member else None,
        form_id=form.id,
        message_id=turn.incoming.message_id,
        media_type=MEDIA_TYPE,
        size=len(sound.content),
        width=0,
        height=0,
        duration=sound.duration,
        taken_in_at=turn.now,
    )
    turn.session.add(kept)
    turn.session.flush()
    return kept


def sound_rows(speaks: Speaks, sound: Photo | None) -> list[Row]:
    """The labelled line of what was told aloud: เสียงเล่า 0:34."""
    if sound is None:
        return []
    minutes, seconds = divmod(round((sound.duration or 0) / 1000), 60)
    length = f"{minutes}:{seconds:02}" if sound.duration else speaks.say("sounds.some")
    return [Row(speaks.say("sounds.label"), length)]


def listen(speaks: Speaks, item: KnowledgeItem) -> list[Action]:
    """ฟังเสียง: the button that plays what was told aloud, where there is any."""
    sound = item.sound
    return [opens(speaks.say("sounds.listen"), speaks.tools.picture_url(sound.name))] if sound else []
