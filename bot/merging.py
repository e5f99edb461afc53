"""What the capabilities declare, put together."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from models.permissions import Standing

Name = TypeVar("Name", str, Standing)
Value = TypeVar("Value")


def keeping(handlers: dict[Name, Value], name: Name) -> Callable[[Value], Value]:
    """A decorator that keeps what it is put on under this name."""

    def add(handler: Value) -> Value:
        handlers[name] = handler
        return handler

    return add


def merged(parts: Iterable[Mapping[Name, Value]]) -> dict[Name, Value]:
    """All parts in one; a name that two capabilities claim is a defect, found at start."""
    together: dict[Name, Value] = {}
    for part in parts:
        if twice := together.keys() & part.keys():
            raise ValueError(f"two handlers for {sorted(twice)}")
        together.update(part)
    return together
