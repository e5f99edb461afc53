"""First words: what the bot is, and what somebody agrees to before anything of theirs is kept (PDPA s.19 and s.23)."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.capability import Capability
from bot.cards import Message, Row, card, text
from bot.turn import Turn
from models.membership import BASIC, forget_refusal, give_consent, has_refused, remember_refusal
from models.people import Member
from models.permissions import ANYONE, Standing

capability = Capability("consent")

VERSION = "1.1"  # of the wording in consent.card: who changes what it says gives it a new one
ASKED_FOR = ("kept", "why", "seen", "abroad", "end")
NO_INVITE = 0


@capability.on_event("follow")
def followed(turn: Turn) -> Sequence[Message]:
    """Somebody added the bot, or unblocked it: who consented before is not asked again."""
    turn.chat.state = "active"
    if turn.member is None:
        return ask(turn)
    words = turn.say("consent.welcome_back", name=turn.member.call_as)
    return [text(words.strip(), [turn.button("help.menu", "help.menu")])]


@capability.on_event("unfollow")
def unfollowed(turn: Turn) -> Sequence[Message]:
    """Somebody blocked the bot: nothing is pushed there any more."""
    turn.chat.state = "blocked"
    return []


@capability.door(Standing.CONSENTED)
def door(turn: Turn) -> Sequence[Message]:
    """What a stranger is told: in a group one line and the way to one-to-one; there the consent card."""
    if turn.in_group:
        private = turn.private_button("consent.go_private", "consent.private_word")
        return [card(turn.say("consent.in_group"), buttons=[private])]
    if has_refused(turn.session, _subject(turn), turn.now):
        return [
            turn.text_message("consent.refused_before", quick=[turn.button("consent.again", "consent.again")])
        ]
    introduced = turn.sure and turn.reading is not None and turn.reading.intent == "help"
    return ask(turn)[1:] if introduced else ask(turn)


def ask(turn: Turn, invite_id: int = NO_INVITE) -> list[Message]:
    """Who the bot is, and the card; its button remembers the code and the language that somebody came with."""
    arguments = (VERSION, invite_id, turn.language.code)
    asking = card(
        turn.say("consent.card"),
        rows=[Row(turn.say(f"consent.{what}.label"), turn.say(f"consent.{what}")) for what in ASKED_FOR],
        note=turn.say("consent.version", version=VERSION),
        buttons=[
            turn.button("consent.agree", "membership.agree", *arguments),
            turn.button("consent.refuse", "consent.refuse"),
        ],
    )
    return [turn.text_message("consent.who_i_am"), asking]


@capability.on_button("refuse", who=ANYONE)
def refuse(turn: Turn) -> Sequence[Message]:
    """ไม่ยินยอม: only a keyed hash stays, so as not to ask again for thirty days."""
    if turn.in_group:
        return door(turn)
    if turn.member is not None:
        return [
            turn.text_message("consent.already_in", quick=[turn.button("privacy.begin", "privacy.begin")])
        ]
    turn.secret = True
    remember_refusal(turn.session, _subject(turn), turn.now)
    return [turn.text_message("consent.refused", quick=[turn.button("consent.again", "consent.again")])]


@capability.on_button("again", who=ANYONE)
def again(turn: Turn) -> Sequence[Message]:
    """เปลี่ยนใจ: the card once more."""
    if turn.in_group:
        return door(turn)
    return [turn.text_message("consent.already")] if turn.member else ask(turn)


def keep_consent(turn: Turn) -> None:
    """From here on there is somebody to remember."""
    line_user_id = turn.incoming.user_id
    member = turn.session.scalar(select(Member).where(Member.line_user_id == line_user_id))
    if member is None:
        member = Member(line_user_id=line_user_id, created_at=turn.now, language=turn.language.code)
        turn.session.add(member)
        turn.session.flush()
    member.left_at = None
    give_consent(turn.session, member, BASIC, VERSION, turn.now)
    forget_refusal(turn.session, _subject(turn))
    turn.member, turn.standing = member, Standing.CONSENTED
    turn.note("consent.given", "member", member.id)


def _subject(turn: Turn) -> str:
    return turn.tools.hashed("refusal", turn.incoming.user_id or "")
