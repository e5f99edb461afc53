"""What one handler file adds to the bot: it declares what it answers and who may call that; where nobody is declared,
nobody may.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.calendars import EntryHandler, FeedHandler
from bot.cards import Message
from bot.dialogue import FormKind
from bot.merging import keeping
from bot.overview import Look, OverviewLine, Part
from bot.turn import Turn
from bot.visit import PageHandler, PageRoute
from bot.watch import TimedWork, Watch
from models.people import Member
from models.permissions import Standing, Who

Handler = Callable[..., Sequence[Message]]
Door = Callable[[Turn], Sequence[Message]]


@dataclass(frozen=True)
class Route:
    """A handler and who may call it."""

    handler: Handler
    who: Who | None
    when: Callable[[Turn], bool] = lambda turn: True  # of words: whether they mean this here and now

    def open_to(self, turn: Turn) -> bool:
        """Whether the speaker may."""
        return self.who is not None and self.who.allows(turn.standing, turn.roles)


@dataclass(frozen=True)
class MenuEntry:
    """A button of the menu: what it is called, and the button handler it calls. A lower place stands first."""

    place: int
    label: str  # a msgid
    button: str
    route: Route


@dataclass
class Capability:
    """What one handler file adds: intents it answers, buttons, events, forms."""

    name: str
    intents: dict[str, Route] = field(default_factory=dict)
    buttons: dict[str, Route] = field(default_factory=dict)
    declining: set[str] = field(default_factory=set)
    events: dict[str, Handler] = field(default_factory=dict)
    forms: dict[str, FormKind] = field(default_factory=dict)
    doors: dict[Standing, Door] = field(default_factory=dict)
    quotes: dict[str, Route] = field(default_factory=dict)
    hearers: list[Callable[[Turn], bool]] = field(default_factory=list)
    forgetters: list[Callable[[Turn, str], None]] = field(default_factory=list)
    words: dict[str, Route] = field(default_factory=dict)
    loads: list[Callable[[], object]] = field(default_factory=list)
    watchers: list[Callable[[Turn], None]] = field(default_factory=list)
    erasers: list[Callable[[Turn, Member], None]] = field(default_factory=list)
    menu: list[MenuEntry] = field(default_factory=list)
    timed: list[TimedWork] = field(default_factory=list)
    pages: dict[str, PageRoute] = field(default_factory=dict)
    overview: list[OverviewLine] = field(default_factory=list)
    feeds: dict[str, FeedHandler] = field(default_factory=dict)
    entries: dict[str, EntryHandler] = field(default_factory=dict)

    def on(self, intent: str, *, who: Who | None = None) -> Callable[[Handler], Handler]:
        """The handler of an intent: handler(turn)."""
        return self._adding(self.intents, intent, who)

    def on_button(
        self, name: str, *, who: Who | None = None, menu: int | None = None, declines: bool = False
    ) -> Callable[[Handler], Handler]:
        """The handler of a button `<capability>.<name>`: handler(turn, *arguments).

        With `menu` (its place) the button stands in the menu of those who may call it, under the words of the same
        msgid. One that `declines` is the no to a question that is no form: ยกเลิก and ไม่ mean it, too.
        """
        full = f"{self.name}.{name}"

        def add(handler: Handler) -> Handler:
            self.buttons[full] = Route(handler, who)
            if declines:
                self.declining.add(full)
            if menu is not None:
                self.menu.append(MenuEntry(menu, full, full, self.buttons[full]))
            return handler

        return add

    def on_words(
        self, msgid: str, *, who: Who | None = None, when: Callable[[Turn], bool] = Route.when
    ) -> Callable[[Handler], Handler]:
        """The handler of words that need no understanding, such as a code: handler(turn, *groups).

        The msgid's words are a regular expression that the whole message must match; it is tried before the reading.
        Words that mean this only after something else was said are taken only `when` that is so.
        """

        def add(handler: Handler) -> Handler:
            self.words[msgid] = Route(handler, who, when)
            return handler

        return add

    def on_quote(self, kind: str, *, who: Who | None = None) -> Callable[[Handler], Handler]:
        """The handler of words that quote a notice of this kind: handler(turn, its object's id)."""
        return self._adding(self.quotes, kind, who)

    def on_event(self, kind: str) -> Callable[[Handler], Handler]:
        """The handler of what happens in a chat: follow, join, picture, voice …: handler(turn)."""
        return keeping(self.events, kind)

    def door(self, standing: Standing) -> Callable[[Door], Door]:
        """What is said to somebody who lacks this standing (or, for BELONGS, the role) that a handler asks for."""
        return keeping(self.doors, standing)

    def hears(self, hearer: Callable[[Turn], bool]) -> Callable[[Turn], bool]:
        """Called before a turn whose message is a voice message: whether it is wanted, and so fetched from LINE."""
        self.hearers.append(hearer)
        return hearer

    def forgets(self, forgetter: Callable[[Turn, str], None]) -> Callable[[Turn, str], None]:
        """Called with the id of a message that was unsent, to drop what was quoted from it."""
        self.forgetters.append(forgetter)
        return forgetter

    def watches(self, watcher: Callable[[Turn], None]) -> Callable[[Turn], None]:
        """Called at the beginning of every turn, to note who is where."""
        self.watchers.append(watcher)
        return watcher

    def erases(self, eraser: Callable[[Turn, Member], None]) -> Callable[[Turn, Member], None]:
        """Called with a member who wants all of theirs deleted, to delete it or to free it of their name."""
        self.erasers.append(eraser)
        return eraser

    def on_clock(self, work: Callable[[Watch], None]) -> Callable[[Watch], None]:
        """Called by the clock again and again for each network, to write what is due; may be repeated."""
        self.timed.append(TimedWork(f"{self.name}.{work.__name__}", work))
        return work

    def page(self, name: str, *, who: Who | None = None) -> Callable[[PageHandler], PageHandler]:
        """The page `<capability>.<name>` behind `Tools.page_url` links: handler(visit, *arguments) gives its data, or
        None for who may not see it."""

        def add(handler: PageHandler) -> PageHandler:
            self.pages[f"{self.name}.{name}"] = PageRoute(handler, who)
            return handler

        return add

    def load_early(self, load: Callable[[], object]) -> None:
        """Have something that is slow to load loaded before the first message comes."""
        self.loads.append(load)

    def on_overview(self, part: Part, *, who: Who | None = None) -> Callable[[Look], Look]:
        """A line of the overview of those who may: look(turn) gives it, or None where there is nothing to say."""

        def add(look: Look) -> Look:
            self.overview.append(OverviewLine(part, look, who))
            return look

        return add

    def feed(self, kind: str) -> Callable[[FeedHandler], FeedHandler]:
        """What a calendar of this kind (models.feeds.FeedKind) holds: handler(glance, feed)."""
        return keeping(self.feeds, kind)

    def entry(self, name: str) -> Callable[[EntryHandler], EntryHandler]:
        """The one entry `<capability>.<name>` behind `Tools.entry_url` links: handler(glance, *arguments) gives a
        calendar that holds it alone, or None where it is no more."""
        return keeping(self.entries, f"{self.name}.{name}")

    def add_form(self, kind: FormKind) -> FormKind:
        """Register a kind of form."""
        self.forms[kind.name] = kind
        return kind

    def _adding(self, routes: dict[str, Route], name: str, who: Who | None) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            routes[name] = Route(handler, who)
            return handler

        return add
