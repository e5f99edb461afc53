"""Who is on LINE when the stand-in starts: a network's members and rooms, and a few newcomers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.simulator.state import Account, Group, Json

NEWCOMERS = Path(__file__).with_name("newcomers.json")


@dataclass(frozen=True)
class Seeds:
    """The people and groups to start with."""

    accounts: list[Account]
    groups: list[Group]


def from_network(network: Json) -> Seeds:
    """Seeds from a sample network: its `members` (friends of the bot), its `network.rooms`, and newcomers."""
    enterprises = {item["id"]: item["short_name"] for item in network.get("enterprises", [])}
    members = network.get("members", [])
    accounts = [
        Account(
            item["line_user_id"],
            item["id"],
            item["call_as"],
            enterprises.get(item.get("enterprise_id"), ""),
            tuple(item.get("roles", ())),
        )
        for item in members
    ]
    groups = [
        Group(
            room["line_group_id"],
            room["id"],
            room["name"],
            [item["line_user_id"] for item in members if room["id"] in item.get("rooms", [])],
        )
        for room in network.get("network", {}).get("rooms", [])
    ]
    return Seeds(accounts + _newcomers(), groups)


def _newcomers() -> list[Account]:
    return [Account(**item, friend=False) for item in json.loads(NEWCOMERS.read_text("utf-8"))]
