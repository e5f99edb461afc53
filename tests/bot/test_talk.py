"""Group talk that is not for the bot: nothing of it is written but, where a delivery may ride, one reply token."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.event import listen, remove

from bot.forms import Forms
from bot.listeners import Listeners
from bot.notices import Urgency
from bot.ours import Sorter
from bot.understanding.address import called
from models.announcements import Emergency
from models.base import Base
from models.network import Network
from models.post import Delivery, TalkToken
from models.store import Store
from tests.bot.test_webhook import GROUP, post, stored, webhook
from tests.bot.test_webhook import text as said
from tests.letters import HOUR, write
from tests.world import NOW

NAMES = ("สาน", "น้องสาน", "Saan")
SPEAKER = "U" + "e" * 32  # nobody that is known
TALK = "พรุ่งนี้ไปตลาดกันไหม"
HEARD = Path(__file__).parent.parent / "understanding" / "unseen" / "group.jsonl"


@pytest.fixture
def room(bot) -> str:
    """A room's LINE id, in which a notice waits for talk to ride with."""
    write(bot, rooms=["G1"])
    return bot.person("M04").in_group("G1").chat_id


def talk(room: str, number: int = 1, words: str = TALK, **more) -> dict:
    source = {"type": "group", "groupId": room, "userId": SPEAKER}
    return {**said(words, number, source=source), **more}


def tokens(bot) -> dict[str, str]:
    with bot.house.store.session() as session:
        return {row.lane: row.token for row in session.scalars(select(TalkToken))}


def everything_written(bot) -> str:
    with bot.house.store.engine.connect() as connection:
        return "".join(str(connection.execute(select(table)).all()) for table in Base.metadata.sorted_tables)


def test_no_token_is_kept_where_an_emergency_lasts_and_only_ordinary_things_wait(bot, room):
    """What matters is worth one."""
    with bot.house.store.session() as session:
        session.add(
            Emergency(
                network_id=session.scalars(select(Network.id)).one(),
                audience_kind="everyone",
                audience_values=[],
                started_at=bot.clock.now - HOUR,
                ends_at=bot.clock.now + HOUR,
            )
        )
    post(bot, webhook(talk(room, 1)))
    assert tokens(bot) == {}
    write(bot, rooms=["G1"], about="test:2", urgency=Urgency.IMPORTANT)
    post(bot, webhook(talk(room, 2)))
    assert tokens(bot) == {room: "token2"}


def test_the_newest_token_of_a_room_is_kept_and_nothing_else(bot, room):
    """In whatever order they come; the room is woken."""
    assert post(bot, webhook(talk(room, 2), talk(room, 1))).status_code == 200
    assert (tokens(bot), bot.jobs.lanes) == ({room: "token2"}, [room])
    post(bot, webhook(talk(room, 1)))
    assert tokens(bot) == {room: "token2"}
    post(bot, webhook(talk(room, 3)))
    assert tokens(bot) == {room: "token3"}
    assert stored(bot) == []
    written = everything_written(bot)
    assert TALK not in written
    assert "'m3'" not in written
    assert SPEAKER not in written


def test_a_sticker_is_talk_too(bot, room):
    """Whatever was said, its token can carry."""
    post(bot, webhook(talk(room, message={"id": "m1", "type": "sticker"})))
    assert tokens(bot) == {room: "token1"}


@pytest.mark.parametrize("without", [{"type": "messageEdited"}, {"replyToken": None}, {"mode": "standby"}])
def test_no_token_is_kept_of_what_is_no_new_message_or_not_to_be_answered(bot, room, without):
    """An edit, a message without a token, a chat that another module holds."""
    post(bot, webhook({**talk(room), **without}))
    assert (tokens(bot), bot.jobs.lanes) == ({}, [])


def test_what_is_ours_is_stored_and_leaves_no_token_beside_it(bot, room):
    """The answer carries what waits."""
    post(bot, webhook(talk(room, 1, "สาน ประชุมวันไหน"), talk(GROUP, 2)))
    assert (len(stored(bot)), tokens(bot)) == (1, {})


def test_a_form_listens_only_to_who_opened_it(bot):
    """A number that somebody else says is talk."""
    opener, other = (bot.person(who).in_group("G1") for who in ("M04", "M05"))
    opener.says("สาน วันนี้ขายผ้าได้ 2 ผืน")
    before = len(stored(bot))
    other.says("900")
    assert len(stored(bot)) == before


class TestAGlance:
    """Where nothing listens, talk is passed over without a look at the database."""

    @pytest.fixture(autouse=True)
    def long_glance(self, monkeypatch):
        """What was seen holds however slow the machine is."""
        monkeypatch.setattr("bot.listeners.HOLDS_SECONDS", 600)

    def test_what_begins_to_listen_here_is_seen_at_once(self, bot):
        room = bot.person("M04").in_group("G1").chat_id
        post(bot, webhook(talk(room, 1)))
        assert looks(bot, talk(room, 2)) == 0
        write(bot, rooms=["G1"])
        post(bot, webhook(talk(room, 3)))
        assert tokens(bot) == {room: "token3"}

    def test_what_begins_to_listen_in_another_process_is_seen_soon(self, bot, room, monkeypatch):
        with bot.house.store.engine.begin() as elsewhere:
            elsewhere.execute(update(Delivery).values(state="dropped"))
        post(bot, webhook(talk(room, 1)))
        assert looks(bot, talk(room, 2)) == 0
        with bot.house.store.engine.begin() as elsewhere:
            elsewhere.execute(update(Delivery).values(state="planned"))
        monkeypatch.setattr("bot.listeners.HOLDS_SECONDS", 0)
        post(bot, webhook(talk(room, 3)))
        assert tokens(bot) == {room: "token3"}

    def test_while_many_listen_each_message_is_looked_up(self, bot, room, monkeypatch):
        monkeypatch.setattr("bot.listeners.MOST", 0)
        post(bot, webhook(talk(GROUP, 1)))
        assert looks(bot, talk(GROUP, 2)) > 0
        post(bot, webhook(talk(room, 3)))
        assert tokens(bot) == {room: "token3"}


def looks(bot, *events: dict) -> int:
    """How many statements a webhook with these costs."""
    statements: list[str] = []
    engine = bot.house.webhook.store.engine
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    listen(engine, "before_cursor_execute", listener)
    assert post(bot, webhook(*events)).status_code == 200
    remove(engine, "before_cursor_execute", listener)
    return len(statements)


@pytest.fixture(scope="module")
def sorter(tmp_path_factory) -> Sorter:
    """One that knows the bot by its usual names."""
    return Sorter(
        Store(f"sqlite:///{tmp_path_factory.mktemp('unread') / 'saan.db'}"),
        Listeners(lambda: NOW),
        NAMES,
        Forms({}),
    )


def test_no_call_is_passed_over_by_the_quick_look_at_its_letters(sorter):
    """What people wrote in groups, also with the name before it, as it is mistyped and stretched."""
    for line in HEARD.read_text(encoding="utf-8").splitlines():
        words = json.loads(line)["text"]
        for way in (words, f"สาน {words}", f"ส่านน {words}", f"SAAAAN {words}", f"Ｓａａｎ {words}"):
            assert sorter._may_call(way) or not called(way, NAMES)
    assert not sorter._may_call(TALK)


@given(st.text("สานองSaAnN้ะเแ๋ๅ 5ๆ,@(){}-🌷ａé\u200b\n", max_size=24))
def test_no_made_up_call_is_passed_over(sorter, words):
    """However the letters lie."""
    assert sorter._may_call(words) or not called(words, NAMES)
