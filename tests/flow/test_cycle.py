"""Whole rounds, from a task that is due to the webhook that tells of it."""

import json
import time
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.clock import EPOCH, utc_now
from app.deliver import cycle as deliver
from app.deliver.cycle import DeliverCycle
from app.outbox.models import Delivery
from app.outbox.states import DeliveryState
from app.poll import presence
from app.poll.claim import LEASE, Claim, Probe
from app.poll.claiming import claim_due
from app.poll.cycle import PollCycle
from app.process.process import Process
from app.settings import Settings
from app.tasks.models import Holder, Poll, Task
from app.tasks.status import Status
from tests.build import SECOND, make_account, make_client, make_task
from tests.fakes import Reply, Request, serving

SLOW = 1.0  # seconds


def answer(request: Request) -> Reply:
    """Play LemonData and the receiver: ids say how their task stands."""
    if request.method == "POST":
        return Reply(204)
    if "slow" in request.path:
        time.sleep(SLOW)
    if "pending" in request.path:
        return Reply(200, b'{"status": "pending", "data": [{"url": ""}]}')
    body = {"status": "completed", "data": [{"url": "https://x/1.png"}]}
    return Reply(200, json.dumps(body).encode())


def statuses(process: Process) -> dict[str, Status]:
    """Return how each task stands."""
    with process.database.reading() as session:
        return {task.upstream_id: task.status for task in session.scalars(select(Task))}


def looks(process: Process) -> list[int]:
    """Return how often each task has been looked at."""
    with process.database.reading() as session:
        polls = {
            row.task_id: row.polls for row in session.execute(select(Poll.task_id, Poll.polls))
        }
        return [polls.get(task.id, task.polls) for task in session.scalars(select(Task))]


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so, and not for ever."""
    end = time.monotonic() + 20
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)
    assert is_so()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Webhooks may reach this machine."""
    return settings.model_copy(
        update={"webhook_allow": Settings(webhook_allow="127.0.0.0/8").webhook_allow}
    )


def run(settings: Settings, *upstream_ids: str, rounds: int = 1) -> tuple[Process, list[Request]]:
    """Register these tasks as due now, run rounds of both kinds, and return what was asked and told."""
    with serving(answer) as server:
        process = Process(settings)
        with process.database.writing() as session:
            make_client(session, process.cipher)
            make_account(session, process.cipher, base_url=server.url)
            for upstream_id in upstream_ids:
                make_task(session, upstream_id, webhook_url=f"{server.url}/hook")
        polls = process.get(PollCycle)
        for _ in range(rounds):
            polls.run()
            until(lambda: all(look > 0 for look in looks(process)))
        process.get(DeliverCycle).run()
        process.close(grace=10)
        return process, server.requests


def test_a_round_records_what_ended_and_the_next_delivers_it(settings: Settings) -> None:
    """The task is completed, its schedule gone, its webhook delivered."""
    process, requests = run(settings, "img_done")

    assert statuses(process) == {"img_done": Status.COMPLETED}
    assert [request.method for request in requests] == ["GET", "POST"]
    with process.database.reading() as session:
        assert session.scalars(select(Poll)).all() == []
        assert session.scalars(select(Delivery.state)).all() == [DeliveryState.DELIVERED]
    process.database.close()


def test_what_ended_is_delivered_without_another_ring(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who records it rings, though the last look found nothing and the next is far off."""
    monkeypatch.setattr(deliver, "IDLE", 60.0)
    with serving(answer) as server:
        process = Process(settings)
        with process.database.writing() as session:
            make_client(session, process.cipher)
            make_account(session, process.cipher, base_url=server.url)
            later = utc_now() + SECOND / 2
            make_task(session, "img_done", webhook_url=f"{server.url}/hook", due_at=later)
        process.get(DeliverCycle).run()
        process.get(PollCycle).run()
        until(lambda: "POST" in {request.method for request in server.requests})
        process.close(grace=10)


def test_a_task_that_is_not_done_is_not_asked_for_again_before_it_is_due(
    settings: Settings,
) -> None:
    """However often the bell rings."""
    process, requests = run(settings, "img_pending", rounds=2)

    assert statuses(process) == {"img_pending": Status.PENDING}
    assert len(requests) == 1
    process.database.close()


def begin(process: Process, url: str, *upstream_ids: str) -> PollCycle:
    """Register these tasks as due now, and begin to ask for them at `url`."""
    with process.database.writing() as session:
        make_client(session, process.cipher)
        make_account(session, process.cipher, base_url=url)
        for upstream_id in upstream_ids:
            make_task(session, upstream_id)
    cycle = process.get(PollCycle)
    cycle.run()
    return cycle


def rows(process: Process) -> list[Poll]:
    """Return the schedule."""
    with process.database.reading() as session:
        return list(session.scalars(select(Poll)))


def holders(process: Process) -> list[Holder]:
    """Return who holds leases."""
    with process.database.reading() as session:
        return list(session.scalars(select(Holder)))


def test_a_process_holds_what_it_asks_again_and_lets_go_of_it_when_it_ends(
    settings: Settings,
) -> None:
    """What it holds is due again by its own schedule, and then anybody's."""
    settings = settings.model_copy(update={"poll_floor": 0.5 * SECOND, "poll_cap": SECOND})
    with serving(answer) as server:
        process = Process(settings)
        begin(process, server.url, "img_pending_1", "img_pending_2")
        until(lambda: all(look >= 3 for look in looks(process)))
        held, shown = rows(process), holders(process)
        process.close(grace=5)
        left, gone = rows(process), holders(process)
    process.database.close()

    assert all(poll.leased_until - poll.due_at > LEASE / 2 for poll in held)
    assert len(shown) == 1
    assert [poll.leased_until for poll in left] == [EPOCH, EPOCH]
    assert [poll.claimable_at for poll in left] == [poll.due_at for poll in left]
    assert gone == []


def test_a_claim_whose_commit_failed_is_made_again_soon(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken for it is put back, whatever else the process does before it claims again."""
    settings = settings.model_copy(update={"poll_floor": 0.5 * SECOND, "poll_cap": SECOND})
    failed: list[int] = []

    def failing(*arguments: Any, **options: Any) -> list[Claim | Probe]:
        claims = claim_due(*arguments, **options)
        if claims and not failed:
            failed.append(len(claims))
            raise OperationalError("COMMIT", {}, Exception("the server closed the connection"))
        return claims

    with serving(answer) as server:
        process = Process(settings)
        cycle = begin(process, server.url, "img_pending_1")
        until(lambda: all(look >= 3 for look in looks(process)))
        monkeypatch.setattr("app.poll.cycle.claim_due", failing)
        until(lambda: bool(failed))
        before = looks(process)
        sleep(presence.EVERY)  # By then it is time to show that it lives.
        cycle.run()
        until(lambda: looks(process)[0] >= before[0] + 2)
        process.close(grace=5)
    process.database.close()


def test_what_is_recorded_once_nobody_claims_is_left_to_others(settings: Settings) -> None:
    """An answer was under way when this process was told to stop: its task is nobody's from then on."""
    with serving(answer) as server:
        process = Process(settings)
        cycle = begin(process, server.url, "img_slow_pending")
        until(lambda: bool(server.requests))
        cycle.stop()
        until(lambda: looks(process) == [1])
        until(lambda: rows(process)[0].leased_until == EPOCH)
        assert holders(process) == []
        process.close(grace=5)
    process.database.close()


def test_what_a_process_left_that_died_is_asked_for_soon(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before its leases end: as soon as its sign of life has not come for a while."""
    monkeypatch.setattr(presence, "DEAD", 0.5)
    monkeypatch.setattr(presence, "EVERY", 0.1)
    with serving(answer) as server:
        process = Process(settings)
        cycle = begin(process, server.url)
        with process.database.writing() as session:
            session.add(Holder(id=7, beats=1))
            task = make_task(session, "img_done")
            end = utc_now() + LEASE
            left = update(Poll).where(Poll.task_id == task.id)
            session.execute(left.values(holder=7, leased_until=end, claimable_at=end))
        cycle.run()
        until(lambda: statuses(process) == {"img_done": Status.COMPLETED})
        process.close(grace=5)
        assert holders(process) == []
    process.database.close()


def test_a_slow_answer_delays_only_its_own_task(settings: Settings) -> None:
    """The others of its round are recorded while it is still awaited, and it as soon as it arrives."""
    with serving(answer) as server:
        process = Process(settings)
        with process.database.writing() as session:
            make_client(session, process.cipher)
            make_account(session, process.cipher, base_url=server.url)
            for upstream_id in ("img_slow", *(f"img_{n}" for n in range(20))):
                make_task(session, upstream_id)

        process.get(PollCycle).run()
        until(lambda: list(statuses(process).values()).count(Status.COMPLETED) == 20)
        first = statuses(process)
        until(lambda: list(statuses(process).values()).count(Status.COMPLETED) == 21)
        process.close()

    assert first.pop("img_slow") is Status.PENDING
    assert set(first.values()) == {Status.COMPLETED}
    assert len(server.requests) == 21
