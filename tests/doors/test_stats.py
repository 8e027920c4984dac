"""`/v1/stats` and `/metrics`: what became of tasks and webhooks, in figures."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from app.clock import utc_now
from app.deliver.counted import attempts_of
from app.deliver.decide import Verdict
from app.deliver.reply import Replied, Unanswered
from app.deliver.settlement import Settlement
from app.outbox.states import DeliveryState
from app.process.process import Process
from app.statistics.count import Counted, count
from app.statistics.series import Series, Subject
from app.statistics.sums import Sums, of_end
from app.tasks.status import Status
from tests.build import NOW, make_account, make_delivery, make_endpoint, make_task
from tests.posting import CLAIM
from tests.statistics import roll_all

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def end(
    process: Process, status: Status = Status.COMPLETED, *, age: timedelta = SECOND,
    model: str = "flux-pro", account: str = "default", kind: str = "image", polls: int = 4,
    delay: float = 2.0, watched: float = 29.0,
) -> None:  # fmt: skip
    """Count an ended task."""
    is_seen = status in {Status.COMPLETED, Status.FAILED}
    sums = of_end(
        status, polls=polls, watched=watched * SECOND,
        duration=40 * SECOND if status is Status.COMPLETED else None,
        delay=delay * SECOND if is_seen else None,
    )  # fmt: skip
    add(process, Series(Subject.TASKS, account, kind, model), sums, at=utc_now() - age)


def add(process: Process, series: Series, sums: Sums, *, at: datetime) -> None:
    """Count something."""
    with process.database.writing() as session:
        count(session, [Counted(1, at, series, sums)])


def stats(api: TestClient, query: str = "") -> Any:
    """Return the figures."""
    answer = api.get(f"/v1/stats{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_figures_of_nothing_are_none(api: TestClient) -> None:
    """Not 0, which would be a very good delay."""
    found = stats(api)

    assert found["counts"] == dict.fromkeys(Status, 0)
    assert found["detection"] == found["duration"] == {"p50": None, "p95": None}
    assert found["success_rate"] is found["polls_per_task"] is None
    assert found["models"] == found["accounts"] == {}
    assert found["polls"] == {"made": 0, "at_fixed": 0, "saved": 0}
    assert found["webhooks"]["success_rate"] is None
    assert (found["window"], found["since"]) == ("all", None)


@pytest.mark.parametrize("is_rolled", [True, False])
def test_figures_say_how_tasks_went(api: TestClient, process: Process, *, is_rolled: bool) -> None:
    """What its owner cancelled is no failure; and what is saved is what 3 s would have cost beside."""
    for _ in range(3):
        end(process)
    end(process, Status.FAILED, delay=8.0, polls=6)
    end(process, Status.CANCELLED)
    if is_rolled:
        roll_all(process.database, now=utc_now())

    found = stats(api)

    assert found["counts"]["completed"] == 3
    assert found["success_rate"] == 0.75
    assert found["detection"]["p50"] == pytest.approx(2, rel=0.05)
    assert found["detection"]["p95"] == pytest.approx(2, rel=0.05)
    assert found["duration"]["p50"] == pytest.approx(40, rel=0.05)
    assert found["polls_per_task"] == 4.4
    assert found["polls"] == {"made": 22, "at_fixed": 50, "saved": 28}


def test_what_is_under_way_is_counted_as_it_is_now(api: TestClient, process: Process) -> None:
    """Whatever the window."""
    with process.database.writing() as session:
        make_task(session, "img_1")
        make_task(session, "img_2", status=Status.PROCESSING)

    for window in ("1h", "24h", "7d", "30d", "all"):
        counts = stats(api, f"?window={window}")["counts"]
        assert (counts["pending"], counts["processing"]) == (1, 1)


def test_they_are_told_by_model_and_by_account(api: TestClient, process: Process) -> None:
    """A model that nobody named has the empty name."""
    end(process)
    end(process, Status.FAILED, model="", account="second", delay=8.0)

    found = stats(api)

    assert found["models"].keys() == {"", "flux-pro"}
    assert found["models"][""]["counts"]["failed"] == 1
    assert found["models"][""]["success_rate"] == 0.0
    assert found["models"]["flux-pro"]["detection"]["p95"] == pytest.approx(2, rel=0.05)
    assert found["accounts"].keys() == {"default", "second"}
    assert found["accounts"]["second"]["detection"]["p50"] == pytest.approx(8, rel=0.05)


@pytest.mark.parametrize("query", ["?model=other", "?account=second", "?kind=video"])
def test_they_can_be_asked_for_one_of_each(api: TestClient, process: Process, query: str) -> None:
    """What is under way as well as what is over."""
    end(process)
    end(process, model="other", account="second", kind="video")
    with process.database.writing() as session:
        make_account(session, process.cipher, "second")
        make_task(session, "img_1")
        make_task(session, "img_2", model="other", account="second", kind="video")

    found = stats(api, query)

    assert found["counts"]["completed"] == found["counts"]["pending"] == 1
    assert found["models"].keys() == {"other"}


def test_a_window_says_since_when(api: TestClient, process: Process) -> None:
    """And has nothing of before."""
    end(process)
    end(process, age=3 * DAY)

    found = stats(api, "?window=24h")

    assert found["counts"]["completed"] == 1
    since = utc_now() - datetime.fromisoformat(found["since"])
    assert DAY <= since < DAY + timedelta(hours=1)
    assert stats(api, "?window=7d")["counts"]["completed"] == 2


@pytest.mark.parametrize("query", ["?window=90d", "?windows=24h", "?kind=music%00", "?model=%00"])
def test_what_it_does_not_know_is_refused(api: TestClient, query: str) -> None:
    """And said where."""
    answer = api.get(f"/v1/stats{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"]


def settled(state: DeliveryState, *, age: float = 0.0, **claim: Any) -> Settlement:
    """An attempt that left its delivery so, `age` seconds after the event."""
    reply = (
        Replied(200, "ok", None, SECOND, is_truncated=False)
        if state is DeliveryState.DELIVERED
        else Unanswered("timeout", SECOND)
    )
    return Settlement(
        claim=replace(CLAIM, happened_at=NOW - age * SECOND, **claim),
        reply=reply,
        verdict=Verdict(state, NOW),
        at=NOW,
    )


def test_figures_say_how_webhooks_went(api: TestClient, process: Process) -> None:
    """Attempts, how many it took, and how long after the event they were taken."""
    attempts = [
        settled(DeliveryState.DELIVERED, age=0.5),
        settled(DeliveryState.DUE),
        settled(DeliveryState.GIVEN_UP, endpoint=None),
        settled(DeliveryState.DELIVERED, back=Verdict(DeliveryState.GIVEN_UP, NOW)),
    ]
    with process.database.writing() as session:
        count(session, attempts_of(attempts, now=NOW))

    found = stats(api)["webhooks"]

    assert (found["attempts"], found["delivered"], found["given_up"]) == (4, 1, 1)
    assert found["success_rate"] == 0.5
    assert found["latency"]["p50"] == pytest.approx(0.5, rel=0.05)
    assert found["by_endpoint"].keys() == {"", "we_1"}
    assert found["by_endpoint"]["we_1"]["success_rate"] == 1.0


def test_what_endpoints_are_still_owed_is_told(api: TestClient, process: Process) -> None:
    """Their own and tasks' own; what is delivered is not among it."""
    with process.database.writing() as session:
        endpoint = make_endpoint(session, process.cipher)
        make_delivery(session, endpoint)
        make_delivery(session, endpoint, state=DeliveryState.HELD)
        make_delivery(session, endpoint, state=DeliveryState.DELIVERED)
        make_delivery(session, "http://127.0.0.1:9/own")

    found = stats(api)["webhooks"]

    assert found["waiting"] == 3
    assert found["oldest_waiting_seconds"] > 0
    assert found["endpoints"] == {"enabled": 1, "failing": 0, "disabled": 0}


@pytest.mark.parametrize("back", [DeliveryState.DUE, DeliveryState.HELD])
def test_what_is_sent_before_its_time_and_taken_is_delivered(
    api: TestClient, process: Process, back: DeliveryState
) -> None:
    """It was neither delivered nor given up before."""
    asked = settled(DeliveryState.DELIVERED, back=Verdict(back, NOW))
    with process.database.writing() as session:
        count(session, attempts_of([asked], now=NOW))

    found = stats(api)["webhooks"]

    assert (found["attempts"], found["delivered"]) == (1, 1)


def test_of_what_is_under_way_some_have_no_model(api: TestClient, process: Process) -> None:
    """And are asked for by the empty name, as what is over is."""
    with process.database.writing() as session:
        make_task(session, "img_1", model=None)
        make_task(session, "img_2")

    assert stats(api, "?model=")["counts"]["pending"] == 1


def test_no_figure_is_below_zero(api: TestClient, process: Process) -> None:
    """Though an end is taken back that a release before did not count."""
    series = Series(Subject.TASKS, "default", "image", "flux-pro")
    add(
        process,
        series,
        {"timed_out": -1, "polls": -3, "at_fixed": -9, "completed": 1},
        at=utc_now(),
    )

    found = stats(api)

    assert found["counts"]["timed_out"] == 0
    assert found["success_rate"] == 1.0
    assert found["polls_per_task"] == 0.0
    assert found["polls"] == {"made": 0, "at_fixed": 0, "saved": 0}


def scraped(anyone: TestClient) -> dict[tuple[str, str], float]:
    """Return every sample by its name and its labels' values, as Prometheus reads them."""
    answer = anyone.get("/metrics", headers={"Authorization": ""})
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, ",".join(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("is_rolled", [True, False])
def test_prometheus_reads_the_same_figures(
    anyone: TestClient, process: Process, *, is_rolled: bool
) -> None:
    """Without a key."""
    end(process)
    end(process, Status.FAILED, delay=8.0)
    with process.database.writing() as session:
        make_endpoint(session, process.cipher)
        make_task(session)
        count(session, attempts_of([settled(DeliveryState.DELIVERED, age=0.5)], now=NOW))
    if is_rolled:
        roll_all(process.database, now=utc_now())

    found = scraped(anyone)

    flux = "default,image,flux-pro"
    assert found["lemonwatch_tasks", "pending"] == 1
    assert found["lemonwatch_tasks_ended_total", f"{flux},completed"] == 1
    assert found["lemonwatch_task_polls_total", flux] == 8
    assert found["lemonwatch_task_polls_at_fixed_total", flux] == 20
    assert found["lemonwatch_detection_delay_seconds_bucket", "default,image,4.096,flux-pro"] == 1
    assert found["lemonwatch_detection_delay_seconds_bucket", "default,image,+Inf,flux-pro"] == 2
    assert found["lemonwatch_detection_delay_seconds_count", flux] == 2
    assert found["lemonwatch_task_duration_seconds_sum", flux] == pytest.approx(40, rel=0.05)
    assert found["lemonwatch_webhook_endpoints", "enabled"] == 1
    assert found["lemonwatch_deliveries_ended_total", "delivered"] == 1
    assert found["lemonwatch_delivery_latency_seconds_count", ""] == 1
    assert found["lemonwatch_account_ok", "default"] == 1
    assert found["lemonwatch_oldest_due_seconds", ""] > 0


def test_no_counter_falls_when_what_had_timed_out_is_completed(
    anyone: TestClient, process: Process
) -> None:
    """Prometheus would take it for a restart."""
    end(process, Status.TIMED_OUT)
    before = scraped(anyone)
    add(
        process, Series(Subject.TASKS, "default", "image", "flux-pro"),
        {"timed_out": -1, "late": 1, "completed": 1}, at=utc_now(),
    )  # fmt: skip

    after = scraped(anyone)

    key = ("lemonwatch_tasks_ended_total", "default,image,flux-pro,timed_out")
    assert before[key] == after[key] == 1
    assert after["lemonwatch_tasks_ended_total", "default,image,flux-pro,completed"] == 1
