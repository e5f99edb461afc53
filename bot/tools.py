"""What handlers may use beyond the database."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from models.attachments import Attachments

if TYPE_CHECKING:
    from bot.backups.ledger import Ledger
    from models.feeds import Feed

LINK_CHARACTERS = 32


@dataclass(frozen=True)
class Tools:
    """What handlers may use beyond the database."""

    attachments: Attachments
    key: bytes
    public_url: str
    bot_names: tuple[str, ...]
    basic_id: Callable[[], str]  # the bot's @id; empty while LINE has never told it
    wall: Callable[[], datetime]
    ledger: "Ledger"  # of who was erased

    def picture_url(self, name: str) -> str:
        """The signed https address of a kept picture or sound."""
        return f"{self.public_url}/media/{self.picture_mark(name)}/{name}"

    def picture_mark(self, name: str) -> str:
        """What a picture's or sound's address must bear to be answered."""
        return self.hashed("picture", name)[:LINK_CHARACTERS]

    def page_url(self, page: str, member: int, network: int, until: datetime, *arguments: object) -> str:
        """A signed link to a page, good until then, for one member (ids); their rights are looked at when it opens.

        Each argument must be usable as a part of a path.
        """
        ticket = f"{member}-{network}-{int(until.timestamp())}"
        path = "/".join([page, ticket, *map(str, arguments)])
        return f"{self.public_url}/pages/{self.page_mark(path)}/{path}"

    def page_mark(self, path: str) -> str:
        """What a page's address must bear to be answered."""
        return self.hashed("page", path)[:LINK_CHARACTERS]

    def feed_url(self, feed: "Feed") -> str:
        """The address of a calendar, for all who are given it; its page tells how a phone takes it."""
        return f"{self.public_url}/calendars/{feed.id}-{self.feed_mark(feed.id, feed.salt)}"

    def feed_mark(self, feed: int, salt: str) -> str:
        """The token in a calendar's address: nothing that the database holds gives it away."""
        return self.hashed("feed", f"{feed}:{salt}")[:LINK_CHARACTERS]

    def entry_url(self, entry: str, *arguments: object) -> str:
        """A signed link to one entry for a calendar, for all who are given it.

        Each argument must be usable as a part of a path.
        """
        path = "/".join([entry, *map(str, arguments)])
        return f"{self.public_url}/entries/{self.entry_mark(path)}/{path}"

    def entry_mark(self, path: str) -> str:
        """What an entry's address must bear to be answered."""
        return self.hashed("entry", path)[:LINK_CHARACTERS]

    def hashed(self, purpose: str, value: str) -> str:
        """A keyed hash: tells whether two values are the same without keeping either."""
        return hashed(self.key, purpose, value)


def hashed(key: bytes, purpose: str, value: str) -> str:
    """A keyed hash; the purpose keeps equal values of different meaning apart."""
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
