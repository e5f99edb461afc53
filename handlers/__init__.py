"""What the bot does for people, one file a capability.

A handler is registered by being listed here; one that is not whole is not listed.
"""

from bot.router import Capability
from handlers import activities, help, records

CAPABILITIES: tuple[Capability, ...] = (activities.capability, help.capability, records.capability)
