"""The people of a network's file: who they are, what they consented to and what they may do.

Only who consented is linked to a LINE account; all others are entries that nobody is behind until they claim them.
"""

from datetime import date, datetime

from sqlalchemy import select

from models.membership import BASIC, GUARDIAN, PHOTOS, grant_role
from models.network_file.desk import Desk, Shelf
from models.network_file.format import ConsentEntry, MemberEntry
from models.network_file.problems import NetworkFileProblem, Path
from models.people import Consent, Member, Membership
from models.permissions import POSITION_WORDS, ROLE_WORDS


def load_members(desk: Desk) -> None:
    """Members with their memberships, roles, positions and consents."""
    memberships = desk.shelf("member", Membership)
    beside = {entry.member_id: entry.id for entry in desk.file.partners if entry.member_id}
    for place, entry in enumerate(desk.each("members", desk.file.members)):
        member, membership = _find(desk, memberships, entry, ("members", place, "line_user_id"))
        if member.left_at is not None or (membership is not None and membership.state == "left"):
            desk.notes.append(f"{entry.id} has left the network; nothing about them was loaded")
            memberships.count(entry.id)
            continue
        _load_person(desk, member, entry)
        membership = membership or Membership(
            member=member, network_id=desk.network.id, joined_at=_since(desk, entry)
        )
        _load_membership(desk, membership, entry, beside.get(entry.id))
        memberships.count(entry.id, membership, member)
        desk.session.add(membership)
        desk.session.flush()
        memberships.rows[entry.id] = membership
        desk.members[entry.id] = member


def _find(
    desk: Desk, memberships: Shelf[Membership], entry: MemberEntry, path: Path
) -> tuple[Member, Membership | None]:
    """Who this entry is about: the person with its id, else the owner of its LINE account, else somebody new."""
    owner = None
    if entry.line_user_id is not None:
        owner = desk.session.scalar(select(Member).where(Member.line_user_id == entry.line_user_id))
    membership = memberships.rows.get(entry.id)
    if membership is not None:
        _refuse_other_account(desk, membership.member, owner, entry, path)
        return membership.member, membership
    if owner is None:
        return Member(created_at=_since(desk, entry), line_user_id=None), None
    mine = (one for one in owner.memberships if one.network_id == desk.network.id)
    return owner, next(mine, None)


def _refuse_other_account(
    desk: Desk, member: Member, owner: Member | None, entry: MemberEntry, path: Path
) -> None:
    if owner is not None and owner is not member:
        what = "belongs to somebody else, who joined by themselves; take it out and let them claim this entry"
    elif entry.line_user_id and member.line_user_id and entry.line_user_id != member.line_user_id:
        what = f"is not the account that {entry.id} uses; leave it out (a new phone is claimed with a code)"
    else:
        return
    raise NetworkFileProblem([desk.text.problem(path, what)])


def _load_person(desk: Desk, member: Member, entry: MemberEntry) -> None:
    if member.line_user_id is None:
        member.full_name, member.call_as = entry.full_name, entry.call_as
    elif (member.full_name, member.call_as) != (entry.full_name, entry.call_as):
        desk.notes.append(f"{entry.id} keeps the names in use; the file has others")
    member.under_age = entry.consent.guardian_required
    _consent(desk, member, entry.consent)
    if entry.line_user_id is not None and _stands(member, BASIC):
        member.line_user_id = entry.line_user_id


def _consent(desk: Desk, member: Member, consent: ConsentEntry) -> None:
    """What the file proves; a consent that was given or withdrawn in the bot since then outweighs it."""
    given: dict[str, date | None] = {
        BASIC: consent.given_at if consent.basic else None,
        PHOTOS: consent.given_at if consent.basic and consent.photo_use else None,
        GUARDIAN: consent.guardian_consent_at,
    }
    for purpose, day in given.items():
        if day is None:
            continue
        at = desk.moment(day)
        if not any(one.purpose == purpose and one.given_at >= at for one in member.consents):
            member.consents.append(Consent(purpose=purpose, version=consent.version, given_at=at))


def _stands(member: Member, purpose: str) -> bool:
    return any(one.purpose == purpose and one.withdrawn_at is None for one in member.consents)


def _load_membership(desk: Desk, membership: Membership, entry: MemberEntry, partner: str | None) -> None:
    membership.code = entry.id
    if "enterprise_id" in entry.model_fields_set:
        membership.enterprise_id = desk.id_of("enterprise", entry.enterprise_id)
    if partner is not None:
        membership.partner_id = desk.id_of("partner", partner)
    if "topics" in entry.model_fields_set:
        membership.topics = entry.topics
    membership.confirmed_at = membership.confirmed_at or _since(desk, entry)  # the network's own file vouches
    if not membership.member.under_age or _stands(membership.member, GUARDIAN):
        membership.state = "active"
    membership.positions = _positions(entry)
    _roles(desk, membership, entry)


def _roles(desk: Desk, membership: Membership, entry: MemberEntry) -> None:
    """Grant what the file grants; what was granted otherwise stays."""
    wanted = {ROLE_WORDS[word] for word in entry.roles if word in ROLE_WORDS}
    for other in sorted({grant.role for grant in membership.roles} - wanted):
        desk.notes.append(f"{entry.id} keeps the role {other}, which the file does not name")
    for role in sorted(wanted):
        grant_role(membership, role, None, _since(desk, entry))


def _positions(entry: MemberEntry) -> list[str]:
    """Labels: those that come with a role's word, those that are no role, and the network's own."""
    words = [
        POSITION_WORDS.get(word, word)
        for word in entry.roles
        if word in POSITION_WORDS or word not in ROLE_WORDS
    ]
    return list(dict.fromkeys([*words, *entry.positions]))


def _since(desk: Desk, entry: MemberEntry) -> datetime:
    """When a person came in, as far as the file knows."""
    return desk.moment(entry.consent.given_at or desk.file.meta.date)
