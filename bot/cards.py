"""Building blocks of messages, checked against LINE's limits where they are made.

Limits: https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

Message = dict[str, Any]
Action = dict[str, Any]

TEXT_LIMIT = 5000  # UTF-16 units
ALT_TEXT_LIMIT = 1500
LABEL_LIMIT = 20
FLEX_LABEL_LIMIT = 40
DATA_LIMIT = 300
QUICK_REPLIES = 13
BUBBLE_BYTES = 30_000
MESSAGES_A_REPLY = 5
BUBBLES_A_CAROUSEL = 12
URI_LIMIT = 1000
PLACE_LIMIT = 100

_CLINGING = re.compile(r" (?=ๆ|น\.)")

GREEN = "#0B6B3A"
GREY = "#5B6570"
FRAME = "#C9D3CD"
PALE = "#E7F2EB"


class TooLong(ValueError):
    """A message does not fit LINE's limits."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card: a label and its value. With an action all of it is a button, its label standing out."""

    label: str
    value: str
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """What the lines below it have in common."""

    words: str


def text(words: str, quick: Sequence[Action] = ()) -> Message:
    """A plain text message, with quick replies under it."""
    _fits(words, TEXT_LIMIT, "text")
    return with_quick({"type": "text", "text": together(words)}, quick)


def with_quick(message: Message, quick: Sequence[Action]) -> Message:
    """The message with quick replies; LINE shows them only under the last message of an answer."""
    if not quick:
        return message
    if len(quick) > QUICK_REPLIES:
        raise TooLong(f"{len(quick)} quick replies; LINE shows {QUICK_REPLIES}")
    for action in quick:
        _fits(action["label"], LABEL_LIMIT, "quick reply label")
    return {**message, "quickReply": {"items": [{"type": "action", "action": action} for action in quick]}}


def button(label: str, data: str, said: str | None = None) -> Action:
    """A postback button; `said` (default: the label) stands in the chat as the person's words."""
    _fits(label, FLEX_LABEL_LIMIT, "label")
    _fits(data, DATA_LIMIT, "postback data")
    return {"type": "postback", "label": label, "data": data, "displayText": said or label}


def silent(action: Action) -> Action:
    """The same button, but nothing shows in the chat when it is tapped."""
    return {name: value for name, value in action.items() if name != "displayText"}


def typed(label: str, words: str) -> Action:
    """A button that sends these words as the person's own message."""
    _fits(label, FLEX_LABEL_LIMIT, "label")
    _fits(words, DATA_LIMIT, "message action")
    return {"type": "message", "label": label, "text": words}


def opens(label: str, uri: str) -> Action:
    """A button that opens an address."""
    _fits(label, FLEX_LABEL_LIMIT, "label")
    _fits(uri, URI_LIMIT, "uri")
    return {"type": "uri", "label": label, "uri": uri}


def opens_chat(label: str, basic_id: str, words: str) -> Action:
    """A button that opens the bot's one-to-one chat with words typed in, ready to send.

    https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/
    """
    return opens(label, f"https://line.me/R/oaMessage/{quote(basic_id)}/?{quote(words)}")


def date_button(label: str, data: str, *, initial: str, most: str | None = None) -> Action:
    """A button that opens LINE's date picker; `initial` and `most` are YYYY-MM-DD."""
    _fits(data, DATA_LIMIT, "postback data")
    picker: Action = {
        "type": "datetimepicker",
        "label": label,
        "data": data,
        "mode": "date",
        "initial": initial,
    }
    return {**picker, "max": most} if most else picker


def place_button(label: str) -> Action:
    """A button that opens LINE's map, to send a place of it; LINE takes it as a quick reply only."""
    _fits(label, LABEL_LIMIT, "quick reply label")
    return {"type": "location", "label": label}


def card(
    title: str,
    *,
    words: str = "",
    big: Sequence[str] = (),
    rows: Iterable[Row | Heading] = (),
    links: Sequence[Action] = (),
    note: str = "",
    buttons: Sequence[Action] = (),
    picture: str | None = None,
) -> Message:
    """A card: its title, a text, big numbers, labelled lines, links between them, a small note, and buttons one below
    the other."""
    made = bubble(
        title, words=words, big=big, rows=rows, links=links, note=note, buttons=buttons, picture=picture
    )
    return _flex([title, *([words] if words else []), *big], made)


def carousel(alt: str, bubbles: Sequence[dict[str, Any]]) -> Message:
    """Several cards side by side."""
    if not 1 <= len(bubbles) <= BUBBLES_A_CAROUSEL:
        raise TooLong(f"{len(bubbles)} cards side by side; LINE shows 1 to {BUBBLES_A_CAROUSEL}")
    return {
        "type": "flex",
        "altText": cut(alt, ALT_TEXT_LIMIT),
        "contents": {"type": "carousel", "contents": list(bubbles)},
    }


def framed(alt: str, inner: dict[str, Any], outer: dict[str, Any]) -> Message:
    """One bubble shown in a frame on top of another's body, picture and buttons included: both are seen at a glance."""
    parts = [inner[name] for name in ("hero", "body", "footer") if name in inner]
    frame = _box(
        parts, spacing="md", borderWidth="2px", borderColor=FRAME, cornerRadius="8px", paddingAll="10px"
    )
    body = {**outer["body"], "contents": [frame, *outer["body"]["contents"]]}
    return _flex([alt], _measured({**outer, "body": body}))


def bubble(
    title: str,
    *,
    words: str = "",
    big: Sequence[str] = (),
    rows: Iterable[Row | Heading] = (),
    links: Sequence[Action] = (),
    note: str = "",
    buttons: Sequence[Action] = (),
    picture: str | None = None,
) -> dict[str, Any]:
    """The bubble of a card, as it stands alone or in a carousel."""
    contents: list[dict[str, Any]] = [_words(title, size="lg", weight="bold", color=GREEN)]
    contents += [_words(words, size="md")] if words else []
    contents += [_words(number, size="xxl", weight="bold") for number in big]
    contents += [_row(row) for row in rows]
    contents += [_link(action) for action in links]
    if note:
        contents.append(_words(note, size="sm", color=GREY, margin="md"))
    made: dict[str, Any] = {"type": "bubble", "body": _box(contents, spacing="sm")}
    if picture:
        made["hero"] = {
            "type": "image",
            "url": picture,
            "size": "full",
            "aspectRatio": "20:13",
            "aspectMode": "cover",
        }
    if buttons:
        made["footer"] = _box(
            [_button(action, first=index == 0) for index, action in enumerate(buttons)], spacing="sm"
        )
    return _measured(made)


def location(title: str, address: str, latitude: float, longitude: float) -> Message:
    """A place on the map; LINE takes 100 characters of each text, and neither may be empty."""
    return {
        "type": "location",
        "title": cut(title, PLACE_LIMIT),
        "address": cut(address or title, PLACE_LIMIT),
        "latitude": latitude,
        "longitude": longitude,
    }


def image(url: str, preview: str) -> Message:
    """A picture by its https addresses."""
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": preview}


def together(words: str) -> str:
    """The words so that no line begins with what belongs to the word before it: ดี ๆ, 14:00 น."""
    return _CLINGING.sub("\N{NO-BREAK SPACE}", words)


def cut(words: str, limit: int) -> str:
    """The words within `limit` UTF-16 units, cut between grapheme clusters, with … where something is missing."""
    if utf16(words) <= limit:
        return words
    kept = words
    while utf16(kept) > limit - 1:
        kept = kept[:-1]
    while kept and _joins_before(words[len(kept)]):
        kept = kept[:-1]
    return kept + "…"


def utf16(words: str) -> int:
    """Length as LINE counts it: UTF-16 code units."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def without_quick(message: Message) -> Message:
    """The message without quick replies."""
    return {name: value for name, value in message.items() if name != "quickReply"}


def asks(message: Message) -> bool:
    """Whether a message waits for a tap: it has quick replies, or a button that answers the bot."""
    return "quickReply" in message or _has_action(message)


def _has_action(part: Any) -> bool:
    if isinstance(part, dict):
        if part.get("type") in ("postback", "message", "datetimepicker"):
            return True
        return any(_has_action(value) for value in part.values())
    return isinstance(part, list) and any(_has_action(value) for value in part)


def _measured(made: dict[str, Any]) -> dict[str, Any]:
    size = len(orjson.dumps(made))
    if size > BUBBLE_BYTES:
        raise TooLong(f"a card of {size} bytes; LINE takes {BUBBLE_BYTES}")
    return made


def _joins_before(character: str) -> bool:
    # Thai vowels above and below, tone marks, sara am and the like belong to the letter before them.
    return character in "ะัาำิีึืฺุู็่้๊๋์ํ๎" or character in "\u200d\ufe0f"


def _flex(said: Sequence[str], contents: dict[str, Any]) -> Message:
    return {"type": "flex", "altText": cut(" · ".join(said), ALT_TEXT_LIMIT), "contents": contents}


def _box(contents: Sequence[dict[str, Any]], layout: str = "vertical", **style: Any) -> dict[str, Any]:
    return {"type": "box", "layout": layout, "contents": list(contents), **style}


def _words(words: str, **style: Any) -> dict[str, Any]:
    return {"type": "text", "text": together(words), "wrap": True, **style}


def _row(row: Row | Heading) -> dict[str, Any]:
    if isinstance(row, Heading):
        return _words(row.words, size="sm", weight="bold", color=GREEN, margin="lg")
    if row.action is not None:
        return _tappable(row, row.action)
    label = _words(row.label, size="sm", color=GREY, flex=2)
    return _box([label, _words(row.value, size="md", flex=5)], layout="horizontal", spacing="sm")


def _tappable(row: Row, action: Action) -> dict[str, Any]:
    """A line as large as a thumb, with a sign that something is behind it."""
    said = [_words(row.label, size="md", weight="bold")]
    said += [_words(row.value, size="sm", color=GREY)] if row.value else []
    parts = [_box(said, flex=1), _words("›", size="xl", color=GREEN, flex=0)]
    style = {"backgroundColor": PALE, "cornerRadius": "8px", "paddingAll": "12px", "alignItems": "center"}
    return _box(parts, layout="horizontal", spacing="md", action=action, **style)


def _link(action: Action) -> dict[str, Any]:
    """A line to tap that is no button; the whole line takes the tap."""
    words = _words(action["label"], size="md", color=GREEN, decoration="underline")
    return _box([words], action=action, paddingTop="6px", paddingBottom="6px")


def _button(action: Action, *, first: bool) -> dict[str, Any]:
    style = {"style": "primary", "color": GREEN} if first else {"style": "secondary"}
    return {"type": "button", "height": "sm", "action": action, **style}


def _fits(words: str, limit: int, what: str) -> None:
    if not words:
        raise TooLong(f"an empty {what}; LINE refuses it")
    if utf16(words) > limit:
        raise TooLong(f"a {what} of {utf16(words)}; LINE takes {limit}")
