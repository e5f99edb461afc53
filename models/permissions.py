"""Roles, and who may do what. Roles fail closed: who is not named may not."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A right in one network (a position, such as chair, is only a label)."""

    MEMBER = "member"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    TREASURER = "treasurer"
    ADVISOR = "advisor"
    OFFICER = "officer"


class Standing(StrEnum):
    """How well the bot knows who is speaking; each standing includes those before it."""

    STRANGER = "stranger"  # has not consented: nothing of what they say is kept
    CONSENTED = "consented"  # may be remembered, belongs to no network yet
    BELONGS = "belongs"  # an active membership in the turn's network


_ORDER = list(Standing)

# A network's file may use the field's words for its people; these are the rights they mean.
ROLE_WORDS: dict[str, Role] = {
    **{role.value: role for role in Role},
    "network_chair": Role.COORDINATOR,
    "network_coordinator": Role.COORDINATOR,
    "enterprise_leader": Role.LEADER,
    "government_officer": Role.OFFICER,
    "academic_advisor": Role.ADVISOR,
    "mentor": Role.ADVISOR,
}

# The same words as positions: labels that carry no right of their own.
POSITION_WORDS: dict[str, str] = {"network_chair": "chair", "enterprise_leader": "leader", "mentor": "mentor"}


class Who:
    """Who may call a handler: at least a standing, and one of the roles where roles are named."""

    def __init__(self, standing: Standing, roles: Iterable[Role] = ()) -> None:
        self.standing = standing
        self.roles = frozenset(roles)

    def allows(self, standing: Standing, roles: frozenset[Role]) -> bool:
        """Whether somebody of this standing with these roles may."""
        if _ORDER.index(standing) < _ORDER.index(self.standing):
            return False
        return not self.roles or bool(self.roles & roles)


ANYONE = Who(Standing.STRANGER)
CONSENTED = Who(Standing.CONSENTED)
BELONGS = Who(Standing.BELONGS)


def only(*roles: Role) -> Who:
    """Those who belong to the network and have one of these roles."""
    if not roles:
        raise ValueError("name at least one role")
    return Who(Standing.BELONGS, roles)
