"""What the bot does for people, one file a capability.

A handler is registered by being listed here; one that is not whole is not listed.
"""

from bot.router import Capability
from handlers import (
    activities,
    advice,
    answers,
    codes,
    confirming,
    consent,
    hand_over,
    help,
    kept_answers,
    languages,
    membership,
    new_phone,
    privacy,
    profile,
    questions,
    records,
    roles,
    rooms,
)

CAPABILITIES: tuple[Capability, ...] = (
    activities.capability,
    advice.capability,
    answers.capability,
    codes.capability,
    confirming.capability,
    consent.capability,
    hand_over.capability,
    help.capability,
    kept_answers.capability,
    languages.capability,
    membership.capability,
    new_phone.capability,
    privacy.capability,
    profile.capability,
    questions.capability,
    records.capability,
    roles.capability,
    rooms.capability,
)
