"""Reads a message as a person does: its words and what can be tapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
WORD_KEYS = ("title", "address", "text")


def words(content: Json) -> list[str]:
    """The texts shown by one message, in reading order; a space is a space, whether a line may break there or not. A
    picture or sticker has none."""
    return [shown.replace("\N{NO-BREAK SPACE}", " ") for shown in _shown(content)]


def _shown(content: Json) -> list[str]:
    match content.get("type"):
        case "textV2":
            return [_substituted(content)]
        case "flex":
            return list(_texts(content["contents"]))
        case "template":
            return list(_texts(content["template"]))
        case _:
            return [content[key] for key in WORD_KEYS if content.get(key)]


def _substituted(content: Json) -> str:
    text = str(content["text"])
    for name, value in content.get("substitution", {}).items():
        target = value.get("mentionee", {})
        text = text.replace("{" + name + "}", "@All" if target.get("type") == "all" else f"@{name}")
    return text


def _texts(node: Any) -> Iterator[str]:
    """Texts of a Flex container or template, button labels included, in document order."""
    if isinstance(node, list):
        for child in node:
            yield from _texts(child)
        return
    if not isinstance(node, dict):
        return
    if node.get("type") == "text" and node.get("contents"):
        yield "".join(span.get("text", "") for span in node["contents"])
        return
    if node.get("type") == "button":
        yield node["action"].get("label", "")
        return
    yield from (node[key] for key in ("title", "text") if node.get(key))
    for key in ("header", "hero", "body", "footer", "contents", "columns"):
        yield from _texts(node.get(key))
    yield from (action["label"] for action in node.get("actions", []) if action.get("label"))


def actions(content: Json, *, quick_replies: bool = True) -> list[tuple[str, Json]]:
    """(label, action) of all that can be tapped on a message, in document order, quick replies last."""
    found = list(_actions(content.get("contents") or content.get("template") or {}))
    if quick_replies:
        items = content.get("quickReply", {}).get("items", [])
        found += [(item["action"].get("label", ""), item["action"]) for item in items]
    return found


def _actions(node: Any) -> Iterator[tuple[str, Json]]:
    if isinstance(node, list):
        for child in node:
            yield from _actions(child)
        return
    if not isinstance(node, dict):
        return
    own = [node[key] for key in ("action", "defaultAction") if key in node]
    for action in [*own, *node.get("actions", [])]:
        yield action.get("label") or " ".join(_texts(node)), action
    for key in ("header", "hero", "body", "footer", "contents", "columns"):
        yield from _actions(node.get(key))
