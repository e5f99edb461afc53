"""Requests that write at the same time share a commit: the disk is waited for once, not once a request."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

Result = TypeVar("Result")


class CommitLate(Exception):
    """What was to be written was not committed in time; it may be yet."""


class Committer:
    """Runs what requests want to write in their order, all that waits in one transaction.

    `patience` is how many seconds a request waits for its commit. The transactions run in a thread, which lives while
    something waits: so no request hangs with the database.
    """

    def __init__(self, engine: Engine, patience: float) -> None:
        self._engine = engine
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting: list[_Wish] = []
        self._is_committing = False

    def commit(self, write: Callable[[Connection], Result]) -> Result:
        """Give what `write` gives, once that is committed.

        `write` may run again after a failure, in a new transaction. Raises what its own transaction raises, and
        CommitLate.
        """
        wish = _Wish(write, time.monotonic() + self._patience)
        with self._lock:
            self._waiting.append(wish)
            if not self._is_committing:
                threading.Thread(target=self._commit_what_waits, name="saan-commit", daemon=True).start()
                self._is_committing = True
        if not wish.ended.acquire(timeout=self._patience):
            raise CommitLate
        if wish.problem is not None:
            raise wish.problem
        result: Result = wish.result
        return result

    def _commit_what_waits(self) -> None:
        while wishes := self._next():
            self._commit(wishes)
            for wish in wishes:
                wish.ended.release()

    def _next(self) -> "list[_Wish]":
        with self._lock:
            wishes, self._waiting = self._waiting, []
            self._is_committing = bool(wishes)
            return wishes

    def _commit(self, wishes: "list[_Wish]") -> None:
        """One transaction for all; if it fails one for each, so that what is wrong with one harms no other."""
        wishes = [wish for wish in wishes if time.monotonic() < wish.until]
        try:
            with self._engine.begin() as connection:
                results = [wish.write(connection) for wish in wishes]
        except Exception as problem:
            if len(wishes) == 1:
                wishes[0].problem = problem
                return
            for wish in wishes:
                self._commit([wish])
        else:
            for wish, result in zip(wishes, results, strict=True):
                wish.result = result


class _Wish:
    """What one request wants to write, and what became of it. Nobody waits for it after `until` (monotonic)."""

    def __init__(self, write: Callable[[Connection], Any], until: float) -> None:
        self.write, self.until = write, until
        self.result: Any = None
        self.problem: Exception | None = None
        self.ended = threading.Lock()
        self.ended.acquire()
