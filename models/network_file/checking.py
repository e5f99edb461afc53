"""Holding a file's data against its form, and telling what nothing is made of."""

from pydantic import ValidationError

from models.network_file.format import Entry, Meta, NetworkFile
from models.network_file.kinds import Known, Places, ids_of
from models.network_file.problems import NetworkFileProblem
from models.network_file.text import Text

# What pydantic says of the commonest mistakes, in an operator's words.
SAYINGS = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "string_too_short": "is empty",
    "list_type": "must be a list in [ ]",
    "model_type": "must be an object in { }",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
}


def check(text: Text, places: Places) -> NetworkFile:
    """The file's entries. Raises NetworkFileProblem with all that is wrong, line by line."""
    try:
        return NetworkFile.model_validate(text.data, context=Known(ids_of(text.data), places))
    except ValidationError as error:
        problems = [text.problem(one["loc"], _saying(one["type"], one["msg"])) for one in error.errors()]
        raise NetworkFileProblem(problems) from None


def set_aside(entry: Entry) -> set[str]:
    """The keys of the file that nothing is made of, such as enterprises.seed_case; `meta` may say what it likes."""
    if isinstance(entry, Meta):
        return set()
    found = set(entry.model_extra or {})
    for name, field in type(entry).model_fields.items():
        key = field.alias or name
        inner = getattr(entry, name)
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, Entry):
                found |= {f"{key}.{deeper}" for deeper in set_aside(one)}
    return found


def _saying(kind: str, message: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        return "is no id of LINE's (U, C or R and 32 of 0-9a-f)"
    return SAYINGS.get(kind, f"is wrong: {message[0].lower()}{message[1:]}")
