"""Thai public holidays: the days themselves, those given in lieu, and the cabinet's extra ones.

Source: the library `holidays`, country Thailand, category public. It follows the cabinet's resolutions as they are
announced, so extra days of a coming year are known only after its next release. The weekly holy days (wan phra) are
no public holidays.
"""

from datetime import date
from functools import cache

OTHER = "other"
IN_LIEU = "in_lieu"
IN_LIEU_SIGN = " (in lieu)"

# The library's English names, without "(in lieu)", to the keys of the catalogue `holidays`.
KEYS = {
    "Asarnha Bucha": "asarnha_bucha",
    "Bridge Public Holiday": "bridge",
    "Buddhist Lent Day": "buddhist_lent",
    "Chakri Memorial Day": "chakri",
    "Constitution Day": "constitution",
    "Coronation Day": "coronation",
    "HM King Bhumibol Adulyadej Memorial Day": "king_bhumibol_memorial",
    "HM King Bhumibol Adulyadej the Great Memorial Day": "king_bhumibol_memorial",
    "HM King Bhumibol Adulyadej the Great's Birthday": "fathers_day",
    "HM King Chulalongkorn Memorial Day": "king_chulalongkorn",
    "HM King Maha Vajiralongkorn's Birthday": "kings_birthday",
    "HM Queen Sirikit The Queen Mother's Birthday": "mothers_day",
    "HM Queen Suthida's Birthday": "queens_birthday",
    "Makha Bucha": "makha_bucha",
    "National Children's Day": "children",
    "National Labor Day": "labour",
    "New Year's Day": "new_year",
    "New Year's Eve": "new_years_eve",
    "Songkran Festival": "songkran",
    "Visakha Bucha": "visakha_bucha",
}


def is_holiday(day: date) -> bool:
    """Whether this day is a public holiday in Thailand."""
    return holiday(day) is not None


def holiday(day: date) -> str | None:
    """The key of a public holiday's name (the msgid is `holidays.<key>`); None on other days."""
    return _year(day.year).get(date(day.year, day.month, day.day))


@cache
def _year(year: int) -> dict[date, str]:
    """A year's holidays; imported when first asked, because the library takes 8 MB and 0.2 s."""
    from holidays import country_holidays

    return {day: _key(name) for day, name in country_holidays("TH", years=year, language="en_US").items()}


def _key(name: str) -> str:
    """One key for a day's names, of which it may have several, separated by semicolons."""
    first = name.split("; ")[0]
    return IN_LIEU if first.endswith(IN_LIEU_SIGN) else KEYS.get(first, OTHER)
