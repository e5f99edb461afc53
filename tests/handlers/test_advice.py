"""Asking and answering where people leave, are forgotten, or press what is not theirs."""

import pytest
from sqlalchemy import select

from bot.incoming import Incoming
from bot.turn import open_turn
from models.knowledge import Answer, KnowledgeItem, Question
from models.network import Network
from models.people import Member, Membership
from models.search import index
from tests.conversations.talk import Talk, shown
from tests.world import world

ASKED = """
แม่บัวเขียว: อยากคุยกับผู้เชี่ยวชาญเรื่องบัญชี
  สาน: ส่งคำถามนี้ให้ น้องน้ำผึ้ง ไหมคะ
แม่บัวเขียว กด ถูกต้อง
  สาน: ส่งถึง น้องน้ำผึ้ง แล้วค่ะ
"""
ANSWERED = f"""{ASKED}
น้องน้ำผึ้ง กด ตอบ
  สาน: พิมพ์คำตอบมาได้เลยค่ะ
น้องน้ำผึ้ง: จดทุกวันค่ะ
  สาน: ส่งคำตอบนี้ให้ แม่บัวเขียว ไหมคะ
น้องน้ำผึ้ง กด ถูกต้อง
  สาน: ส่งคำตอบให้ แม่บัวเขียว แล้วค่ะ
"""


@pytest.fixture
def made(demo_url, tmp_path):
    with world(demo_url, tmp_path) as made:
        yield made


def play(made, transcript):
    Talk(made).play(transcript)


def leave(made, call_as):
    """Somebody's membership ends."""
    with made.house.store.session() as session:
        theirs = select(Membership).join(Membership.member).where(Member.call_as == call_as)
        session.scalars(theirs).one().state = "left"


def tap(made, who, data):
    """Somebody sends a button's data, whatever it is; what the bot answers there."""
    person = made.person(who)
    before = len(person.received)
    person.acts({"type": "postback", "label": "-", "data": data})
    return [message.content for message in person.received[before:]]


def test_nobody_answers_somebody_who_left(made):
    """The advisor is told kindly, and the answer goes nowhere."""
    play(made, ASKED)
    leave(made, "แม่บัวเขียว")
    play(made, "น้องน้ำผึ้ง กด ตอบ\n  สาน: ผู้ถามไม่ได้อยู่ในเครือข่ายแล้วค่ะ")


def test_somebody_who_left_hands_over_no_question(made):
    """A card that was open when the membership ended sends nothing."""
    play(made, ASKED.split("แม่บัวเขียว กด", 1)[0])
    leave(made, "แม่บัวเขียว")
    play(made, "แม่บัวเขียว กด ถูกต้อง\n  สาน: ไม่ได้อยู่ในเครือข่ายนี้แล้ว")
    with made.house.store.session() as session:
        assert session.scalars(select(Question)).all() == []


def test_buttons_of_others_do_nothing(made):
    """Neither asker, advisor nor coordinator: a kind answer, and all stays as it was."""
    play(made, ANSWERED)
    with made.house.store.session() as session:
        question = session.scalars(select(Question.id)).one()
        answer = session.scalars(select(Answer.id)).one()
    for name in (
        "answers.write",
        "answers.unknown",
        "answers.pass",
        "questions.withdraw",
        "questions.follow",
    ):
        assert len(tap(made, "M20", f"{name}/{question}")) == 1
    for data in (f"questions.thank/{answer}", f"kept.keep/{answer}/named"):
        assert len(tap(made, "M20", data)) == 1
    with made.house.store.session() as session:
        kept = session.scalars(select(Question)).one()
        assert (kept.state, kept.passed_ids) == ("answered", [])
        given = select(KnowledgeItem).where(KnowledgeItem.answer_id.is_not(None))
        assert session.scalars(given).all() == []


BUTTONS = [
    *("advice.read", "advice.person", "advice.solved"),
    *("answers.write", "answers.unknown", "answers.pass"),
    *("questions.withdraw", "questions.again", "questions.follow", "questions.thank"),
    *("kept.keep", "kept.take_back"),
]


def test_garbage_in_a_button_is_answered_kindly(made):
    """Whatever stands in an old or broken button, there is one answer and no failure."""
    for name in BUTTONS:
        for arguments in ("", "/", "/x/y/z", "/99999999", "/-1/no", "/๑"):
            assert len(tap(made, "M04", name + arguments)) == 1, name + arguments


def test_a_member_who_is_forgotten_leaves_no_words(made):
    """Their questions and answers are emptied, what they gave is taken back, and their name stands nowhere."""
    play(made, f"{ANSWERED}น้องน้ำผึ้ง กด ได้ ใส่ชื่อฉัน\n  สาน: ใส่ชื่อท่านด้วยค่ะ")
    forget(made, "น้องน้ำผึ้ง")
    forget(made, "แม่บัวเขียว")
    with made.house.store.session() as session:
        question, answer = session.scalars(select(Question)).one(), session.scalars(select(Answer)).one()
        item = session.scalars(select(KnowledgeItem).where(KnowledgeItem.code.is_(None))).one()
        assert (question.words, question.topic, question.asker_id, question.advisor_id) == (
            "",
            "",
            None,
            None,
        )
        assert (answer.words, answer.author_id) == ("", None)
        assert (item.words, item.source, item.author_id, item.advisor_id) == ("", "", None, None)
        assert item.withdrawn_at is not None


def test_what_a_forgotten_advisor_was_asked_goes_to_the_next(made):
    """The asker is not left waiting."""
    play(made, ASKED)
    forget(made, "น้องน้ำผึ้ง")
    with made.house.store.session() as session:
        question = session.scalars(select(Question)).one()
        assert question.state == "open"
        assert question.advisor.call_as == "อาจารย์ภูมิรู้"


def test_when_everybody_was_asked_the_asker_is_told(made):
    """Nobody is left: the question is closed kindly, and its buttons with it."""
    play(made, ASKED)
    with made.house.store.session() as session:
        others = select(Membership).join(Membership.member)
        for membership in session.scalars(others.where(Member.call_as.not_in(["แม่บัวเขียว", "น้องน้ำผึ้ง"]))):
            membership.state = "left"
    play(
        made,
        """
น้องน้ำผึ้ง กด ไม่ทราบ
  สาน: ไม่มีคนอื่นให้ถามแล้ว
  สาน → แม่บัวเขียว: ถามครบทุกคนแล้ว ยังไม่มีใครทราบค่ะ
น้องน้ำผึ้ง กด ไม่ทราบ
  สาน: คำถามนี้ส่งต่อให้คนอื่นแล้วค่ะ
แม่บัวเขียว: คำถามของฉัน
  สาน: ยังไม่มีใครทราบค่ะ · [ไม่ถามแล้ว]
แม่บัวเขียว: อยากคุยกับผู้เชี่ยวชาญเรื่องเครื่องจักร
  สาน: ตอนนี้ยังหาคนตอบไม่ได้ค่ะ
""",
    )


def test_knowledge_of_another_network_is_never_shown(made):
    """Neither by searching nor by a button that bears its number."""
    with made.house.store.session() as session:
        other = Network(code="X", name="เครือข่ายอื่น", short_name="อื่น")
        session.add(other)
        session.flush()
        item = KnowledgeItem(
            network_id=other.id, title="ทำบัญชีกลุ่ม", words="ความลับ", source_on=made.clock.now.date()
        )
        session.add(item)
        session.flush()
        index(session, "knowledge", item.id, other.id, ["ทำบัญชี", "บัญชี", "กลุ่ม"])
        number = item.id
    (answer,) = tap(made, "M04", f"advice.read/{number}")
    assert "ความลับ" not in shown(answer)
    play(made, "แม่บัวเขียว: ทำบัญชีกลุ่มเริ่มยังไง\n  สาน: เรื่องนี้สานยังไม่มีคำตอบค่ะ\n  สาน: ส่งคำถามนี้ให้")


def test_an_answer_that_needs_an_office_is_not_kept_for_all(made):
    """What a doctor or an officer should say does not become the network's knowledge by an old button."""
    play(made, ANSWERED)
    with made.house.store.session() as session:
        answer = session.scalars(select(Answer)).one()
        answer.words = "ปวดหัวกินยาพาราสองเม็ด"
        number = answer.id
    assert len(tap(made, "M19", f"kept.keep/{number}/named")) == 1
    with made.house.store.session() as session:
        assert session.scalars(select(KnowledgeItem).where(KnowledgeItem.answer_id == number)).all() == []


def test_who_reads_english_is_asked_in_english(made):
    """The advisor's card is in the advisor's language, not the asker's."""
    with made.house.store.session() as session:
        session.scalars(select(Member).where(Member.call_as == "น้องน้ำผึ้ง")).one().language = "en"
    play(made, f"{ASKED}  สาน → น้องน้ำผึ้ง: แม่บัวเขียว (ผ้าครามตัวอย่าง) asks · [Answer] · [I do not know]")


def forget(made, call_as):
    """All that handlers keep of a member is erased, as the privacy handler does it."""
    house = made.house
    with house.store.session() as session:
        member = session.scalars(select(Member).where(Member.call_as == call_as)).one()
        incoming = Incoming(
            event_id="E",
            kind="message",
            at=made.clock.now,
            mode="active",
            chat_kind="user",
            chat_id=member.line_user_id,
            user_id=member.line_user_id,
            reply_token=None,
        )
        turn = open_turn(session, house.tools, house.router, incoming)
        house.router.erase(turn, member)
