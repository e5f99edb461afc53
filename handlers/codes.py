"""Codes: leaders and coordinators give them out, with a link and a QR code to print; people type them one-to-one."""

import io
import re
import secrets
from collections.abc import Sequence
from urllib.parse import quote

import segno
from sqlalchemy import select

from bot.capability import Capability
from bot.cards import Message, Row, card, image, text
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from handlers.enterprise_names import enterprise_choices, find_enterprise
from models.approvals import leaders_confirm
from models.chats import Form
from models.invites import (
    InviteKind,
    InviteProblem,
    add_invite,
    count_wrong,
    find_invite,
    guesses_too_much,
    new_code,
    spaced,
)
from models.membership import holds, may_decide, members_like
from models.network import Enterprise
from models.people import Invite, Member, Membership
from models.permissions import Role, only

capability = Capability("codes")

GIVES_CODES = only(Role.LEADER, Role.COORDINATOR)
MOST_ENTRIES = 9
QR_SCALE = 12  # points a module: sharp on paper


@capability.on_words("codes.words.invite", who=GIVES_CODES)
def invite(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ขอรหัสเชิญ: a leader gets her own enterprise's code, a coordinator is asked whose."""
    if turn.in_group:
        return _in_private(turn, "codes.invite_word")
    own = turn.membership.enterprise if turn.membership else None
    if own is not None and not holds(turn.membership, Role.COORDINATOR):
        if turn.membership is not None and not leaders_confirm(turn.session, turn.membership):
            return [turn.text_message("codes.coordinators_invite")]
        return _enterprise_code(turn, own)
    return turn.forms.start(turn, "codes.invite", {"words": turn.plain})


@capability.on_button("begin", who=GIVES_CODES, menu=60)
def begin(turn: Turn) -> Sequence[Message]:
    """เชิญคนเข้ากลุ่ม from the menu."""
    return invite(turn)


@capability.on_words("codes.words.claim", who=GIVES_CODES)
def claim(turn: Turn, *groups: str) -> Sequence[Message]:
    """ขอรหัสให้ยายจันที: a code for somebody who stands in the network's list and has no LINE here yet."""
    if turn.in_group:
        return _in_private(turn, "codes.claim_word")
    named = _entries(turn, groups[0]) if groups and groups[0] else []
    data: Data = {"entry": str(named[0].id)} if len(named) == 1 else {}
    return turn.forms.start(turn, "codes.claim", data)


@capability.on_button("claim", who=GIVES_CODES)
def claim_button(turn: Turn) -> Sequence[Message]:
    """คนที่มีชื่อแล้ว under an invite."""
    return claim(turn)


def digits_in(turn: Turn, words: str) -> str | None:
    """The digits of a code that stands in these words; None where there is none."""
    found = re.search(turn.say("codes.code"), words)
    return re.sub(r"\D", "", found[0]) if found else None


def tried(turn: Turn, digits: str) -> Invite | str:
    """The code that was typed, or the msgid of why it opens nothing; wrong ones are counted, five a chat and day."""
    turn.secret = True
    if guesses_too_much(turn.chat, turn.now):
        return "codes.too_many"
    found = find_invite(turn.session, turn.tools.hashed("code", digits), turn.now)
    if isinstance(found, Invite):
        return found
    if found is InviteProblem.WRONG:
        count_wrong(turn.chat, turn.now)
    return "codes.too_many" if guesses_too_much(turn.chat, turn.now) else f"codes.{found}"


def _in_private(turn: Turn, words: str) -> list[Message]:
    return [card(turn.say("codes.private"), buttons=[turn.private_button("codes.go_private", words)])]


def _enterprise_code(turn: Turn, enterprise: Enterprise) -> list[Message]:
    """A new code of an enterprise: to read out, to send on, and to print."""
    code = new_code(InviteKind.ENTERPRISE)
    kept = _keep(turn, InviteKind.ENTERPRISE, code, enterprise.network_id, enterprise_id=enterprise.id)
    shown = card(
        turn.say("codes.enterprise", name=enterprise.short_name),
        big=[spaced(code)],
        rows=[Row(turn.say("codes.until"), turn.language.day(kept.expires_at.astimezone(turn.now.tzinfo)))],
        note=turn.say("codes.enterprise.how"),
        buttons=[turn.button("codes.claim", "codes.claim")],
    )
    return [shown, *_to_send_on(turn, kept, code, turn.say("codes.come", name=enterprise.short_name))]


def _to_send_on(turn: Turn, kept: Invite, code: str, words: str) -> list[Message]:
    """A text to forward, and a QR code of the link in it: it opens the bot's chat with the code typed in."""
    basic_id = turn.tools.basic_id()
    if not basic_id:
        return [text(f"{words} {spaced(code)}")]
    link = f"https://line.me/R/oaMessage/{quote(basic_id)}/?{quote(spaced(code))}"
    kept.picture = f"{secrets.token_hex(16)}.png"
    turn.tools.attachments.put(turn.session, kept.picture, _qr(link))
    url = turn.tools.picture_url(kept.picture)
    return [text(f"{words} {spaced(code)}\n{link}"), image(url, url)]


def _qr(link: str) -> bytes:
    made = io.BytesIO()
    segno.make(link, error="m").save(made, kind="png", scale=QR_SCALE, border=4)
    return made.getvalue()


def _keep(
    turn: Turn,
    kind: InviteKind,
    code: str,
    network_id: int,
    *,
    enterprise_id: int | None = None,
    membership_id: int | None = None,
) -> Invite:
    kept = add_invite(
        turn.session,
        kind,
        turn.tools.hashed("code", code),
        turn.now,
        network_id=network_id,
        enterprise_id=enterprise_id,
        membership_id=membership_id,
        created_by_id=turn.member.id if turn.member else None,
    )
    turn.note("invite.made", "invite", kept.id)
    return kept


def _invited(turn: Turn, form: Form) -> Sequence[Message]:
    enterprise = turn.session.get(Enterprise, int(form.data["enterprise"]))
    if enterprise is None or turn.network is None or enterprise.network_id != turn.network.id:
        return [turn.text_message("codes.no_such_enterprise")]
    return _enterprise_code(turn, enterprise)


def _claimed(turn: Turn, form: Form) -> Sequence[Message]:
    entry = turn.session.get(Membership, int(form.data["entry"])) if form.data["entry"].isdigit() else None
    if (
        entry is None
        or not may_decide(turn.session, turn.membership, entry)
        or entry.member.line_user_id is not None
    ):
        return [turn.text_message("codes.no_such_entry")]
    code = new_code(InviteKind.CLAIM)
    kept = _keep(turn, InviteKind.CLAIM, code, entry.network_id, membership_id=entry.id)
    shown = card(
        turn.say("codes.claim.made", name=entry.member.call_as),
        big=[spaced(code)],
        rows=[Row(turn.say("codes.until"), turn.language.day(kept.expires_at.astimezone(turn.now.tzinfo)))],
        note=turn.say("codes.claim.how"),
    )
    return [shown, *_to_send_on(turn, kept, code, turn.say("codes.claim.come", name=entry.member.call_as))]


def _entries(turn: Turn, words: str = "") -> list[Membership]:
    """Entries that nobody is behind yet, of the network or of the leader's enterprise; by name where one is given."""
    if turn.network is None or turn.membership is None:
        return []
    if words:
        listed: Sequence[Membership] = members_like(turn.session, turn.network.id, words, limit=MOST_ENTRIES)
    else:
        query = select(Membership).join(Member, Membership.member_id == Member.id)
        unclaimed = query.where(
            Membership.network_id == turn.network.id,
            Membership.state != "left",
            Member.line_user_id.is_(None),
            Member.left_at.is_(None),
        )
        listed = turn.session.scalars(unclaimed.order_by(Membership.id)).all()
    free = [one for one in listed if one.member.line_user_id is None]
    return [one for one in free if may_decide(turn.session, turn.membership, one)][:MOST_ENTRIES]


def _entry_choices(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(one.member.call_as or one.member.full_name, str(one.id)) for one in _entries(turn)]


def _find_entry(turn: Turn, words: str) -> str | None:
    found = _entries(turn, words)
    return str(found[0].id) if len(found) == 1 else None


capability.add_form(
    FormKind(
        name="codes.invite",
        questions=(
            Question(
                "enterprise", "choice", choices=enterprise_choices, resolve=find_enterprise, may_skip=False
            ),
        ),
        card=None,
        done=_invited,
    )
)

capability.add_form(
    FormKind(
        name="codes.claim",
        questions=(
            Question(
                "entry", "choice", choices=_entry_choices, resolve=_find_entry, may_skip=False, any_words=True
            ),
        ),
        card=None,
        done=_claimed,
    )
)
