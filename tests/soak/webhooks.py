"""Webhooks that come twice or three times, and in any order: also edits and unsends before their message."""

import json
import random
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from bot.simulator import sign
from bot.simulator.webhooks import redelivered
from models.post import Event
from tests.soak.counts import Counts, Wanted, tally
from tests.world import SECRET, World, world

PEOPLE = ("M03", "M04", "M05", "M06")
WEAVERS = ("M04", "M05")
ROOM = "G3"
A_DAY = 40  # rounds

Parcel = tuple[bytes, Mapping[str, str]]


def webhook_drill(database_url: str, folder: Path, *, rounds: int, seed: int) -> Counts:
    """What people say reaches the bot in any order, up to three times: it reads it as it was said, and once."""
    chance, counts, wanted = random.Random(seed), Counts(), Wanted()
    with world(database_url, folder) as bot:
        mail = _Mail(bot, chance)
        for number in range(rounds):
            total = 10_001 + 20 * number
            counts.events += _conversations(bot, mail, total, wanted)
            counts.events += _taken_back(bot, mail, chance, total + 10, wanted, counts)
            bot.clock.forward(minutes=15)
        tally(bot.line, bot.house.store, wanted, counts)
        replies = sum(call.accepted and call.path.endswith("/reply") for call in bot.line.calls)
        counts.said += replies
    return counts


class _Mail:
    """Holds webhooks back, and delivers them in another order, some of them again."""

    def __init__(self, bot: World, chance: random.Random) -> None:
        self._bot, self._chance = bot, chance
        self._held: list[Parcel] = []
        bot.line.deliver_to(self._hold)

    def _hold(self, body: bytes, headers: Mapping[str, str]) -> int:
        self._held.append((body, headers))
        return 200

    def deliver(self, *, at_once: bool) -> list[str]:
        """All in any order; the bot works in between, or not before all are there. Gives the kinds in that order."""
        parcels = self._chance.sample(self._held, len(self._held))
        copies = [self._again(parcel) for parcel in parcels for _ in range(self._chance.choice((0, 0, 1, 2)))]
        for copy in copies:
            original = next(i for i, parcel in enumerate(parcels) if _id(parcel) == _id(copy))
            parcels.insert(self._chance.randint(original + 1, len(parcels)), copy)
        self._held = []
        for body, headers in parcels:
            assert self._bot.client.post("/callback", data=body, headers=dict(headers)).status_code == 200
            if not at_once:
                self._bot.work()
        self._bot.work()
        return [json.loads(body)["events"][0]["type"] for body, _ in parcels]

    def _again(self, parcel: Parcel) -> Parcel:
        """The same again, perhaps marked as redelivery."""
        body, headers = parcel
        if self._chance.random() < 0.5:
            return parcel
        told = json.loads(body)
        body = json.dumps({**told, "events": redelivered(told["events"])}).encode()
        return body, {**headers, "X-Line-Signature": sign(SECRET, body)}


def _id(parcel: Parcel) -> str:
    return str(json.loads(parcel[0])["events"][0]["webhookEventId"])


def _conversations(bot: World, mail: _Mail, total: int, wanted: Wanted) -> int:
    """Several people report and cancel twice; all of it is there before the bot begins. Gives how many events."""
    for _ in range(2):
        for key in PEOPLE:
            person, total = bot.person(key), total + 1
            wanted.add(person.chat_id, f"{total:,} บาท")
            wanted.reports += 1
            person.says(f"วันนี้ขายผ้าได้ 2 ผืน {total} บาท")
            bot.clock.forward(seconds=1)
            person.says("ยกเลิก")
            bot.clock.forward(seconds=1)
    mail.deliver(at_once=True)
    return 4 * len(PEOPLE)


def _taken_back(
    bot: World, mail: _Mail, chance: random.Random, total: int, wanted: Wanted, counts: Counts
) -> int:
    """In a room one message is edited or unsent, and what comes first wins where it is the later word."""
    person = bot.person(chance.choice(WEAVERS)).in_group(ROOM)
    said = person.says(f"สาน วันนี้ขายผ้าได้ 2 ผืน {total} บาท")
    bot.clock.forward(seconds=1)
    unsends = chance.random() < 0.5
    if unsends:
        person.unsends(said)
    else:
        person.edits(said, f"สาน วันนี้ขายผ้าได้ 3 ผืน {total + 1} บาท")
    at_once = chance.random() < 0.5
    kinds = mail.deliver(at_once=at_once)
    came_late = kinds[0] != "message"
    unread = came_late or at_once
    wanted.add(person.chat_id, f"{total:,} บาท", 0 if unread else 1)
    if not unsends:
        wanted.add(person.chat_id, f"{total + 1:,} บาท")
    wanted.reports += (not unread) + (not unsends)  # each that is read opens a form
    if unsends and _is_kept(bot, f"{total} บาท"):
        counts.note("wrong", 1, f"{total} was unsent and is kept")
    if not unsends:
        bot.clock.forward(seconds=1)
        person.says("สาน ยกเลิก")
        mail.deliver(at_once=True)
    return (0 if came_late else 2) if unsends else 3


def _is_kept(bot: World, words: str) -> bool:
    with bot.house.store.session() as session:
        return any(words.encode() in payload for payload in session.scalars(select(Event.payload)) if payload)
