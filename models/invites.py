"""Codes to type to the bot; only their keyed hashes are kept."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.chats import Chat
from models.people import Invite
from models.store import take


class InviteKind(StrEnum):
    """What a code is for."""

    ENTERPRISE = "enterprise"  # join it
    CLAIM = "claim"  # an entry of the network's file is me
    ROLE = "role"  # the operator's grant
    PHONE = "phone"  # no code to type: somebody with a new LINE asks to be who they were


class InviteProblem(StrEnum):
    """Why a code does not open anything."""

    WRONG = "wrong"
    EXPIRED = "expired"
    USED_UP = "used_up"


DIGITS = {InviteKind.ENTERPRISE: 8, InviteKind.CLAIM: 8, InviteKind.ROLE: 10}
LIFE = {
    InviteKind.ENTERPRISE: timedelta(days=14),
    InviteKind.CLAIM: timedelta(days=7),
    InviteKind.ROLE: timedelta(days=7),
    InviteKind.PHONE: timedelta(days=7),
}
USES = {InviteKind.ENTERPRISE: 50}
MOST_WRONG = 5  # a chat and day


def new_code(kind: InviteKind) -> str:
    """Random digits; never a zero first, so that no phone number is taken for a code."""
    length = DIGITS[kind]
    return str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1))


def spaced(code: str) -> str:
    """The digits as they are shown and read out: 1234 5678."""
    middle = 4 if len(code) == 8 else 5
    return f"{code[:middle]} {code[middle:]}"


def add_invite(
    session: Session,
    kind: InviteKind,
    code_hash: str,
    now: datetime,
    *,
    network_id: int,
    enterprise_id: int | None = None,
    membership_id: int | None = None,
    role: str | None = None,
    created_by_id: int | None = None,
) -> Invite:
    """Keep a code's hash and what it opens."""
    invite = Invite(
        kind=kind.value,
        code_hash=code_hash,
        network_id=network_id,
        enterprise_id=enterprise_id,
        membership_id=membership_id,
        role=role,
        created_by_id=created_by_id,
        created_at=now,
        expires_at=now + LIFE[kind],
        uses_left=USES.get(kind, 1),
    )
    session.add(invite)
    session.flush()
    return invite


def find_invite(session: Session, code_hash: str, now: datetime) -> Invite | InviteProblem:
    """The code with this hash, if it still opens something."""
    invite = session.scalars(select(Invite).where(Invite.code_hash == code_hash)).first()
    return InviteProblem.WRONG if invite is None else still_good(invite, now)


def still_good(invite: Invite, now: datetime) -> Invite | InviteProblem:
    """The same of a code that is known."""
    if invite.expires_at <= now:
        return InviteProblem.EXPIRED
    return invite if invite.uses_left > 0 else InviteProblem.USED_UP


def spend(session: Session, invite_id: int, now: datetime) -> Invite | InviteProblem:
    """Use a code once; of two who use its last use at the same time only one succeeds."""
    invite = take(session, Invite, invite_id)
    if invite is None:
        return InviteProblem.WRONG
    good = still_good(invite, now)
    if isinstance(good, Invite):
        good.uses_left -= 1
    return good


def guesses_too_much(chat: Chat, now: datetime) -> bool:
    """Whether this chat typed too many wrong codes today (in `now`'s zone)."""
    return chat.wrong_codes >= MOST_WRONG and _same_day(chat.wrong_codes_at, now)


def count_wrong(chat: Chat, now: datetime) -> None:
    """One more wrong code in this chat today."""
    chat.wrong_codes = chat.wrong_codes + 1 if _same_day(chat.wrong_codes_at, now) else 1
    chat.wrong_codes_at = now


def _same_day(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment.astimezone(now.tzinfo).date() == now.date()
