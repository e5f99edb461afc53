"""What the web chat shows, as JSON: people, chats, traffic."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.simulator.outgoing import Outgoing
from bot.simulator.people import Person
from bot.simulator.platform import Line
from bot.simulator.state import Attempt, Call, Json, Message

SHOWN_MESSAGES, SHOWN_TRAFFIC = 200, 100


def world(line: Line, outgoing: Outgoing, *, public_url: str, clock_moves: bool) -> Json:
    """Everything but what is inside the chats. `now` is ISO 8601 with its offset."""
    return {
        "version": line.version,
        "bot": line.bot,
        "publicUrl": public_url,
        "now": line.clock().isoformat(),
        "clockMoves": clock_moves,
        "people": [
            {**asdict(account), "wrote_at": None, "counts": _counts(line, account.user_id)}
            for account in line.accounts.values()
        ],
        "groups": [asdict(group) for group in line.groups.values()],
        "faults": asdict(line.faults),
        "quota": {"limit": outgoing.limit, "spent": outgoing.spent},
    }


def chat(person: Person) -> Json:
    """One chat as one person sees it: the latest messages, the bot's typing, her rich menu."""
    line, messages = person.line, person.chat.messages
    menu_id = line.menus.of(person.account.user_id) if person.in_one_to_one else None
    return {
        "messages": [_message(person, message) for message in messages[-SHOWN_MESSAGES:]],
        "loading": line.loading.get(person.chat_id, 0.0) > line.wall(),
        "menu": line.menus.get(menu_id) if menu_id else None,
    }


def traffic(line: Line) -> list[Json]:
    """The latest webhooks and API calls, newest first, without their contents."""
    keys = _keys(line)
    return [_entry(keys, entry) for entry in reversed(line.traffic[-SHOWN_TRAFFIC:])]


def _counts(line: Line, user_id: str) -> dict[str, int]:
    """How many messages others sent in each chat of hers."""
    chats = [user_id, *(group.group_id for group in line.groups.values() if user_id in group.members)]
    return {
        chat_id: sum(message.sender != user_id for message in line.chats[chat_id].messages)
        for chat_id in chats
        if chat_id in line.chats
    }


def _message(person: Person, message: Message) -> Json:
    account = person.line.accounts.get(message.sender)
    return {
        "id": message.id,
        "from": "bot" if message.sender == "bot" else account.key if account else "",
        "name": account.name if account else person.line.bot["displayName"],
        "mine": message.sender == person.account.user_id,
        "at": message.at.isoformat(),
        "content": message.content,
        "quoted": _quoted(person, message.quoted_id) if message.quoted_id else None,
        "edited": message.edited,
        "unsent": message.unsent,
        "tapped": person.account.user_id in message.tapped_by,
    }


def _quoted(person: Person, message_id: str) -> Json:
    try:
        original = person.chat.message(message_id)
    except LookupError:
        return {"name": "", "text": "", "type": ""}
    account = person.line.accounts.get(original.sender)
    name = account.name if account else person.line.bot["displayName"]
    return {"name": name, "text": original.text, "type": original.content["type"]}


def _entry(keys: dict[str, str], entry: Call | Attempt) -> dict[str, Any]:
    common = {"at": entry.at.isoformat(), "status": entry.status, "ms": round(entry.took * 1000)}
    if isinstance(entry, Attempt):
        chats = [keys.get(chat_id, "") for chat_id in entry.chat_ids]
        return {
            **common,
            "kind": "webhook",
            "events": entry.kinds,
            "chats": chats,
            "redelivery": entry.redelivery,
        }
    path = "/".join(keys.get(part, part) for part in entry.path.removeprefix("/v2/bot/").split("/"))
    return {**common, "kind": "call", "path": path, "cost": entry.cost, "requestId": entry.request_id}


def _keys(line: Line) -> dict[str, str]:
    """Short names for LINE's long ids, for reading."""
    keys = {account.user_id: account.key for account in line.accounts.values()}
    return keys | {group.group_id: group.key for group in line.groups.values()}
