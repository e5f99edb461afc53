"""Who found paid work in what was done: how many people, for how many days, read from the words of a report.

Only counts are kept: nobody is named.
"""

import re
from collections.abc import Sequence

from bot.cards import Row
from bot.dialogue import Data
from bot.turn import Turn
from bot.understanding.normalise import tidy
from bot.understanding.numbers import find_numbers

MOST_PEOPLE, MOST_DAYS = 1000, 366


def take_paid_work(turn: Turn, data: Data, words: str) -> None:
    """Take จ้างคน 4 คน 2 วัน into a report: four people, eight days of work; one day each where none is said."""
    plain = tidy(words).clean
    if not re.search(turn.say("paid_work.words.paid"), plain):
        return
    people = _counted(plain, turn.say("paid_work.words.people"), MOST_PEOPLE)
    days = _counted(plain, turn.say("paid_work.words.days"), MOST_DAYS) or 1
    if people:
        data["people_paid"], data["work_days"] = int(people), people * days


def paid_rows(turn: Turn, data: Data) -> Sequence[Row]:
    """The line of a report's card that tells of paid work, so that its reporter sees what is kept."""
    people = data.get("people_paid")
    if not people:
        return []
    days = turn.language.number(data["work_days"])
    return [Row(turn.say("paid_work.label"), turn.say("paid_work.value", people=people, days=days))]


def _counted(plain: str, unit: str, most: int) -> float:
    """The first number that counts this unit; 0 where none does."""
    for number in find_numbers(plain):
        if 0 < number.value <= most and re.match(unit, plain[number.end :]):
            return number.value
    return 0.0
