"""A notice to more people than one transaction takes is written by the clock, look by look, to each once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import budget, cards, mailing, notices
from bot.notices import Letter, Urgency, Window, withdraw_notices, write_notice
from models.network import Network
from models.people import Consent, Member, Membership
from models.post import Addressee, Delivery, Mailing, unwritten
from models.store import Store

CROWD = 47
ABOUT = "test:1"
CROWD_OF = select(Member).where(Member.call_as.startswith("คนที่ ")).order_by(Member.id)


@pytest.fixture
def small(monkeypatch):
    """Two people at once, ten a look, multicasts of four."""
    for name, size in {"AT_ONCE": 2, "MANY": 1, "A_MULTICAST": 4}.items():
        monkeypatch.setattr(notices, name, size)
    monkeypatch.setattr(mailing, "A_BATCH", 10)


@pytest.fixture
def crowd(bot, small):
    """Forty-seven members more, friends of the bot; every third one speaks English."""
    people = [bot.line.new_person(f"K{number}", f"คนที่ {number}", friend=True) for number in range(CROWD)]
    now = bot.clock.now
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        for number, person in enumerate(people):
            spoken = "en" if number % 3 == 0 else "th"
            member = Member(
                line_user_id=person.account.user_id,
                call_as=person.account.name,
                language=spoken,
                created_at=now,
            )
            session.add(member)
            session.flush()
            session.add(Consent(member_id=member.id, purpose="basic", version="1", given_at=now))
            session.add(Membership(member_id=member.id, network_id=network.id, state="active", joined_at=now))
    return people


def announce(bot) -> int:
    """Gives how many people it is for."""
    now = bot.clock.now
    window = Window(now, now, now + timedelta(hours=48))
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()

        def words(voice):
            return [cards.text("ข่าวใหญ่")]

        letter = Letter(ABOUT, words, window, Urgency.URGENT, network=network)
        return write_notice(session, bot.house.tools, letter, members=CROWD_OF, now=now).reached


def look(bot, batches: int) -> None:
    """One look of the clock that is over after so many batches."""
    left = iter([True] * batches)
    bot.house.sweep.write_on(bot.clock.now, lambda: next(left, False))


def copies(store: Store) -> int:
    with store.session() as session:
        return session.scalar(select(func.count()).where(Delivery.key.startswith(f"{ABOUT}:"))) or 0


def to_come(store: Store) -> int:
    with store.session() as session:
        return unwritten(session, "test", 1)


def planned(bot) -> int:
    """Counted messages that are to come."""
    with bot.house.store.session() as session:
        return budget.look(session, bot.clock.now).planned


def texts(people) -> list[int]:
    return [sum(message.text == "ข่าวใหญ่" for message in person.received) for person in people]


def test_who_says_it_is_told_the_count_at_once_and_the_clock_writes_to_all(bot, crowd):
    before = planned(bot)
    assert announce(bot) == CROWD
    assert (copies(bot.house.store), to_come(bot.house.store)) == (0, CROWD)
    assert planned(bot) == before + CROWD
    look(bot, 2)
    assert planned(bot) == before + CROWD
    assert (copies(bot.house.store), to_come(bot.house.store)) == (20, CROWD - 20)
    bot.tick()
    assert (copies(bot.house.store), to_come(bot.house.store)) == (CROWD, 0)
    assert texts(crowd) == [1] * CROWD
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).select_from(Mailing)) == 0


def test_a_kill_in_the_middle_of_a_look_loses_and_doubles_nobody(bot, crowd, monkeypatch):
    """What was not committed is written by the next look."""
    announce(bot)
    look(bot, 1)
    killed = iter([False, True])
    write_to = mailing.write_to

    def dies(*arguments, **named):
        write_to(*arguments, **named)
        if next(killed):
            raise KeyboardInterrupt

    monkeypatch.setattr(mailing, "write_to", dies)
    with pytest.raises(KeyboardInterrupt):
        look(bot, 5)
    assert (copies(bot.house.store), to_come(bot.house.store)) == (20, CROWD - 20)
    monkeypatch.setattr(mailing, "write_to", write_to)
    bot.tick()
    assert texts(crowd) == [1] * CROWD


def test_written_again_it_goes_to_nobody_twice(bot, crowd):
    """While it is being written, and after."""
    announce(bot)
    look(bot, 1)
    assert announce(bot) == CROWD
    assert to_come(bot.house.store) == CROWD - 10
    bot.tick()
    announce(bot)
    bot.tick()
    assert copies(bot.house.store) == CROWD
    assert texts(crowd) == [1] * CROWD


def test_withdrawn_in_the_middle_nobody_more_gets_it(bot, crowd):
    """Neither who was not written to yet, nor whose copy has not left."""
    announce(bot)
    look(bot, 1)
    bot.house.sweep.release_due(bot.clock.now)
    bot.sweep()
    assert sum(texts(crowd)) == 10
    look(bot, 1)
    with bot.house.store.session() as session:
        withdraw_notices(session, "test", 1, bot.clock.now)
    bot.tick()
    bot.tick(minutes=1)
    assert sum(texts(crowd)) == 10
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).select_from(Addressee)) == 0


def test_a_fault_in_it_holds_up_nothing_else(bot, crowd, monkeypatch, caplog):
    """It is said in the log, tried again, and what is due leaves meanwhile."""
    announce(bot)
    look(bot, 1)

    def fails(*_arguments, **_named):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(mailing, "write_to", fails)
        bot.tick()
    assert sum(texts(crowd)) == 10
    assert "could not be written on: RuntimeError" in caplog.text
    bot.tick()
    assert texts(crowd) == [1] * CROWD
