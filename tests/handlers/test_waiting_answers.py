"""Answers that are waited for: who was asked is reminded once, who asked is told once, and not after it is settled."""

from sqlalchemy import select

from models.network import Enterprise, Introduction
from models.people import Member, Membership
from models.post import Delivery, Notice

ASKED = """
แม่บัวเขียว: ทำบัญชีกลุ่มเริ่มยังไง ไม่มีใครจบบัญชีสักคน
  สาน: เรื่องนี้สานยังไม่มีคำตอบค่ะ
  สาน: ส่งคำถามนี้ให้ น้องน้ำผึ้ง ไหมคะ
แม่บัวเขียว กด ถูกต้อง
  สาน: ส่งถึง น้องน้ำผึ้ง แล้วค่ะ
"""


def live(bot, days: float, step: float = 6) -> None:
    """The bot's days go by."""
    for _ in range(int(days * 24 / step)):
        bot.tick(hours=step)


def written(bot, kind: str) -> list[tuple[str, str, str]]:
    """Kind, recipient and state, the first that was due first."""
    query = select(Delivery).join(Notice, Delivery.notice_id == Notice.id)
    with bot.house.store.session() as session:
        found = session.scalars(query.where(Notice.kind.like(f"{kind}.%")).order_by(Delivery.due_at))
        return [(one.key.split(":")[0], one.key.rpartition(":")[2], one.state) for one in found]


def test_an_advisor_is_reminded_at_the_promise_and_then_the_asker_is_told_once(bot, play):
    """However often it is looked; the asker may have somebody else asked."""
    play(ASKED)
    live(bot, 4.25)
    assert written(bot, "question") == [
        ("question.reminder", "19", "sent"),
        ("question.unanswered", "4", "sent"),
    ]
    assert "รอคุณตอบอยู่" in str([one.content for one in bot.person("M19").received])
    asker = bot.person("M04")
    assert "ยังไม่มีคำตอบค่ะ" in str([one.content for one in asker.received])
    asker.taps("ถามคนอื่นแทน")
    assert "ให้แทนแล้วค่ะ" in str([one.content for one in asker.received])


def test_nothing_more_is_said_of_a_question_that_was_answered_or_taken_back(bot, play):
    """Also what was already on its way."""
    play(ASKED)
    live(bot, 2.75)
    assert [state for _, _, state in written(bot, "question")] == ["planned"]
    bot.person("M04").says("ไม่ถามแล้ว")
    live(bot, 5)
    assert written(bot, "question") == [("question.reminder", "19", "dropped")]


def an_introduction(bot) -> int:
    with bot.house.store.session() as session:
        asker = session.scalars(
            select(Member).join(Membership, Membership.member_id == Member.id).where(Membership.code == "M04")
        ).one()
        mill = session.scalars(select(Enterprise).where(Enterprise.code == "E01")).one()
        made = Introduction(
            network_id=mill.network_id,
            asker_id=asker.id,
            to_enterprise_id=mill.id,
            about="แกลบ",
            asked_at=bot.clock.now,
        )
        session.add(made)
        session.flush()
        return made.id


def test_a_talk_that_was_asked_for_is_called_to_mind_and_its_asker_is_told(bot):
    """The contacts after three days, the asker after six; each once."""
    an_introduction(bot)
    live(bot, 6)
    bot.person("M04").taps("หากลุ่มอื่น")
    live(bot, 9)
    said = written(bot, "introduction")
    assert [kind for kind, _, _ in said][-1] == "introduction.unanswered"
    assert said[-1][1:] == ("4", "sent")
    assert {kind for kind, _, _ in said[:-1]} == {"introduction.reminder"}
    assert len({who for _, who, _ in said[:-1]}) == len(said) - 1 > 0
    assert "ยังไม่ได้ตอบเรื่อง แกลบ" in str([one.content for one in bot.person("M04").received])


def test_nobody_is_told_of_a_talk_that_was_agreed_to(bot):
    """A yes under the reminder settles it."""
    an_introduction(bot)
    live(bot, 3.5)
    (reminded, *_) = [who for kind, who, _ in written(bot, "introduction")]
    with bot.house.store.session() as session:
        code = session.scalars(select(Membership.code).where(Membership.member_id == int(reminded))).one()
    bot.person(code).taps("ยินดีคุย")
    live(bot, 8)
    assert {kind for kind, _, _ in written(bot, "introduction")} == {"introduction.reminder"}
