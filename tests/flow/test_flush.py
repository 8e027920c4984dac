"""What is done again if it is lost waits for no disk, and what is never to be lost does."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.poll.claim import Claim, Probe
from app.poll.cycle import PollCycle
from app.process.process import Process
from app.tasks.status import Status
from app.upstream.answer import Answer, Finished, Image, Outage, Unfinished
from tests.build import SECOND, landed, make_task

# SQLite has no such choice for a transaction.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

PENDING = Unfinished(Status.PENDING, model="flux-pro")


def waits(session: Session) -> bool:
    """Tell whether the commit will wait for the disk."""
    return bool(session.scalar(text("SHOW synchronous_commit")) == "on")


@pytest.fixture
def cycle(process: Process) -> PollCycle:
    """A cycle, and a task of which the last look saw that it is pending."""
    with process.database.writing() as session:
        make_task(
            session, due_at=utc_now() - SECOND, sight="pending", polls=1, started_at=utc_now(),
            deadline_at=utc_now() + 900 * SECOND,
        )  # fmt: skip
    cycle = process.get(PollCycle)
    cycle.stop()
    return cycle


def claim(cycle: PollCycle) -> Claim | Probe:
    """Claim the task."""
    with cycle.process.database.writing() as session:
        (claimed,) = cycle.claim(session, now=utc_now(), limit=1)
    return claimed


def records_at_once(cycle: PollCycle, answer: Answer) -> bool:
    """Record an answer; tell whether its commit waits."""
    claimed = claim(cycle)
    with cycle.process.database.writing() as session:
        cycle.record(session, [landed(claimed, answer, at=utc_now())])
        return waits(session)


def test_a_claim_does_not_wait(cycle: PollCycle) -> None:
    with cycle.process.database.writing() as session:
        assert len(cycle.claim(session, now=utc_now(), limit=1)) == 1
        assert not waits(session)
    with cycle.process.database.writing() as session:
        assert waits(session), "it holds for one transaction"


def test_a_look_that_saw_nothing_new_does_not_wait(cycle: PollCycle) -> None:
    assert not records_at_once(cycle, PENDING)


@pytest.mark.parametrize(
    "answer",
    [
        Finished((Image("https://x/1.png", None, 0),)),
        Unfinished(Status.PROCESSING, model="flux-pro"),
        Outage("HTTP 503"),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_news_wait_for_the_disk(cycle: PollCycle, answer: Answer) -> None:
    assert records_at_once(cycle, answer)
