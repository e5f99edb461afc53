"""A month of the demo network, minute by minute: what it costs, what rode, and whether anything came late.

People talk by the day's rhythm of such groups: greetings from half past five, photos of work at noon, real talk in
the evening. Coordinators announce and call meetings as they do in a month; reminders, digests and prompts come by
themselves. Beside it stands what the same would have cost if everything had been pushed.
"""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.budget import look
from models.migrate import upgrade
from models.post import Delivery
from models.store import Store
from tests.world import BANGKOK, World, world

BEGINS = datetime(2026, 12, 1, 5, 0, tzinfo=BANGKOK)
DAYS = 31
SEED = 2569
MINUTE = timedelta(minutes=1)
NIGHT = (time(21, 30), time(5, 0))  # nothing is said; looked at every quarter of an hour
TALK_A_DAY = {"G1": 40}  # messages in the big room; 15 in each of the others
OTHERS_TALK = 15
# Shares of a day's talk by the hour: 05:30-07:00, 11:30-13:00, 18:30-21:00, and little between.
RHYTHM = ((time(5, 30), time(7, 0), 0.3), (time(11, 30), time(13, 0), 0.2), (time(18, 30), time(21, 0), 0.4))
SAID = (
    "สวัสดีตอนเช้าจ้า",
    "สวัสดีวันจันทร์สุขสันต์ทุกคน",
    "สาธุ",
    "เมื่อคืนฝนตกหนักมาก",
    "ใครเห็นกุญแจรถบ้าง",
    "กินข้าวกันหรือยัง",
    "วันนี้ทอผ้าได้ครึ่งผืนแล้วจ้า",
    "ขอบคุณจ้า",
    "งานบุญบ้านเหนือไปกันไหม",
    "เดี๋ยวตอนเย็นเอาผักไปให้",
)
PRIVATE = ("งบข้อความ", "ขอดูผลงานเดือนนี้", "ขอบคุณค่ะ", "ประชุมวันไหน")
PRIVATE_A_DAY = 0.3  # one-to-one messages of each member
ANNOUNCED = {
    (2, 9, 10): "ประกาศถึงทุกกลุ่ม: ส่งรายการของไปงานปีใหม่ภายในวันเสาร์นี้",
    (8, 13, 5): "ประกาศถึงทุกกลุ่ม: ปิดยอดสั่งกล่องรวมพรุ่งนี้เย็น",
    (15, 18, 40): "ประกาศถึงทุกกลุ่ม: เดือนหน้าเปิดต่อทะเบียนที่สำนักงานเกษตรอำเภอ เตรียมบัตรกับรายชื่อสมาชิก",
    (22, 10, 0): "ประกาศถึงทุกกลุ่ม: งานของดีปีใหม่ 26 ถึง 28 ธันวา เครือข่ายได้ 4 โต๊ะ",
}
CALLED = {
    (3, 12, 30): "นัดประชุมกรรมการ 10 ธันวา บ่ายโมง ที่ศาลากลางบ้าน เรื่องเงินกองกลาง",
    (14, 12, 0): "นัดประชุมกรรมการ 21 ธันวา บ่ายสองโมง ที่ศาลากลางบ้าน เรื่องงานปีใหม่",
}
COORDINATOR = "M03"


@dataclass(frozen=True)
class Month:
    """What became of a month."""

    counted: int
    naive: int
    rode: int
    pushed: int
    late: int
    expired: int
    unfit: int
    ends: Counter[str]

    @property
    def ridden(self) -> float:
        """The share of the scheduled group deliveries that rode."""
        return self.rode / max(1, self.rode + self.pushed)

    def __str__(self) -> str:
        return (
            f"{self.counted} counted messages (all pushed: {self.naive}); of {self.rode + self.pushed} deliveries to"
            f" groups {self.rode} rode ({self.ridden:.0%}); late {self.late}, too late {self.expired},"
            f" over budget {self.unfit}; {dict(self.ends)}"
        )


def main(days: int = DAYS) -> None:
    """Print the month at the usual talk, at a third of it, and with one silent room; they are lived side by side."""
    lives: dict[str, tuple[float, tuple[str, ...]]] = {
        "usual talk": (1.0, ()),
        "a third of the talk": (1 / 3, ()),
        "one silent room": (1.0, ("G3",)),
    }
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        lived = {
            label: pool.submit(run, days, talk=talk, silent=silent) for label, (talk, silent) in lives.items()
        }
        for label, month in lived.items():
            print(f"{label}: {month.result()}", flush=True)


def run(days: int, *, talk: float = 1.0, silent: tuple[str, ...] = (), seed: int = SEED) -> Month:
    """Live so many days of December 2026."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'saan.db'}"
        store = Store(url)
        upgrade(store)
        store.close()
        with world(url, Path(name), now=BEGINS) as bot:
            chance = random.Random(seed)
            for minute in _minutes(days):
                bot.clock.now = minute
                for speak in _said_in(bot, minute, chance, talk, silent):
                    speak()
                bot.tick()
            return _counted(bot)


def _minutes(days: int) -> Iterator[datetime]:
    now = BEGINS
    while now < BEGINS + timedelta(days=days):
        yield now
        asleep = now.time() >= NIGHT[0] or now.time() < NIGHT[1]
        now += 15 * MINUTE if asleep else MINUTE


def _said_in(bot: World, minute: datetime, chance: random.Random, talk: float, silent: tuple[str, ...]):
    """What people do in this minute."""
    at = (minute.day, minute.hour, minute.minute)
    if at in ANNOUNCED:
        yield lambda: _announce(bot, ANNOUNCED[at])
    if at in CALLED:
        yield lambda: _call(bot, CALLED[at])
    share = _share(minute)
    for group in bot.line.groups.values():
        rate = TALK_A_DAY.get(group.key, OTHERS_TALK) * talk * share
        if group.key not in silent and chance.random() < rate:
            person = bot.person(chance.choice(group.members)).in_group(group.key)
            yield lambda person=person: person.says(chance.choice(SAID))
    for account in list(bot.line.accounts.values()):
        if account.friend and chance.random() < PRIVATE_A_DAY * talk * share:
            yield lambda key=account.key: bot.person(key).says(chance.choice(PRIVATE))


def _share(minute: datetime) -> float:
    """The part of a day's talk that falls into this minute."""
    at = minute.time()
    for begins, ends, share in RHYTHM:
        if begins <= at < ends:
            length = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
            return share / length
    return 0.1 / (10 * 60) if time(7, 0) <= at < time(18, 30) else 0.0


def _announce(bot: World, words: str) -> None:
    person = bot.person(COORDINATOR)
    person.says(words)
    person.taps("ส่งเลย")


def _call(bot: World, words: str) -> None:
    person = bot.person(COORDINATOR)
    person.says(words)
    person.taps("ถูกต้อง")


def _counted(bot: World) -> Month:
    with bot.house.store.session() as session:
        told = session.scalars(select(Delivery).where(Delivery.notice_id.is_not(None))).all()
        unfit = look(session, bot.clock.now).unfit
    carried = [one for one in told if one.way != "multicast"]
    groups = [one for one in carried if not one.lane.startswith("U") and one.state == "sent"]
    late = [one for one in carried if one.state == "sent" and one.finished_at > one.expires_at]
    return Month(
        counted=sum(one.price for one in carried if one.way == "push" and one.state == "sent"),
        naive=sum(one.price for one in carried if one.state in ("sent", "expired")),
        rode=sum(one.way == "ride" for one in groups),
        pushed=sum(one.way == "push" for one in groups),
        late=len(late),
        expired=sum(one.state == "expired" for one in carried),
        unfit=unfit,
        ends=Counter(f"{one.key.partition(':')[0]} {one.way} {one.state}" for one in carried),
    )


if __name__ == "__main__":
    main()
