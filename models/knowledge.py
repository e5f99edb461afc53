"""Questions people asked, who answers them, and what the network knows."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activities import Photo
from models.base import Base, key
from models.network import Enterprise
from models.people import Member


class Question(Base):
    """A question that was handed to a person."""

    __tablename__ = "questions"

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    code: Mapped[str | None]
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    advisor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    words: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")  # open, answered, withdrawn, unanswered (nobody knows)
    message_id: Mapped[str | None] = mapped_column(index=True)  # LINE's, until it is unsent
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("questions.id")
    )  # the question this one goes on from
    passed_ids: Mapped[list[int]] = mapped_column(default=list)  # members who were asked and passed it on
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]  # as it was promised to the asker
    answered_at: Mapped[datetime | None]

    asker: Mapped[Member | None] = relationship(foreign_keys=[asker_id])
    advisor: Mapped[Member | None] = relationship(foreign_keys=[advisor_id])
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.id", back_populates="question")


class Answer(Base):
    """What a person answered."""

    __tablename__ = "answers"

    id: Mapped[int] = key()
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    words: Mapped[str]
    answered_at: Mapped[datetime]

    question: Mapped[Question] = relationship(back_populates="answers")
    author: Mapped[Member | None] = relationship()


class KnowledgeItem(Base):
    """A short piece of advice with its source and date."""

    __tablename__ = "knowledge_items"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    code: Mapped[str | None]
    title: Mapped[str]
    words: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(default=list)
    topic: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")  # a person, group or office by name
    source_on: Mapped[date]
    verify_with: Mapped[list[str]] = mapped_column(default=list)  # offices to ask before relying on it
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    advisor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # whom to ask for more
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    prompt_id: Mapped[int | None] = mapped_column(ForeignKey("sharing_prompts.id"))  # what it answers
    own_group: Mapped[bool] = mapped_column(default=False)  # only the enterprise's own people may read it
    message_id: Mapped[str | None] = mapped_column(index=True)  # LINE's, until it is unsent
    told_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise | None] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=[author_id])
    advisor: Mapped[Member | None] = relationship(foreign_keys=[advisor_id])
    media: Mapped[list[Photo]] = relationship(order_by=Photo.id, viewonly=True)

    @property
    def picture(self) -> Photo | None:
        """Its first picture."""
        return next((one for one in self.media if not one.is_sound), None)

    @property
    def sound(self) -> Photo | None:
        """What was told aloud of it."""
        return next((one for one in self.media if one.is_sound), None)
