"""What is registered at one time is stored in few transactions, and each is answered as if it came alone."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.accounts.payer import Payer, find_payer
from app.clients.claim import Claim
from app.clients.keys import digest
from app.clients.models import ApiKey, Client
from app.clients.rate import BUCKET, CallRates
from app.clients.scopes import Scope
from app.db.driver import LookUp
from app.db.session import Database
from app.errors import Conflict, Forbidden, InvalidInput, NotAuthenticated, TooManyRequests
from app.process.process import Process
from app.register.desk import AT_ONCE, Desk
from app.register.schemas import RegisterTask
from app.tasks.models import Poll, Task, TaskLabel, Transition
from app.tasks.schemas import TaskOut
from tests.build import CLIENT, NOW, make_account
from tests.callers import claim, give_key, settled

Became = tuple[TaskOut, bool] | BaseException
Asked = tuple[RegisterTask, int | Claim]  # And whose.


@contextmanager
def held(database: Database, *, seconds: float = 0.3) -> Iterator[None]:
    """Let nobody write meanwhile."""
    is_held = Event()

    def hold() -> None:
        with database.writing() as session:
            if database.engine.dialect.name == "postgresql":
                session.execute(text("LOCK TABLE task IN EXCLUSIVE MODE"))
            else:
                session.connection()
            is_held.set()
            Event().wait(seconds)

    holder = Thread(target=hold)
    holder.start()
    assert is_held.wait(10)
    yield
    holder.join()


def register(process: Process, asked: Sequence[Asked]) -> Sequence[Became]:
    """Register all at one time; return what became of each."""

    async def act() -> Sequence[Became]:
        desk = process.get(Desk)
        registering = (
            desk.register(body, of if isinstance(of, Claim) else settled(of)) for body, of in asked
        )
        return await asyncio.gather(*registering, return_exceptions=True)

    with held(process.database):
        return asyncio.run(act())


def task(name: str, **fields: object) -> RegisterTask:
    return RegisterTask.model_validate({"task_id": name, **fields})


def count(process: Process, table: type[Task | Poll | Transition | TaskLabel]) -> int:
    with process.database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_what_comes_while_others_are_stored_is_stored_together(process: Process) -> None:
    """Two groups may have begun with what came first."""
    asked = [(task(f"img_{n}", metadata={"order": n}), CLIENT) for n in range(AT_ONCE + 2)]

    became = register(process, asked)

    shown = [one[0] for one in became if isinstance(one, tuple) and one[1]]
    assert [one.task_id for one in shown] == [body.task_id for body, _ in asked]
    assert [one.metadata for one in shown] == [body.metadata for body, _ in asked]
    assert {count(process, table) for table in (Task, Poll, Transition, TaskLabel)} == {len(asked)}
    assert len({one.registered_at for one in shown}) <= 4


def test_one_id_that_many_register_is_new_to_one_of_them(process: Process) -> None:
    became = register(process, [(task("img_1", model=f"m{n}"), CLIENT) for n in range(20)])

    tasks = [one for one in became if isinstance(one, tuple)]
    assert (len(tasks), sum(is_new for _, is_new in tasks)) == (20, 1)
    assert len({shown.model for shown, _ in tasks}) == 1
    assert count(process, Task) == 1


def test_one_id_of_two_clients_is_two_tasks(process: Process) -> None:
    """Also where both come at one time, with what each says of it."""
    with process.database.writing() as session:
        stranger = Client(name="other", webhook_secret="x", created_at=NOW)
        session.add(stranger)
        session.flush()
        other = stranger.id
    of_both = [(task("img_1", metadata={"of": of}), of) for of in (CLIENT, other)]

    became = register(process, [(task("img_0"), CLIENT), (task("img_00"), CLIENT), *of_both])

    assert [one[1] for one in became if isinstance(one, tuple)] == [True] * 4
    with process.database.reading() as session:
        found = session.scalars(select(Task).where(Task.upstream_id == "img_1")).all()
        labels = session.scalars(select(TaskLabel.task_id)).all()
    assert sorted((one.client_id, one.labels["of"]) for one in found) == [
        (CLIENT, CLIENT),
        (other, other),
    ]
    assert sorted(labels) == sorted(one.id for one in found)
    again = register(process, [(task("img_1"), other)])
    assert [(one[0].metadata, one[1]) for one in again if isinstance(one, tuple)] == [
        ({"of": other}, False)
    ]


def test_what_cannot_be_used_is_refused_and_no_other(process: Process) -> None:
    with process.database.writing() as session:
        make_account(session, process.cipher, name="second")
    bad = task("img_2", account="none"), task("img_3", poll_url="https://evil.example/v1/img_3")
    twice = task("img_1"), task("img_1", account="second")
    bodies = [task("img_0"), *bad, task("img_4"), *twice]

    became = [type(one) for one in register(process, [(body, CLIENT) for body in bodies])]

    assert became[:4] == [tuple, InvalidInput, InvalidInput, tuple]
    assert set(became[4:]) == {tuple, Conflict}
    assert count(process, Task) == 3


def test_what_the_database_refuses_is_refused_and_no_other(process: Process) -> None:
    """Such as tasks of a client that is no longer there."""
    asked = [(task(f"img_{n}"), CLIENT if n % 4 else 999_999) for n in range(10)]

    became = register(process, asked)

    assert [type(one) for one in became] == [
        tuple if n % 4 else IntegrityError for n in range(10)
    ]  # fmt: skip
    assert count(process, Task) == 7


@pytest.mark.parametrize("url", ["https://10.0.0.1/hook", "https://nowhere.invalid/hook"])
def test_a_webhook_url_is_looked_at_before_it_joins_the_others(process: Process, url: str) -> None:
    bodies = [task("img_0"), task("img_1", webhook_url=url), task("img_2")]

    became = register(process, [(body, CLIENT) for body in bodies])

    assert [type(one) for one in became] == [tuple, InvalidInput, tuple]
    refused = became[1]
    assert isinstance(refused, InvalidInput)
    assert refused.pointer == "/webhook_url"


def test_who_calls_is_found_out_before_anything_is_stored(process: Process) -> None:
    """Each by its own key, among others that may."""
    wanted = Scope.TASKS_WRITE
    good, revoked = give_key(process, "one", wanted), give_key(process, "two", wanted)
    reading = give_key(process, "three", Scope.TASKS_READ)
    with process.database.writing() as session:
        its = ApiKey.digest == digest(revoked)
        session.execute(update(ApiKey).where(its).values(revoked_at=NOW))
    keys = [good, revoked, reading, "lw_nobody's", good, "lw_bootstrap"]
    claims = [claim(key, wanted) for key in keys]

    became = register(process, [(task(f"img_{n}"), one) for n, one in enumerate(claims)])

    assert [type(one) for one in became] == [
        tuple, NotAuthenticated, Forbidden, NotAuthenticated, tuple, tuple
    ]  # fmt: skip
    assert [one.caller is None for one in claims] == [False, True, False, True, False, False]
    with process.database.reading() as session:
        named = select(Client.name, Task.upstream_id).join(Task, Task.client_id == Client.id)
        stored = sorted(tuple(row) for row in session.execute(named))
        used = session.scalars(select(ApiKey.last_used_at).order_by(ApiKey.id)).all()
    assert stored == [("default", "img_5"), ("one", "img_0"), ("one", "img_4")]
    assert [one is not None for one in used] == [True, False, True]


@pytest.mark.parametrize(
    ("url", "otherwise"), [(None, tuple), ("https://10.0.0.1/hook", InvalidInput)]
)
def test_each_task_counts_once_against_the_rate_of_its_key(
    process: Process, monkeypatch: pytest.MonkeyPatch, url: str | None, otherwise: type[object]
) -> None:
    """Also where it is found out first who calls, before a webhook's host is looked up."""
    monkeypatch.setattr(process.get(CallRates), "_interval", BUCKET / 5)
    key = give_key(process, "one", Scope.TASKS_WRITE)
    bodies = [task(f"img_{n}", webhook_url=url) for n in range(8)]

    became = register(process, [(body, claim(key, Scope.TASKS_WRITE)) for body in bodies])

    assert Counter(map(type, became)) == {TooManyRequests: 3, otherwise: 5}


def test_a_request_too_many_stays_one_where_its_group_is_tried_once_more(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as beside one that the database refuses."""
    monkeypatch.setattr(process.get(CallRates), "_interval", BUCKET / 5)
    key = give_key(process, "one", Scope.TASKS_WRITE)
    claims = [claim(key, Scope.TASKS_WRITE) for _ in range(8)]
    bad = settled(999_999)

    became = register(
        process, [(task(f"img_{n}"), one) for n, one in enumerate([bad, bad, bad, *claims])]
    )

    assert Counter(map(type, became)) == {IntegrityError: 3, TooManyRequests: 3, tuple: 5}
    assert count(process, Task) == 5


def test_an_account_is_looked_up_for_those_alone_who_may_register(process: Process) -> None:
    """What nobody may name costs nobody a question."""
    asked: list[str] = []
    strangers = [(task(f"img_{n}", account=f"a{n}"), claim("lw_nobody's")) for n in range(5)]

    def look(driver: LookUp, name: str) -> Payer | None:
        asked.append(name)
        return find_payer(driver, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.register.desk.find_payer", look)
        became = register(process, [*strangers, (task("img_9"), CLIENT)])

    assert [type(one) for one in became] == [NotAuthenticated] * 5 + [tuple]
    assert set(asked) == {"default"}
