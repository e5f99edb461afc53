"""What a button carries: a name and its arguments, packed into postback data and unpacked when it is tapped.

LINE sends back any string that was once put into a button, at any time, by anybody in the group.
"""

from bot.cards import DATA_LIMIT, TooLong, utf16

SEPARATOR = "/"


def pack(name: str, *arguments: object) -> str:
    """The postback data of a button. Raises TooLong, or ValueError where an argument holds the separator."""
    parts = [name, *map(str, arguments)]
    if any(SEPARATOR in part for part in parts):
        raise ValueError(f"a button's part holds {SEPARATOR!r}")
    data = SEPARATOR.join(parts)
    if utf16(data) > DATA_LIMIT:
        raise TooLong(f"postback data of {len(data)}; LINE takes {DATA_LIMIT}")
    return data


def unpack(data: str) -> tuple[str, tuple[str, ...]]:
    """The name and arguments of a tapped button."""
    name, *arguments = data.split(SEPARATOR)
    return name, tuple(arguments)


def number(argument: str) -> int | None:
    """An argument that should be a whole number; None where it is none (a button of an older version)."""
    return int(argument) if argument.isascii() and argument.isdigit() and len(argument) < 19 else None
