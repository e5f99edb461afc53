"""What /metrics and /healthz tell operators: true figures, under several processes too, and nothing about people."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import urllib3
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.app import answer_metrics
from bot.budget import ONLY
from bot.heartbeat import CLOCK, STALE_AFTER, beat
from bot.incoming import KNOWN
from bot.line import Outcome
from bot.settings import SettingsProblem
from models.post import Budget
from tests.bot.test_webhook import event, sign, text, webhook
from tests.letters import write
from tests.town import Town, free_port, settled, until

BEARER = "a-token-of-sixteen"
REPORT = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท"


def asked(bot, token: str = BEARER, given: str | None = None):
    """/metrics of a bot whose settings have this token; the scraper gives the same or another."""
    settings = bot.house.settings.model_copy(update={"saan_metrics_token": SecretStr(token)})
    client = replace(bot.house, settings=settings).web().test_client()
    header = f"Bearer {token if given is None else given}"
    return client.get("/metrics", headers={"Authorization": header})


def samples(told: str) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in text_string_to_metric_families(told):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def value(told: str, name: str, **labels: str) -> float | None:
    """The sum of the samples of this name that have these labels; None where there are none."""
    found = [number for one, has, number in samples(told) if one == name and labels.items() <= has.items()]
    return sum(found) if found else None


def figures(bot, *names: str) -> list[float | None]:
    told = asked(bot).get_data(as_text=True)
    return [value(told, f"saan_{name}") for name in names]


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [("", "", 404), (BEARER, "", 401), (BEARER, "ผิด", 401), (BEARER, BEARER, 200)],
)
def test_metrics_are_behind_a_token_and_nowhere_without_one(bot, token, given, status):
    """404, 401, 200."""
    assert asked(bot, token, given.encode().decode("latin-1")).status_code == status


def test_a_message_is_counted_and_timed_from_webhook_to_answer(bot):
    """Under its kind, its intent, its way; the token's age is that of the moment at which it is used."""
    bot.line.faults.api, bot.line.faults.times = "down", 1
    bot.person("M04").says(REPORT)
    bot.clock.forward(seconds=3)
    bot.sweep()
    bot.client.post("/callback", data=b"{}")
    told = asked(bot).get_data(as_text=True)
    assert value(told, "saan_webhook_seconds_count", status="200") == 1
    assert value(told, "saan_webhook_seconds_count", status="400") == 1
    assert value(told, "saan_events_total", kind="message") == 1
    assert value(told, "saan_turn_seconds_count", intent="log_activity") == 1
    assert value(told, "saan_deliveries_total", way="reply", outcome="unsure") == 1
    assert value(told, "saan_deliveries_total", way="reply", outcome="sent") == 1
    assert value(told, "saan_reply_token_age_seconds_sum") == 3
    assert value(told, "saan_reply_token_age_seconds_count") == 2


def test_what_rode_and_what_was_pushed_to_many_is_counted_by_deliveries(bot, monkeypatch):
    """A ride is counted when its reply was taken, a multicast for each of its recipients."""
    write(bot, rooms=["G1"], about="test:ride")
    bot.person("M04").in_group("G1").says("สาน ห้องนี้คือห้องอะไร")
    monkeypatch.setattr("bot.notices.MANY", 1)
    write(bot, members=["M01", "M04"], about="test:many", due=1)
    bot.tick(hours=2)
    told = asked(bot).get_data(as_text=True)
    assert value(told, "saan_deliveries_total", way="ride", outcome="sent") == 1
    assert value(told, "saan_deliveries_total", way="multicast", outcome="sent") == 2


def test_failures_and_dead_letters_are_counted(bot, monkeypatch):
    """Three tries, the last one gives it up."""

    def defect(_router, _turn):
        raise RuntimeError

    monkeypatch.setattr(type(bot.house.router), "answer", defect)
    bot.person("M04").says(REPORT)
    for seconds in (2, 5):
        bot.clock.forward(seconds=seconds)
        bot.sweep()
    told = asked(bot).get_data(as_text=True)
    assert value(told, "saan_turn_failures_total", dead_letter="no") == 2
    assert value(told, "saan_turn_failures_total", dead_letter="yes") == 1


def test_what_waits_is_read_from_the_database(bot):
    """Depth and age of the inbox, depth of the outbox; the budget and the clock as far as they are known."""
    names = ("inbox_events", "inbox_age_seconds", "budget_used_messages", "budget_quota_messages")
    assert figures(bot, *names, "clock_lag_seconds") == [0, 0, None, None, None]
    write(bot, rooms=["G1"])
    bot.client.post(
        "/callback", data=(body := webhook(text("สวัสดี"))), headers={"X-Line-Signature": sign(body)}
    )
    with bot.house.store.session() as session:
        session.merge(
            Budget(id=ONLY, month="2026-11", quota=300, used=7, line_used=7, asked_at=bot.clock.now)
        )
        beat(session, CLOCK, bot.clock.now)
    bot.clock.forward(seconds=40)
    assert figures(bot, *names, "clock_lag_seconds") == [1, 40, 7, 300, 40]
    told = asked(bot).get_data(as_text=True)
    assert value(told, "saan_outbox_deliveries", state="planned") == 1
    assert value(told, "saan_outbox_deliveries", state="waiting") == 0


def test_no_label_names_a_person_a_chat_or_a_word(bot):
    """Every label is one of a few known words."""
    person = bot.person("M04")
    person.says(REPORT)
    person.taps("ถูกต้อง")
    person.in_group("G3").says("สาน เมนู")
    bot.client.post(
        "/callback", data=(body := webhook(event(9, "ผ้าคราม"))), headers={"X-Line-Signature": sign(body)}
    )
    words = {*KNOWN, *Outcome, *bot.house.router.intents, "other", "yes", "no"}
    words |= {"reply", "push", "multicast", "ride", "planned", "waiting", "sending", "carried"}
    told = asked(bot).get_data(as_text=True)
    for name, labels, _ in samples(told):
        for label, word in labels.items():
            assert word in words or (label == "le") or re.fullmatch(r"[1-5]\d\d", word), f"{name} {labels}"
    assert value(told, "saan_turn_seconds_count", intent="postback") == 1


def test_health_tells_when_the_clock_stands_still_and_stays_ready(bot):
    """Webhooks are taken without a clock."""
    assert bot.client.get("/healthz").get_json() == {"ready": True, "clock": {"beat": None, "stale": True}}
    with bot.house.store.session() as session:
        beat(session, CLOCK, bot.clock.now)
    for later, stale in ((STALE_AFTER, False), (timedelta(seconds=1), True)):
        bot.clock.now += later
        answer = bot.client.get("/healthz")
        assert (answer.status_code, answer.get_json()["clock"]["stale"]) == (200, stale)


@pytest.mark.crash
def test_several_processes_tell_the_sum_of_all_exactly(demo_url, tmp_path):
    """300 webhooks over two web processes, a worker's turns among them, and none counted twice after a restart."""
    with Town(demo_url, tmp_path).open() as town:
        town.environment["SAAN_METRICS_TOKEN"] = BEARER
        worker = town.start("worker")
        town.start("web")
        until(town.receives, "the bot did not start")
        pool = urllib3.PoolManager(maxsize=8)
        for number in range(300):
            talk = event(number, group=True) if number % 30 else event(number)
            post(pool, town.port, webhook(talk))
        until(lambda: settled(town.store), "the worker did not finish")
        worker.end()
        told = {scrape(town.port) for _ in range(20)}
    assert {value(one, "saan_webhook_seconds_count", status="200") for one in told} == {300}
    assert {value(one, "saan_events_total", kind="message") for one in told} == {300}
    assert {value(one, "saan_turn_seconds_count") for one in told} == {10}


def post(pool: urllib3.PoolManager, port: int, body: bytes) -> None:
    headers = {"X-Line-Signature": sign(body), "Connection": "close"}  # so that both processes get some
    assert pool.request("POST", f"http://127.0.0.1:{port}/callback", body=body, headers=headers).status == 200


def scrape(port: int) -> str:
    """From whichever process takes it."""
    headers = {"Authorization": f"Bearer {BEARER}", "Connection": "close"}
    return urllib3.request("GET", f"http://127.0.0.1:{port}/metrics", headers=headers).data.decode()


def test_a_worker_on_a_host_without_web_tells_its_figures_at_a_port_of_its_own(bot, monkeypatch, caplog):
    """Behind the same token; of two on one host the first one answers for both."""
    port = free_port()
    given = {"saan_metrics_token": SecretStr(BEARER), "saan_metrics_port": port}
    house = replace(bot.house, settings=bot.house.settings.model_copy(update=given))
    house.measures.sent("push", Outcome.SENT)
    answer_metrics(house)
    answer_metrics(house)
    assert f"not answered at port {port}" in caplog.text
    ask = urllib3.PoolManager().request
    address = f"http://127.0.0.1:{port}/metrics"
    assert ask("GET", address).status == 401
    told = ask("GET", address, headers={"Authorization": f"Bearer {BEARER}"}).data.decode()
    assert value(told, "saan_deliveries_total", way="push", outcome="sent") == 1
    assert ask("POST", f"http://127.0.0.1:{port}/callback").status == 404
    bare = house.settings.model_copy(update={"saan_metrics_token": SecretStr("")})
    with pytest.raises(SettingsProblem, match="SAAN_METRICS_TOKEN"):
        answer_metrics(replace(house, settings=bare))
