"""Who was erased after a backup was taken is erased again in what is restored from it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.backups.ledger import Ledger, Line
from bot.held import UNSENT
from bot.incoming import Incoming
from bot.language import language
from bot.router import Router
from bot.tools import Tools
from bot.turn import Turn
from bot.zones import zone_of
from models.base import Base
from models.chats import Chat, Form
from models.identity import SHORTEST_NAME, erase
from models.ledger import Erasure, entry_mark, line_mark, row_mark
from models.membership import remember_refusal
from models.network import Network
from models.people import AuditEntry, Member, Membership
from models.permissions import Standing
from models.post import Delivery, Event, Notice, stands

NAMES_ERASED = "it names somebody who has been erased since the backup"
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Eraser:
    """Erases in a restored database. `router` knows what each capability keeps of somebody."""

    session: Session
    tools: Tools
    router: Router

    def erase(self, lines: Sequence[Line], now: datetime) -> int:
        """Erase whom these lines name and the backup does not know as erased; gives how many members' rows.

        `now` is the wall's. May be repeated.
        """
        known = set(self.session.scalars(select(Erasure.id)))
        lacking = [line for line in lines if line.id not in known]
        found = _found(self.session, self.tools.ledger, lacking)
        words: set[str] = set()
        for member_id, line in found.items():
            words |= self._erase(self.session.get_one(Member, member_id), line, now)
        _blank(self.session, words, now)
        for line in lacking:
            self.session.add(Erasure(id=line.id, erased_at=line.at, subjects=sorted(line.subjects)))
        self.session.flush()
        return len(found)

    def _erase(self, member: Member, line: Line, now: datetime) -> set[str]:
        """Erase one; gives the words by which they are known elsewhere."""
        address = member.line_user_id
        names = {name for name in (member.full_name, member.call_as) if len(name) >= SHORTEST_NAME}
        turn = self._turn(member, line, now)
        network_id = turn.network.id if turn.network else None
        self.router.erase(turn, member)
        erase(self.session, member, line.at)
        self.session.add(
            AuditEntry(at=line.at, network_id=network_id, action="member.erased", object_kind="member")
        )
        if address is None:
            return names
        remember_refusal(self.session, self.tools.hashed("refusal", address), line.at)
        _forget_address(self.session, address, f"erased-{member.id}", now)
        return names | {address}

    def _turn(self, member: Member, line: Line, now: datetime) -> Turn:
        """The capabilities erase in a turn; nobody speaks in this one, and nothing is answered."""
        address = member.line_user_id or ""
        membership = next((one for one in member.memberships if one.state == "active"), None)
        network = membership.network if membership else None
        chat = self.session.scalar(select(Chat).where(Chat.line_id == address))
        return Turn(
            incoming=Incoming(
                event_id=line.id,
                kind="erased",
                at=line.at,
                mode="active",
                chat_kind="user",
                chat_id=address,
                user_id=member.line_user_id,
                reply_token=None,
            ),
            session=self.session,
            tools=self.tools,
            now=now.astimezone(zone_of(network)),
            chat=chat or Chat(kind="user", line_id=address),
            member=member,
            membership=membership,
            network=network,
            room=None,
            roles=frozenset(),
            standing=Standing.STRANGER,
            language=language(member.language),
            router=self.router,
        )


def _found(session: Session, ledger: Ledger, lines: Iterable[Line]) -> dict[int, Line]:
    """Whom of this database the lines name, by their LINE id, their row, or their entry in a network's file."""
    by_subject = {subject: line for line in lines for subject in line.subjects}
    if not by_subject:
        return {}
    hashed = ((member_id, ledger.hashed(mark)) for member_id, mark in _marked(session))
    return {member_id: by_subject[subject] for member_id, subject in hashed if subject in by_subject}


def _marked(session: Session) -> Iterator[tuple[int, str]]:
    """Every member's marks."""
    people = select(Member.id, Member.line_user_id, Member.created_at).execution_options(
        yield_per=ROWS_AT_ONCE
    )
    for member_id, address, created_at in session.execute(people):
        yield member_id, row_mark(member_id, created_at)
        if address is not None:
            yield member_id, line_mark(address)
    entries = select(Membership.member_id, Network.code, Membership.code).join(Network)
    entries = entries.where(Membership.code.is_not(None)).execution_options(yield_per=ROWS_AT_ONCE)
    for member_id, network, code in session.execute(entries):
        yield member_id, entry_mark(network, str(code))


def _forget_address(session: Session, address: str, instead: str, now: datetime) -> None:
    """Nothing leaves for this LINE id, and it stands nowhere: the chat with its person is a row without an address."""
    theirs = (Delivery.lane == address) & stands().in_(UNSENT)
    ended = update(Delivery).where(theirs).values(state="dropped", finished_at=now, problem=NAMES_ERASED)
    session.execute(ended)
    session.execute(update(Delivery).where(Delivery.lane == address).values(body=None))
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String):
                holding = update(table).where(column.contains(address, autoescape=True))
                session.execute(holding.values({column.name: func.replace(column, address, instead)}))
    session.expire_all()


def _blank(session: Session, words: set[str], now: datetime) -> None:
    """Contents of the post and open dialogues of others that hold one of these words go."""
    if not words:
        return
    wanted = re.compile("|".join(re.escape(word) for word in sorted(words)).encode())
    contents: Any = ((Event, Event.payload), (Delivery, Delivery.body), (Notice, Notice.body))
    for model, content in contents:
        query = (
            select(model.id, content).where(content.is_not(None)).execution_options(yield_per=ROWS_AT_ONCE)
        )
        holding = [{"ident": ident} for ident, body in session.execute(query) if wanted.search(body)]
        emptying = update(model).where(model.id == bindparam("ident")).values({content.key: None})
        if holding:
            session.connection().execute(emptying, holding)
    emptied = (Delivery.body.is_(None) & Delivery.notice_id.is_(None)) | Delivery.notice_id.in_(
        select(Notice.id).where(Notice.body.is_(None))
    )
    ended = update(Delivery).where(stands().in_(UNSENT), emptied)
    session.execute(ended.values(state="dropped", finished_at=now, problem=NAMES_ERASED))
    for form in session.scalars(select(Form).where(Form.state == "open")):
        if wanted.search(f"{form.data} {form.waiting_text}".encode()):
            form.state, form.data, form.waiting_text = "expired", {}, None
    session.expire_all()
