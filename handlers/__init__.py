"""What the bot does for people, one file a capability.

A handler is registered by being listed here; one that is not whole is not listed.
"""

from bot.router import Capability
from handlers import (
    activities,
    advice,
    answers,
    binding,
    codes,
    confirming,
    consent,
    hand_over,
    help,
    introductions,
    joining,
    kept_answers,
    languages,
    membership,
    needs,
    new_phone,
    partners,
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
    binding.capability,
    codes.capability,
    confirming.capability,
    consent.capability,
    hand_over.capability,
    help.capability,
    introductions.capability,
    joining.capability,
    kept_answers.capability,
    languages.capability,
    membership.capability,
    needs.capability,
    new_phone.capability,
    partners.capability,
    privacy.capability,
    profile.capability,
    questions.capability,
    records.capability,
    roles.capability,
    rooms.capability,
)
