"""Requests that come at the same time are worked on together: one look at the database and one commit for all."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

GATHER_SECONDS = 0.002  # under load, who comes this soon after a commit shares the next one

Wish = TypeVar("Wish")
Result = TypeVar("Result")


class CommitLate(Exception):
    """What was to be written was not committed in time; it may be yet."""


class Committer(Generic[Wish, Result]):
    """Has what requests want to write written in their order, all that waits at once.

    `write` is given these wishes and gives a result for each, once they are committed; it commits all of them or, where
    it raises, none. `patience` is how many seconds a request waits. The writing is done in a thread, which lives while
    something waits: so no request hangs with the database.
    """

    def __init__(self, write: Callable[[Sequence[Wish]], Sequence[Result]], patience: float) -> None:
        self._write = write
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting: list[_Request[Wish, Result]] = []
        self._is_committing = False

    def commit(self, wish: Wish) -> Result:
        """Give the result of this wish, once it is committed.

        It may be written again after a failure. Raises what it alone is the cause of, and CommitLate.
        """
        request: _Request[Wish, Result] = _Request(wish, time.monotonic() + self._patience)
        with self._lock:
            self._waiting.append(request)
            if not self._is_committing:
                threading.Thread(target=self._commit_what_waits, name="saan-commit", daemon=True).start()
                self._is_committing = True
        if not request.ended.acquire(timeout=self._patience):
            raise CommitLate
        if request.problem is not None:
            raise request.problem
        return request.results[0]

    def _commit_what_waits(self) -> None:
        while requests := self._next():
            self._commit(requests)
            for request in requests:
                request.ended.release()
            time.sleep(GATHER_SECONDS)

    def _next(self) -> "list[_Request[Wish, Result]]":
        with self._lock:
            requests, self._waiting = self._waiting, []
            self._is_committing = bool(requests)
            return requests

    def _commit(self, requests: "list[_Request[Wish, Result]]") -> None:
        """All at once; if that fails one by one, so that what is wrong with one harms no other."""
        requests = [request for request in requests if time.monotonic() < request.until]
        if not requests:
            return
        try:
            results = self._write([request.wish for request in requests])
        except Exception as problem:
            if len(requests) == 1:
                requests[0].problem = problem
                return
            for request in requests:
                self._commit([request])
        else:
            for request, result in zip(requests, results, strict=True):
                request.results.append(result)


class _Request(Generic[Wish, Result]):
    """What one request wants, and what became of it. Nobody waits for it after `until` (monotonic)."""

    def __init__(self, wish: Wish, until: float) -> None:
        self.wish, self.until = wish, until
        self.results: list[Result] = []  # one, once it is committed
        self.problem: Exception | None = None
        self.ended = threading.Lock()
        self.ended.acquire()
