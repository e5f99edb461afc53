"""The activities and the knowledge of a network's file."""

from typing import Any

from models.activities import Activity, ActivityEnterprise
from models.knowledge import KnowledgeItem
from models.network_file.desk import Desk
from models.network_file.format import ActivityEntry, AdviceEntry, CardEntry, FiguresEntry
from models.people import Member
from models.sharing import SharingTopic


def load_activities(desk: Desk) -> None:
    """What was done; the first enterprise is the one whose activity it is, the others took part."""
    activities = desk.shelf("activity", Activity)
    for entry in desk.each("activities", desk.file.activities):
        row = activities.put(entry.id, **_activity(desk, entry))
        _took_part(desk, row, entry)


def _activity(desk: Desk, entry: ActivityEntry) -> dict[str, Any]:
    room = desk.shelves["room"].rows[entry.room] if entry.room else None
    return {
        "network_id": desk.network.id,
        "enterprise_id": desk.id_of("enterprise", entry.enterprise_ids[0]),
        "reporter_id": desk.member_id(entry.reporter),
        "chat_id": room.chat_id if room else None,
        "kind": entry.kind,
        "happened_on": entry.date,
        "words": entry.words,
        "reported_at": desk.moment(entry.date, entry.time),
        **(_figures(entry.figures) if entry.figures else {}),
    }


def _figures(figures: FiguresEntry) -> dict[str, Any]:
    goods = [(one.item, one.quantity, one.unit) for one in figures.items]
    if figures.item or figures.quantity is not None:
        goods.insert(0, (figures.item, figures.quantity, figures.unit))
    return {
        "product": ", ".join(item for item, _, _ in goods if item),
        "quantities": [[quantity, unit] for _, quantity, unit in goods if quantity is not None],
        "amount": figures.amount,
        "participants": figures.participants,
        "place": figures.place,
    }


def _took_part(desk: Desk, activity: Activity, entry: ActivityEntry) -> None:
    wanted = {desk.id_of("enterprise", code) for code in entry.enterprise_ids} - {activity.enterprise_id}
    kept = [one for one in activity.partners_in if one.enterprise_id in wanted]
    lacking = wanted - {one.enterprise_id for one in kept}
    activity.partners_in = kept + [ActivityEnterprise(enterprise_id=one) for one in sorted(lacking, key=str)]
    desk.session.flush()


def load_knowledge(desk: Desk) -> None:
    """Questions with their answers, and cards of steps: both are knowledge with a source and a date."""
    shelf = desk.shelf("knowledge", KnowledgeItem)
    for advice in desk.each("advice", desk.file.advice_questions):
        shelf.put(advice.id, network_id=desk.network.id, **_advice(desk, advice))
    for card in desk.each("knowledge cards", desk.file.knowledge_cards):
        shelf.put(card.id, network_id=desk.network.id, **_card(desk, card))


def load_sharing_topics(desk: Desk) -> None:
    """The plan of what people are invited to tell; what a coordinator removed in chat stays removed."""
    shelf = desk.shelf("sharing topic", SharingTopic)
    now = desk.moment(desk.file.meta.date)
    for entry in desk.each("sharing topics", desk.file.sharing_topics):
        known = shelf.rows.get(entry.id)
        added_at = known.added_at if known is not None else now
        shelf.put(entry.id, network_id=desk.network.id, added_at=added_at, **entry.columns("id"))


def _advice(desk: Desk, entry: AdviceEntry) -> dict[str, Any]:
    advisor = desk.members.get(entry.advisor) if entry.advisor else None
    return {
        "title": entry.question,
        "words": entry.answer,
        "topic": entry.topic,
        "tags": entry.tags,
        "advisor_id": advisor.id if advisor else None,
        "verify_with": entry.verify_with,
        "source": entry.source or _name(advisor) or desk.network.short_name,
        "source_on": entry.date or desk.file.meta.date,
    }


def _card(desk: Desk, entry: CardEntry) -> dict[str, Any]:
    owner = desk.shelves["enterprise"].rows[entry.enterprise] if entry.enterprise else None
    return {
        "title": entry.title,
        "words": "\n".join(f"{number}. {step}" for number, step in enumerate(entry.steps, 1)),
        "topic": entry.topic,
        "tags": entry.tags,
        "enterprise_id": owner.id if owner else None,
        "source": entry.source or (owner.short_name if owner else desk.network.short_name),
        "source_on": entry.date or desk.file.meta.date,
    }


def _name(member: Member | None) -> str:
    """What a person is called, of those who consented."""
    return member.call_as if member is not None and member.line_user_id is not None else ""
