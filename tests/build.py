"""Builders: rows and values for tests, as keyword functions with sensible defaults."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import Access
from app.accounts.accounts import fresh
from app.accounts.models import Account
from app.clients.bootstrap import ensure_default_client
from app.clock import EPOCH
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event
from app.outbox.owe import owe
from app.outbox.place import Place
from app.poll.claim import Claim, Probe
from app.poll.claiming import claim_due
from app.poll.decide import decide
from app.poll.finding import Finding
from app.poll.held import Held
from app.poll.look import Look
from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.pick import Claiming
from app.poll.record import record
from app.poll.rules import Rules
from app.poll.trouble import hear_of_accounts, tell_of_accounts
from app.process.cipher import Cipher
from app.rounds.flight import Landed
from app.schedule.backoff import Fixed
from app.schedule.plan import LOWEST
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Answer, Image
from app.upstream.heard import Heard
from app.upstream.paths import Kind, paths_to

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CLIENT = 1
SECRET_KEY = "0123456789abcdef0123456789abcdef"


def make_client(session: Session, cipher: Cipher) -> int:
    """Make the client `default`, the first there is."""
    return ensure_default_client(session, cipher, now=NOW)


def make_account(session: Session, cipher: Cipher, name: str = "default", **fields: Any) -> Account:
    """Store an account that may be asked as often as a test likes."""
    row = fresh(
        name, base_url=fields.pop("base_url", "http://127.0.0.1:9"), key=cipher.encrypt("sk-test"),
        rpm=fields.pop("rpm", 1_000_000), now=NOW,
    )  # fmt: skip
    account = Account(**(row | fields))
    session.add(account)
    session.flush()
    return account


def make_access(**fields: Any) -> Access:
    """Make the access to the account `default`."""
    access = Access(
        account_id=1, name="default", base_url="http://127.0.0.1:9", key=SecretStr("sk-test"),
        epoch=0, failures=0,
    )  # fmt: skip
    return replace(access, **fields)


def claim_polls(
    session: Session, *, now: datetime, lease: timedelta = 30 * SECOND, limit: int = 100
) -> list[Claim]:
    """Claim what is due, with room for all of it; no canary is expected among it."""
    claiming = Claiming(
        cipher=Cipher(SECRET_KEY), lease=lease, clock=lambda: EPOCH, room_of=lambda _, __: limit,
        held=Held(most=0),
    )  # fmt: skip
    claims = claim_due(session, claiming, now=now, limit=limit)
    assert all(isinstance(one, Claim) for one in claims)
    return [one for one in claims if isinstance(one, Claim)]


def decide_on(
    answer: Answer, watch: Watch, rules: Rules, *, asked_at: datetime, now: datetime,
    jitter: float = 0.0, failures: int = 0, price: float = LOWEST,
) -> Outcome:  # fmt: skip
    """Decide what an answer means."""
    look = Look(
        answer=answer, asked_at=asked_at, now=now, jitter=jitter, failures=failures, price=price
    )
    return decide(look, watch, rules)


def make_watch(**fields: Any) -> Watch:
    """Make a watch that was registered at NOW and never looked at."""
    watch = Watch(
        path="/v1/images/generations/img_1", other_path="/v1/tasks/img_1", strayed=False,
        client_id=CLIENT, kind="image", model="flux-pro", weight=1.0, started_at=NOW, status=Status.PENDING,
        progress=None, due_at=NOW, deadline_at=NOW + 5 * MINUTE, expected_at=NOW, seen_at=None,
        ended_at=None, polls=0, faults=0, absences=0, absent_since=None, rejections=0,
        rejected_since=None, sight="registered",
    )  # fmt: skip
    return watch._replace(**fields)


def make_task(session: Session, upstream_id: str = "img_1", **fields: Any) -> Task:
    """Store a task as registering does; fields of a watch go to its schedule."""
    watch = make_watch(**{k: fields.pop(k) for k in list(fields) if k in Watch._fields})
    values: dict[str, Any] = {
        "client_id": watch.client_id, "upstream_id": upstream_id, "account": "default",
        "kind": watch.kind,
        "model": watch.model, "status": watch.status, "version": 1, "images": [], "assets": [], "prompts": [],
        "labels": {}, "polls": 0, "created_at": NOW, "is_dated": True, "registered_at": NOW,
        "deadline_at": watch.deadline_at,
    }  # fmt: skip
    task = Task(**(values | fields))
    session.add(task)
    session.flush()
    known = {name: getattr(watch, name) for name in Watch._fields}
    known["path"], known["other_path"] = paths_to(Kind.IMAGE, upstream_id)
    account = session.scalars(select(Account).where(Account.name == task.account)).one()
    session.add(
        Poll(
            task_id=task.id,
            account_id=account.id,
            claimable_at=watch.due_at,
            leased_until=EPOCH,
            token=0,
            upstream_id=upstream_id,
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


def make_delivery(session: Session, place: Place, **fields: Any) -> Delivery:
    """Store what an event that means nothing owes to the place."""
    event = Event(
        public_id=f"evt_{token_hex(8)}",
        client_id=CLIENT,
        type="test.ping",
        body="{}",
        created_at=NOW,
    )
    (delivery,) = owe(session, [(event, [place])], now=NOW)
    for name, value in fields.items():
        setattr(delivery, name, value)
    session.flush()
    return delivery


def completed(claim: Claim, *urls: str, at: datetime = NOW + MINUTE) -> Finding:
    """Find that the claimed task is completed with these images."""
    images = tuple(
        Image(url, None, index) for index, url in enumerate(urls or ("https://x/1.png",))
    )
    return Finding(
        claim=claim, outcome=Ended(status=Status.COMPLETED, images=images), at=at, asked_at=at
    )


def unfinished(claim: Claim, at: datetime = NOW + SECOND, **fields: Any) -> Finding:
    """Find that the claimed task goes on; `fields` are what its watch says next."""
    known: dict[str, Any] = {
        "due_at": at + 3 * SECOND,
        "seen_at": at,
        "polls": claim.watch.polls + 1,
    }
    watch = claim.watch._replace(**(known | fields))
    return Finding(claim=claim, outcome=WatchOn(watch), at=at, asked_at=at)


def claim_any(
    session: Session, *, now: datetime, limit: int = 100, room: int = 100
) -> list[Claim | Probe]:
    """Claim what is due and what canaries there are, with `room` for each account."""
    claiming = Claiming(
        cipher=Cipher(SECRET_KEY),
        lease=30 * SECOND,
        clock=lambda: EPOCH,
        room_of=lambda _, __: room,
        held=Held(most=0),
    )
    return claim_due(session, claiming, now=now, limit=limit)


def landed(
    claim: Claim | Probe, answer: Answer, *, at: datetime, asked_at: datetime | None = None
) -> Landed[Claim | Probe, Heard]:
    """Make what came of `claim`: asked for at the same instant, unless told otherwise."""
    heard = Heard(answer=answer)
    return Landed(claim=claim, answer=heard, asked_at=asked_at or at, answered_at=at)


def look_at(session: Session, answer: Answer, *, now: datetime) -> list[Claim | Probe]:
    """Run a round at `now` in which LemonData gives this answer to all; return what was claimed."""
    claims = claim_any(session, now=now)
    changes = hear_of_accounts(session, [landed(one, answer, at=now) for one in claims], now=now)
    rules = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)
    findings = [
        Finding(claim=c, outcome=decide_on(answer, c.watch, rules, asked_at=now, now=now,
                                           failures=c.access.failures), at=now, asked_at=now)
        for c in claims if isinstance(c, Claim)
    ]  # fmt: skip
    record(session, findings, now=now)
    tell_of_accounts(session, changes, now=now)
    return claims
