"""Lines of the log: for a person at a terminal, or as JSON. Lines about one event bear its trace, in any process.

Libraries are heard only when they warn: below that they tell what people wrote and who they are.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.orjson import OrjsonFormatter

from bot.faults import where
from models.trace import current_trace, trace

OURS = ("bot", "handlers", "models")
TRACE_LENGTH = 12
LINE_ID = re.compile(r"\b([UCR][0-9a-f]{5})[0-9a-f]{27}\b")
TEXT = "%(asctime)s %(levelname)s %(name)s [%(trace)s] %(message)s"
NO_TRACE = "-"


def set_up_logs(form: str, level: str = "info") -> None:
    """Have this process write its log to stderr, as `text` or `json`, from this level on; may be called again."""
    handler = _Lines()
    handler.setFormatter(_JsonLines() if form == "json" else _TextLines(TEXT))
    handler.addFilter(_prepare)
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _Lines)] + [handler]
    root.setLevel(level.upper())


def trace_of(event_id: str) -> str:
    """An event's trace: it is the same in every process, and leads back to no id of LINE's."""
    return hashlib.sha256(event_id.encode()).hexdigest()[:TRACE_LENGTH]


@contextmanager
def following(mark: str | None) -> Iterator[None]:
    """All that is logged and written to be sent in this block bears this trace (None: nobody's)."""
    before = trace.set(mark)
    try:
        yield
    finally:
        trace.reset(before)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]  # generic only for type checkers
    """Our own handler on the root logger."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A line that cannot be written is left out: the library would show its arguments as they are."""


def _prepare(record: logging.LogRecord) -> bool:
    """Give a record its trace. False where it is a library's and no warning."""
    record.trace = getattr(record, "trace", None) or current_trace()
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OURS


def _fault(error: Any) -> str:
    return " at ".join(where(error[1])) if error and error[1] else ""


class _TextLines(logging.Formatter):
    """One line a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; ids of LINE are shortened, and of an error only its kind and place are told."""
        record.message, record.asctime = record.getMessage(), self.formatTime(record)
        values = {**record.__dict__, "trace": record.__dict__.get("trace") or NO_TRACE}
        fault = f" ({_fault(record.exc_info)})" if record.exc_info else ""
        return LINE_ID.sub(r"\1…", (TEXT % values + fault).replace("\n", " "))


class _JsonLines(OrjsonFormatter):
    """One JSON object a record."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger", "exc_info": "fault"}
        super().__init__(["time", "levelname", "name", "trace", "message"], rename_fields=names)

    def format(self, record: logging.LogRecord) -> str:
        """The line; ids of LINE are shortened, and of an error only its kind and place are told."""
        record.time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return LINE_ID.sub(r"\1…", super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        """What failed and where."""
        return _fault(ei)

    def process_log_record(self, log_data: Mapping[str, Any]) -> dict[str, Any]:
        """Without what is not known."""
        return {name: value for name, value in log_data.items() if value is not None}
