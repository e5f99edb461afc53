"""Many processes on one PostgreSQL: wake-ups as jobs, workers that die, a database that goes away."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import select, text

from bot import settings as settings_module
from bot.app import create_app
from bot.jobs import SENDERS, Queue
from bot.jobs.embedded import EmbeddedJobs
from bot.jobs.procrastinate import ProcrastinateJobs
from bot.settings import SettingsProblem, load_settings
from models.migrate import MIGRATIONS
from models.post import Event
from models.store import Store
from tests.bot.test_webhook import event, post, webhook
from tests.soak.counts import tally
from tests.soak.load import Load
from tests.town import Town, settled, until

on_postgres = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
ELSEWHERE_WITHIN = 15.0


def jobs_in(store: Store) -> list[tuple[str, str, str]]:
    with store.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT queue_name, args ->> 'lane', status FROM procrastinate_jobs ORDER BY id")
        )
        return [tuple(row) for row in rows]


@contextmanager
def at_work(database_url, drain, *, asleep=None, threads=2) -> Iterator[ProcrastinateJobs]:
    jobs = ProcrastinateJobs(database_url, drain, asleep or {}, threads=threads)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop(5)


@on_postgres
class TestJobs:
    """The engine alone."""

    def test_a_lane_waits_once_for_its_people_and_once_for_what_leaves(self, database_url, store):
        jobs = ProcrastinateJobs(database_url, print, {})
        jobs.wake(["Cb", "Ua"])
        jobs.wake(["Ua", "Uc", "Ua"])
        jobs.wake(["Ua"], Queue.DELIVERIES)
        until(lambda: len(jobs_in(store)) >= 4, "nobody was woken")
        assert sorted(jobs_in(store)) == [
            ("chats", "Cb", "todo"),
            ("chats", "Ua", "todo"),
            ("chats", "Uc", "todo"),
            ("deliveries", "Ua", "todo"),
        ]

    def test_a_wake_up_that_fails_raises_nothing_and_spoils_none_after_it(self, database_url, store, caplog):
        jobs = ProcrastinateJobs(database_url, print, {})
        with store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE procrastinate_jobs RENAME TO away"))
        jobs.wake(["Ua"])
        until(lambda: "No worker could be woken" in caplog.text, "nobody was told")
        with store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO procrastinate_jobs"))
        jobs.wake(["Ub"])
        until(lambda: jobs_in(store) == [("chats", "Ub", "todo")], "nobody was woken")

    def test_a_big_send_delays_no_chat(self, database_url, store):
        may_end, drained = threading.Event(), threading.Event()

        def drain(lane: str) -> None:
            if lane.startswith("P"):
                may_end.wait(20)
            else:
                drained.set()

        with at_work(database_url, drain) as jobs:
            jobs.wake([f"P{number}" for number in range(50)], Queue.DELIVERIES)
            jobs.wake(["Ua"])
            assert drained.wait(10)
            assert ("deliveries", "P9", "todo") in jobs_in(store)
            may_end.set()
            until(lambda: not jobs_in(store), "jobs stay when they are done")

    def test_what_sleeps_is_woken_and_what_failed_is_tried_again(self, database_url, store):
        tried: list[str] = []

        def drain(lane: str) -> None:
            tried.append(lane)
            if len(tried) == 1:
                raise ValueError

        asleep = {Queue.CHATS: lambda: [] if len(tried) > 1 else ["Ua"]}
        with at_work(database_url, drain, asleep=asleep):
            until(lambda: tried == ["Ua", "Ua"], "the sweep woke nobody", 20)
            until(lambda: not jobs_in(store), "jobs stay when they are done")

    def test_jobs_of_a_killed_worker_are_tidied_away(self, database_url, store):
        with store.engine.begin() as connection:
            connection.execute(
                text(
                    "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) "
                    "VALUES (now() - interval '2 minutes') RETURNING id) "
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) "
                    "SELECT 'chats', 'drain', 'doing', id FROM worker"
                )
            )
        with at_work(database_url, print):
            until(lambda: not jobs_in(store), "the job of a killed worker stays", 20)

    def test_an_accepted_webhook_leaves_a_job_and_is_accepted_without_one_too(self, bot):
        app = create_app(bot.house.settings)
        house = app.extensions["saan"]
        bot.client = app.test_client()
        assert post(bot, webhook(event(1), event(2))).status_code == 200
        until(lambda: jobs_in(bot.house.store), "nobody was woken")
        assert [queue for queue, _, status in jobs_in(bot.house.store)] == ["chats"]
        with bot.house.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE procrastinate_jobs RENAME TO away"))
        assert post(bot, webhook(event(3))).status_code == 200
        assert len(house.inbox.asleep()) == 1
        house.store.close()
        house.webhook.store.close()


def test_the_tables_are_those_of_the_library():
    """Where this fails after an upgrade: bring the library's new migrations in a revision, and a new copy."""
    copy = (MIGRATIONS / "sql" / "procrastinate_3_10.sql").read_text(encoding="utf-8")
    assert copy.endswith(SchemaManager.get_schema())


def test_in_one_process_chats_go_on_while_all_who_send_are_busy():
    """A big send keeps its own threads busy, and waits for LINE in them; no answer waits behind it."""
    may_end, begun, answered = threading.Event(), [], []

    def drain(lane: str) -> None:
        if lane.startswith("multicast"):
            begun.append(lane)
            may_end.wait(20)
        else:
            answered.append(lane)

    jobs = EmbeddedJobs(drain, {}, threads=1)
    jobs.start()
    jobs.wake([f"multicast:1:{number}" for number in range(SENDERS + 2)], Queue.DELIVERIES)
    until(lambda: len(begun) == SENDERS, "the senders did not begin")
    jobs.wake(["Ua", "Ub"])
    until(lambda: answered == ["Ua", "Ub"], "an answer waits behind the big send")
    assert len(begun) == SENDERS
    may_end.set()
    until(lambda: len(begun) == SENDERS + 2, "something was not sent")
    jobs.stop(5)


def test_postgresql_without_its_extra_is_one_line_with_the_remedy(monkeypatch):
    monkeypatch.setattr(settings_module, "find_spec", lambda name: None if name == "psycopg" else True)
    with pytest.raises(SettingsProblem, match=r"DATABASE_URL needs .* pip install '\.\[postgres\]'"):
        load_settings(database_url="postgresql://localhost/saan")


@on_postgres
@pytest.mark.crash
def test_the_chats_of_a_killed_worker_go_on_elsewhere_in_order(demo_url, tmp_path):
    with Town(demo_url, tmp_path).open() as town:
        town.start_all(["web", "worker 1", "worker 2"])
        killed, other = town.running["worker 1"], town.running["worker 2"]
        other.signal(signal.SIGSTOP)  # so that what is in hand is in the hand of the one to be killed
        town.line.faults.slow = 0.3  # so that it is killed in mid-turn, others waiting behind it
        load = Load(town, people=4)
        for person in load.people * 2:
            load.report(person)
        lane = _in_hand(town.store)
        killed.kill()
        other.signal(signal.SIGCONT)
        killed_at = datetime.now(UTC)
        town.line.faults.slow = 0
        until(lambda: settled(town.store), "something was not finished")
        counts = tally(town.line, town.store, load.wanted, load.counts)
        assert counts.faults == 0, counts
        with town.store.session() as session:
            ends = session.scalars(select(Event.finished_at).where(Event.lane == lane)).all()
    after = sorted(end for end in ends if end > killed_at)
    assert len(after) > 1
    assert after[0] - killed_at < timedelta(seconds=ELSEWHERE_WITHIN)


def _in_hand(store: Store) -> str:
    """A lane on which somebody works, with more waiting behind it."""
    found: list[str] = []
    query = text(
        "SELECT name FROM lanes WHERE holder IS NOT NULL "
        "AND (SELECT count(*) FROM events WHERE lane = name AND state = 'waiting') > 1"
    )

    def look() -> bool:
        with store.engine.connect() as connection:
            found.extend(connection.scalars(query))
        return bool(found)

    until(look, "the worker took no chat")
    return found[0]
