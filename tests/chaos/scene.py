"""Tasks that have ended, and what is owed for them to a receiver that answers when it is told to."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.clock import EPOCH
from app.deliver.cycle import DeliverCycle
from app.main import create_app
from app.outbox import models
from app.outbox.models import Attempt, Delivery
from app.outbox.states import DeliveryState
from app.poll.cycle import PollCycle
from app.poll.presence import bury
from app.process.process import Process
from app.settings import load_settings
from app.start.prepare import ensure_account, ensure_caller
from app.tasks.models import Holder
from tests.build import SECRET_KEY
from tests.chaos.dying import Boundary
from tests.chaos.inbox import Inbox
from tests.e2e.service import LOOPBACK, PATIENCE, eventually
from tests.fakes import Reply, serving

ROOT = Path(__file__).parents[2]
KEY = "lw_bootstrap"
OWN, HOOK = "/own", "/hook"  # Where the events of each task go: to its own URL, and to an endpoint.
TASKS = ("img_0", "img_1", "img_2")
OWED = len(TASKS) * 2
DONE = {"status": "completed", "data": [{"url": "https://cdn.example/lemon.png"}]}


class Standing(NamedTuple):
    """How far it has come: how many of each there are."""

    events: int
    leased: int
    logged: int
    posts: int


class Logged(NamedTuple):
    """What the service says of one delivery."""

    state: DeliveryState
    attempts: int
    log: tuple[tuple[int, int | None], ...]  # Each attempt's number and status code.


class Scene:
    """One process of the service, and what stands around it."""

    def __init__(self, process: Process, api: TestClient, inbox: Inbox) -> None:
        """Have the tasks registered with the API, and an endpoint that wants to hear of them."""
        self.process, self.inbox = process, inbox
        url = inbox.server.url
        hook = read(api.post("/v1/webhooks", json={"url": f"{url}{HOOK}", "events": ["*"]}))
        for task in TASKS:
            read(api.post("/v1/tasks", json={"task_id": task, "webhook_url": f"{url}{OWN}"}))
        own = read(api.get("/v1/me/webhook-secret"))
        self.secrets = {OWN: own["secret"], HOOK: hook["secret"]}

    def record(self) -> None:
        """Have the ends of all tasks recorded; nobody delivers yet."""
        self.process.get(PollCycle).run()
        eventually(lambda: self.standing().events == len(TASKS), what="the ends are recorded")

    def crash(self, at: Boundary, *, posts: int = OWED) -> int:
        """Run a worker that is killed there, `posts` having come by then; return its exit code."""
        with subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.dying", at],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as worker:
            try:
                if at.has_posted:
                    eventually(lambda: len(self.inbox.posts) == posts, what="all is posted")
                    if at is Boundary.POSTED:
                        worker.send_signal(signal.SIGKILL)
                        worker.wait(PATIENCE)
                    self.inbox.opened.set()
                return worker.wait(PATIENCE)
            finally:
                worker.kill()

    def finish(self) -> None:
        """Go on as after a restart, rung all along as by beat, until all is delivered."""
        self._bury()
        self.inbox.opened.set()
        eventually(self._is_finished, what="all is delivered")

    def _is_finished(self) -> bool:
        self.process.get(PollCycle).run()
        self.process.get(DeliverCycle).run()
        return [one.state for one in self.log()] == [DeliveryState.DELIVERED] * OWED

    def _bury(self) -> None:
        """Take those who polled for dead, as others do who see no sign of life for ten seconds."""
        with self.process.database.writing() as session:
            for holder in session.scalars(select(Holder)).all():
                bury(session, holder.id, holder.beats)

    def standing(self) -> Standing:
        """Count what there is."""
        leased = select(func.count()).where(Delivery.leased_until > EPOCH)
        with self.process.database.reading() as session:
            return Standing(
                events=session.scalars(select(func.count(models.Event.id))).one(),
                leased=session.scalars(leased).one(),
                logged=session.scalars(select(func.count(Attempt.id))).one(),
                posts=len(self.inbox.posts),
            )

    def events(self) -> dict[str, tuple[str, bytes]]:
        """Return the id and the body of the one event there is of each task."""
        with self.process.database.reading() as session:
            rows = session.execute(select(models.Event.public_id, models.Event.body)).all()
        told = {json.loads(row.body)["data"]["task_id"]: row for row in rows}
        assert len(told) == len(rows), "a task has two events"
        return {task: (row.public_id, row.body.encode()) for task, row in told.items()}

    def log(self) -> list[Logged]:
        """Return what the log says of each delivery."""
        with self.process.database.reading() as session:
            attempts = session.scalars(select(Attempt).order_by(Attempt.id)).all()
            return [
                Logged(
                    one.state,
                    one.attempts,
                    tuple((a.number, a.status_code) for a in attempts if a.delivery_id == one.id),
                )
                for one in session.scalars(select(Delivery))
            ]


@contextmanager
def staged(
    database_url: str, folder: Path, patch: pytest.MonkeyPatch, *, in_flight: int = OWED
) -> Iterator[Scene]:
    """Set the scene on a migrated database; a worker posts at most `in_flight` at once."""
    inbox = Inbox()
    lemondata = serving(lambda _: Reply(body=json.dumps(DONE).encode()))
    with lemondata as upstream, serving(inbox.answer) as inbox.server:
        settings = {
            "LEMONWATCH_DATABASE_URL": database_url,
            "LEMONWATCH_SECRET_KEY": SECRET_KEY,
            "LEMONWATCH_API_KEY": KEY,
            "LEMONWATCH_WEBHOOK_ALLOW": LOOPBACK,
            "LEMONWATCH_DELIVER_IN_FLIGHT": str(in_flight),
            "LEMONDATA_API_KEY": "sk-test",
            "LEMONDATA_BASE_URL": upstream.url,
        }
        for name, value in settings.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        process = Process(load_settings())
        try:
            ensure_caller(process)
            ensure_account(process)
            with TestClient(create_app(process)) as api:
                api.headers["Authorization"] = f"Bearer {KEY}"
                yield Scene(process, api, inbox)
        finally:
            inbox.opened.set()
            process.close()


def read(answer: Any) -> dict[str, Any]:
    """Read an answer that must be a good one."""
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found
