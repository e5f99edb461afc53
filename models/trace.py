"""The mark that lines of the log and deliveries bear which come from one event, in whatever process."""

from contextvars import ContextVar

trace: ContextVar[str | None] = ContextVar("trace", default=None)


def current_trace() -> str | None:
    """The mark of the event in hand; None where nobody's event is."""
    return trace.get()
