"""LINE's own faults, mixed at random, and webhooks that come twice or in the wrong order."""

import random
from collections import Counter
from datetime import UTC
from pathlib import Path

from sqlalchemy import select

from models.chats import Form
from models.post import Delivery, Event
from tests.post import write_push
from tests.soak.crash import Counts
from tests.world import World, world

PEOPLE = ("M03", "M04", "M05", "M06")
FAULTS = (None, "down", "rate", "timeout_before", "timeout_after", "unauthorized")


def line_drill(database_url: str, folder: Path, *, rounds: int, seed: int) -> Counts:
    """Members report and pushes leave while every second call or so fails; then LINE is well and all is counted."""
    chance, counts = random.Random(seed), Counts()
    with world(database_url, folder) as bot:
        for number in range(rounds):
            person = bot.person(chance.choice(PEOPLE))
            bot.line.faults.api, bot.line.faults.times = chance.choice(FAULTS), chance.randint(1, 2)
            bot.line.faults.late_tokens = chance.random() < 0.1
            _push(bot, person.chat_id, number)
            person.says(f"วันนี้ขายผ้าได้ 2 ผืน {1000 + number} บาท")
            person.says("ยกเลิก")
            counts.events, counts.pushes = counts.events + 2, counts.pushes + 1
            bot.clock.forward(seconds=chance.randint(1, 20))
            bot.sweep()
        bot.line.faults.api, bot.line.faults.times, bot.line.faults.late_tokens = None, None, False
        for _ in range(40):
            bot.clock.forward(minutes=10)
            bot.sweep()
        _count(bot, counts)
    return counts


def _push(bot: World, chat_id: str, number: int) -> None:
    message = {"type": "text", "text": f"push {number}."}
    with bot.house.store.session() as session:
        now = bot.clock.now.astimezone(UTC)
        write_push(session, key=f"drill:{number}", lane=chat_id, messages=[message], now=now)


def _count(bot: World, counts: Counts) -> None:
    with bot.house.store.session() as session:
        states = Counter(session.scalars(select(Event.state)))
        forms = Counter(session.scalars(select(Form.state)))
        sent = session.execute(select(Delivery.key, Delivery.state)).all()
    seen = Counter(
        message["text"]
        for call in bot.line.calls
        if call.accepted
        for message in (call.body or {}).get("messages", ())
        if message.get("text", "").startswith("push ")
    )
    counts.lost = max(0, counts.events - states["done"]) + counts.pushes - len(seen)
    counts.doubled = max(0, states.total() - counts.events) + sum(times - 1 for times in seen.values())
    counts.wrong = abs(forms["cancelled"] - counts.events // 2) + sum(one.state == "dead" for one in sent)
    counts.unknown = sum(one.state == "unknown" for one in sent)
    counts.details = [f"{one.key} {one.state}" for one in sent if one.state not in ("sent", "unknown")]


def webhook_drill(database_url: str, folder: Path, *, rounds: int, seed: int) -> Counts:
    """Every webhook comes up to three times: each report still opens one form, and each is answered once."""
    chance, counts = random.Random(seed), Counts()
    with world(database_url, folder) as bot:
        for number in range(rounds):
            bot.line.faults.duplicate, bot.line.faults.redeliver = (
                chance.random() < 0.5,
                chance.random() < 0.5,
            )
            person = bot.person(chance.choice(PEOPLE))
            person.says(f"วันนี้ขายผ้าได้ 2 ผืน {1000 + number} บาท")
            person.says("ยกเลิก")
            counts.events += 2
            bot.clock.forward(seconds=5)
        _count(bot, counts)
        replies = sum(call.accepted and call.path.endswith("/reply") for call in bot.line.calls)
        counts.doubled += max(0, replies - counts.events)
        counts.lost += max(0, counts.events - replies)
    return counts
