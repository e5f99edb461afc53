"""What a group did in a month, in a few lines: for others first, and never money."""

from bot.voice import Speaks
from models.recognitions import Deeds

LINES = 4


def deed_lines(speaks: Speaks, deeds: Deeds) -> list[str]:
    """What was done for others first; at most four lines, and a word of praise."""
    counts = (
        ("community", deeds.community),
        ("joint", deeds.joint),
        ("knowledge", deeds.knowledge),
        ("learned", deeds.learned),
        ("found_work", deeds.found_work),
        ("took_part", deeds.took_part),
        ("activities", deeds.activities),
    )
    lines = [speaks.say(f"recognition.{name}", count=count) for name, count in counts if count][:LINES]
    said = next((one.words for one in deeds.praises if one.words), "")
    return [*lines, speaks.say("praise.quoted", words=said)] if said else lines
