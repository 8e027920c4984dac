"""Builders: rows and values for tests, as keyword functions with sensible defaults."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clients.bootstrap import ensure_default_client
from app.clock import EPOCH
from app.endpoints.models import Endpoint, EndpointState
from app.poll.answer import Image
from app.poll.claim import Claim
from app.poll.outcome import Ended, WatchOn
from app.poll.record import Finding
from app.process.cipher import Cipher
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import Status
from app.tasks.watch import Watch

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CLIENT = 1


def make_client(session: Session, cipher: Cipher) -> int:
    """Make the client `default`, the first there is."""
    return ensure_default_client(session, cipher, now=NOW)


def make_watch(**fields: Any) -> Watch:
    """Make a watch that was registered at NOW and never looked at."""
    watch = Watch(
        model="flux-pro", started_at=NOW, status=Status.PENDING, due_at=NOW,
        deadline_at=NOW + 5 * MINUTE, expected_at=NOW, seen_at=None, polls=0, faults=0,
        absences=0, absent_since=None, sight="registered",
    )  # fmt: skip
    return replace(watch, **fields)


def make_task(session: Session, upstream_id: str = "img_1", **fields: Any) -> Task:
    """Store a task as registering does; fields of a watch go to its schedule."""
    watch = make_watch(
        **{k: fields.pop(k) for k in list(fields) if k in Watch.__dataclass_fields__}
    )
    values: dict[str, Any] = {
        "client_id": CLIENT, "upstream_id": upstream_id, "account": "default", "kind": "image",
        "model": watch.model, "status": watch.status, "version": 1, "images": [], "prompts": [],
        "labels": {}, "polls": 0, "created_at": NOW, "registered_at": NOW,
        "deadline_at": watch.deadline_at,
    }  # fmt: skip
    task = Task(**(values | fields))
    session.add(task)
    session.flush()
    known = {name: getattr(watch, name) for name in Watch.__dataclass_fields__}
    path = f"/v1/images/generations/{upstream_id}"
    session.add(
        Poll(
            task_id=task.id,
            leased_until=EPOCH,
            token=0,
            upstream_id=upstream_id,
            path=path,
            **known,
        )
    )
    line = Transition(task_id=task.id, at=NOW, sight="registered", status=watch.status, polls=0)
    session.add(line)
    session.flush()
    return task


def make_endpoint(session: Session, cipher: Cipher, **fields: Any) -> Endpoint:
    """Store an endpoint that wants the end of every task."""
    values: dict[str, Any] = {
        "public_id": "we_1", "client_id": CLIENT, "url": "http://127.0.0.1:9/hook", "events": ["*"],
        "secret": cipher.encrypt("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "state": EndpointState.ENABLED, "created_at": NOW,
    }  # fmt: skip
    endpoint = Endpoint(**(values | fields))
    session.add(endpoint)
    session.flush()
    return endpoint


def completed(claim: Claim, *urls: str, at: datetime = NOW + MINUTE) -> Finding:
    """Find that the claimed task is completed with these images."""
    images = tuple(
        Image(url, None, index) for index, url in enumerate(urls or ("https://x/1.png",))
    )
    return Finding(claim=claim, outcome=Ended(status=Status.COMPLETED, images=images), at=at)


def unfinished(claim: Claim, at: datetime = NOW + SECOND, **fields: Any) -> Finding:
    """Find that the claimed task goes on; `fields` are what its watch says next."""
    known: dict[str, Any] = {
        "due_at": at + 3 * SECOND,
        "seen_at": at,
        "polls": claim.watch.polls + 1,
    }
    watch = replace(claim.watch, **(known | fields))
    return Finding(claim=claim, outcome=WatchOn(watch), at=at)
