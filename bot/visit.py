"""What a page is given: whose link it is, what they may see now, and how to speak to them. A page is to a link what a
handler is to a turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.language import Language
from bot.tools import Tools
from bot.voice import Speaks
from models.network import Network
from models.people import Member, Membership
from models.permissions import Role, Who


@dataclass(frozen=True)
class Visit(Speaks):
    """A member opens a page behind their own link. `now` is the wall's time in the network's zone; nothing is
    written."""

    session: Session
    tools: Tools
    network: Network
    member: Member
    membership: Membership
    roles: frozenset[Role]
    now: datetime
    language: Language


@dataclass(frozen=True, slots=True)
class Page:
    """Plain data for a template of bot/web/templates."""

    template: str
    title: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to take away, in place of a page."""

    name: str
    media_type: str
    content: bytes


PageHandler = Callable[..., Page | Download | None]


@dataclass(frozen=True)
class PageRoute:
    """A page's handler, and who may see it; that is looked at again at each visit."""

    handler: PageHandler
    who: Who | None
