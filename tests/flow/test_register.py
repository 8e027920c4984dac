"""Registering stores a task once, whole, with its first look due at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.errors import Conflict, InvalidInput, LemonwatchError
from app.process.process import Process
from app.register.prepare import NewTask, Registrar
from app.register.register import register_all
from app.register.schemas import RegisterTask
from app.tasks.models import Poll, Task, Transition
from tests.build import CLIENT, MINUTE, NOW, claim_polls


def prepared(process: Process, **body: Any) -> NewTask:
    """Return what would be stored."""
    asked = RegisterTask(**body)
    with process.database.reading() as session:
        account = session.scalar(select(Account).where(Account.name == asked.account))
    registrar = Registrar.of(process)
    registrar.check(asked)
    return registrar.prepare(asked, client=CLIENT, account=account, now=NOW)


def hand_over(process: Process, **body: Any) -> tuple[Task, bool]:
    """Register; return what is stored, or raise what it becomes instead."""
    new = prepared(process, **body)
    (became,) = register_all(process.database, [new])
    if isinstance(became, LemonwatchError):
        raise became
    with process.database.reading() as session:
        found = select(Task).where(Task.upstream_id == new.key.upstream_id)
        return session.scalars(found).one(), became[1]


def test_eight_who_register_the_same_ids_at_once_make_one_row_each(process: Process) -> None:
    """No error, 25 rows, and each id new to exactly one of the eight."""
    ids = [f"img_{number}" for number in range(25)]

    def all_of_them(_: int) -> list[bool]:
        return [hand_over(process, task_id=upstream_id)[1] for upstream_id in ids]

    with ThreadPoolExecutor(8) as pool:
        new = [is_new for answers in pool.map(all_of_them, range(8)) for is_new in answers]

    assert (len(new), sum(new)) == (200, 25)
    with process.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(t)) for t in (Task, Poll, Transition)
        ]
    assert counts == [25, 25, 25]


def test_the_first_registration_wins(process: Process) -> None:
    """What a second one says otherwise is not half taken over."""
    hand_over(process, task_id="img_1", model="flux-pro", metadata={"order": 7})

    task, is_new = hand_over(process, task_id="img_1", model="midjourney")

    assert (task.model, task.labels, is_new) == ("flux-pro", {"order": 7}, False)


def test_the_schedule_knows_whose_and_of_what_kind_the_task_is_and_how_much_it_weighs(
    process: Process,
) -> None:
    """One as much as another, where nothing is said."""
    hand_over(process, task_id="img_1")
    hand_over(process, task_id="vid_1", priority=2.5)

    with process.database.reading() as session:
        polls = session.scalars(select(Poll).order_by(Poll.task_id)).all()
    assert [(poll.client_id, poll.kind, poll.weight) for poll in polls] == [
        (CLIENT, "image", 1.0),
        (CLIENT, "video", 2.5),
    ]


def test_the_first_look_is_due_at_once(process: Process) -> None:
    """A task that is over already is found within the second."""
    hand_over(process, task_id="img_1")

    with process.database.writing() as session:
        (first,) = claim_polls(session, now=NOW)

    assert first.watch.path == "/v1/images/generations/img_1"


def test_a_create_answer_says_when_the_task_began_and_where_to_ask(process: Process) -> None:
    """As LemonData gave it, with fields that are none of our business."""
    task, _ = hand_over(
        process,
        created=int((NOW - MINUTE).timestamp()), id="ldtask_1", status="pending", object="task",
        poll_url="/v1/images/ldtask_1", model="flux-pro",
        data=[{"url": "", "revised_prompt": "a lemon"}],
    )  # fmt: skip

    assert (task.upstream_id, task.created_at, task.prompts) == (
        "ldtask_1",
        NOW - MINUTE,
        ["a lemon"],
    )
    with process.database.reading() as session:
        assert session.scalars(select(Poll.path)).one() == "/v1/images/ldtask_1"


def test_a_create_time_in_the_future_counts_as_now(process: Process) -> None:
    """Their clock may run ahead of ours."""
    task, _ = hand_over(process, task_id="img_1", created=int((NOW + MINUTE).timestamp()))

    assert task.created_at == NOW


def test_a_secret_is_stored_encrypted(process: Process) -> None:
    """Who reads the database cannot sign."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    task, _ = hand_over(process, task_id="img_1", webhook_secret=secret)

    assert task.webhook_secret is not None
    assert secret not in task.webhook_secret
    assert process.cipher.decrypt(task.webhook_secret) == secret


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", "no-such"),
        ("poll_url", "https://evil.example/v1/images/img_1"),
        ("webhook_url", "https://10.0.0.1/hook"),
        ("webhook_secret", "whsec_short"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_stored(
    process: Process, field: str, value: str
) -> None:
    """The error points to the field."""
    with pytest.raises(InvalidInput) as refused:
        hand_over(process, task_id="img_1", **{field: value})

    assert refused.value.pointer == f"/{field}"
    with process.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Task)) == 0


def test_an_id_tracked_for_another_account_is_a_conflict(process: Process) -> None:
    """One id of one client is one task."""
    hand_over(process, task_id="img_1")
    with process.database.writing() as session:
        session.scalars(select(Task)).one().account = "other"

    with pytest.raises(Conflict, match="for the account other"):
        hand_over(process, task_id="img_1")
