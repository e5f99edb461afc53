"""Wake-ups from host to host: a lane to drain is a procrastinate job in PostgreSQL, the stored rows stay the truth.

A job is deleted as soon as it is done, whatever came of it, and a lost one costs a second: each worker sweeps for what
sleeps. So nothing here is retried, and a worker that PostgreSQL's absence ended is simply started again.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from procrastinate import App, PsycopgConnector
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.jobs import SENDERS, Asleep, Queue

TASK = "drain"
SWEEP_SECONDS = 1.0
POLL_SECONDS = 1.0  # where notifications do not come through, as behind a transaction-pooling PgBouncer
TIDY_SECONDS = 30.0
GATHER_SECONDS = 0.005  # under load, who is woken this soon after others goes with the next statement
WAKE_PATIENCE_SECONDS = 1.0  # LINE waits two seconds for the whole webhook
PATIENCE_SECONDS = 3.0
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 4.0
HAND_BACK_SECONDS = 4.0  # below what a stopping process gives its turns

# One statement for all lanes: the library's own batch fails whole, with an error in the server's log, where one of them
# is queued already. In one order, so that two batches cannot wait for each other.
WAKE = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args) "
    "SELECT CAST(:queue AS text), :task, CAST(:queue AS text) || ' ' || lane, jsonb_build_object('lane', lane) "
    "FROM unnest(CAST(:lanes AS text[])) AS lane ORDER BY lane "
    "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING"
)
# Jobs of killed workers, and of those that could not say that they were done.
TIDY = text(
    "DELETE FROM procrastinate_jobs AS job WHERE job.status <> 'todo' AND ("
    "NOT EXISTS (SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id "
    "AND worker.last_heartbeat > now() - interval '1 minute') "
    "OR EXISTS (SELECT FROM procrastinate_events AS event WHERE event.job_id = job.id "
    "AND event.type = 'started' AND event.at < now() - interval '10 minutes'))"
)
# A host that vanished is noticed in seconds, not in the hours of the system's own setting.
KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}

log = logging.getLogger(__name__)


class ProcrastinateJobs:
    """Drains lanes in `threads` threads for chats, and some more for deliveries.

    `drain(lane)` does all that is waiting in one lane; `asleep` names the lanes in which something is due.
    """

    def __init__(self, url: str, drain: Callable[[str], None], asleep: Asleep, *, threads: int = 4) -> None:
        self._url = make_url(url)
        self._drain = drain
        self._asleep = asleep
        self._threads = {Queue.CHATS: threads, Queue.DELIVERIES: SENDERS * threads}
        # A wake-up may be lost in a crash of the server, so that its commit need not wait for the disk.
        options = f"-c synchronous_commit=off -c statement_timeout={int(WAKE_PATIENCE_SECONDS * 1000)}"
        self._engine = create_engine(
            self._url,
            isolation_level="AUTOCOMMIT",
            pool_size=2,
            pool_timeout=WAKE_PATIENCE_SECONDS,
            hide_parameters=True,
            connect_args={"connect_timeout": 2, "options": options, **KEEPALIVE},
        )
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._stopping = threading.Event()
        self._faults: set[str] = set()
        self._running: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._wanted: dict[Queue, dict[str, None]] = {queue: {} for queue in Queue}
        self._is_waking = False

    def wake(self, lanes: Iterable[str], queue: Queue = Queue.CHATS) -> None:
        """Queue these lanes for any worker; one that already waits is not queued twice.

        Does not wait for PostgreSQL: what is woken meanwhile goes with the next statement.
        """
        with self._lock:
            self._wanted[queue].update(dict.fromkeys(lanes))
            begins, self._is_waking = not self._is_waking, True
        if begins:
            threading.Thread(target=self._wake_wanted, name="saan-wake", daemon=True).start()

    def start(self) -> None:
        """Start the workers and the sweep."""
        # They name jobs with their lanes, which are people's ids, and tell of each lost connection.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self._running = [
            threading.Thread(target=target, name=f"saan-{target.__name__.strip('_')}", daemon=True)
            for target in (self._work, self._sweep)
        ]
        for thread in self._running:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Take no more jobs and let each drain end; what still waits in the database is done elsewhere."""
        self._stopping.set()
        self._loop.call_soon_threadsafe(self._stopped.set)
        deadline = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._engine.dispose()

    def _wake_wanted(self) -> None:
        while wanted := self._next_wanted():
            try:
                for queue, lanes in wanted.items():
                    self._queue(lanes, queue)
            except Exception as error:
                log.warning("No worker could be woken, their sweep will find it: %s", type(error).__name__)
            time.sleep(GATHER_SECONDS)

    def _next_wanted(self) -> dict[Queue, dict[str, None]]:
        with self._lock:
            wanted = {queue: lanes for queue, lanes in self._wanted.items() if lanes}
            self._wanted = {queue: {} for queue in Queue}
            self._is_waking = bool(wanted)
            return wanted

    def _queue(self, lanes: Iterable[str], queue: Queue) -> None:
        if names := list(lanes):
            with self._engine.connect() as connection:
                connection.execute(WAKE, {"queue": queue.value, "task": TASK, "lanes": names})

    def _sweep(self) -> None:
        tidy_at = time.monotonic()
        while not self._stopping.wait(SWEEP_SECONDS):
            try:
                for queue, asleep in self._asleep.items():
                    self._queue(asleep(), queue)
                if time.monotonic() >= tidy_at:
                    tidy_at = time.monotonic() + TIDY_SECONDS
                    with self._engine.connect() as connection:
                        connection.execute(TIDY)
                self._well("sweep")
            except Exception as error:
                self._fault("sweep", error)

    def _work(self) -> None:
        self._loop.set_exception_handler(_note_unmarked)
        self._loop.run_until_complete(self._keep_working())

    async def _keep_working(self) -> None:
        """Keep workers running until told to stop. PostgreSQL's absence ends them within seconds."""
        stopped = asyncio.create_task(self._stopped.wait())
        pause = SHORTEST_PAUSE_SECONDS
        while not stopped.done():
            try:
                async with self._pool() as pool:
                    await pool.open(wait=True, timeout=PATIENCE_SECONDS)
                    self._well("work")
                    pause = SHORTEST_PAUSE_SECONDS
                    await self._work_until(stopped, pool)
            except Exception as error:
                self._fault("work", error)
            await asyncio.wait([stopped], timeout=pause)
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    async def _work_until(self, stopped: asyncio.Task[Any], pool: AsyncConnectionPool[Any]) -> None:
        app = App(connector=PsycopgConnector())
        app.task(name=TASK)(self._drain_in_thread)
        async with app.open_async(pool):
            workers = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=[queue.value],
                        concurrency=threads,
                        fetch_job_polling_interval=POLL_SECONDS,
                        delete_jobs="always",
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=HAND_BACK_SECONDS,
                    )
                )
                for queue, threads in self._threads.items()
            ]
            # A worker that lost its notifications stops without an error.
            await asyncio.wait([stopped, *workers], return_when=asyncio.FIRST_COMPLETED)
            for worker in workers:
                worker.cancel()
            ends = await asyncio.gather(*workers, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def _pool(self) -> AsyncConnectionPool[Any]:
        _, connect = self._url.get_dialect()().create_connect_args(self._url)
        return AsyncConnectionPool(
            kwargs={"connect_timeout": 2, **KEEPALIVE, **connect},
            min_size=1,
            max_size=4,
            timeout=PATIENCE_SECONDS,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )

    async def _drain_in_thread(self, lane: str) -> None:
        """Drain a lane in a thread of its own: a drain that does not end must not hold up the end of the process."""
        done = asyncio.Event()

        def work() -> None:
            try:
                self._drain(lane)
            except Exception as error:
                # A database that is away is no fault of the event: the sweep comes back to it.
                log.warning("A chat's work stopped and will be tried again: %s", type(error).__name__)
            self._loop.call_soon_threadsafe(done.set)

        threading.Thread(target=work, name="saan-drain", daemon=True).start()
        await done.wait()

    def _fault(self, part: str, error: Exception) -> None:
        if part not in self._faults and not self._stopping.is_set():
            self._faults.add(part)
            log.error(
                "The %s stopped (%s) and goes on by itself when PostgreSQL answers",
                part,
                type(error).__name__,
            )

    def _well(self, part: str) -> None:
        if part in self._faults:
            self._faults.remove(part)
            log.info("The %s goes on", part)


def _note_unmarked(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """One line, where asyncio would print a traceback. A job that was done but is still there is tidied later."""
    log.warning("A job could not be marked as done: %s", type(context.get("exception")).__name__)
