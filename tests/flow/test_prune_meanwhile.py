"""What was taken up since it was found stays whole, and what is gone is not written to."""

from datetime import timedelta

from sqlalchemy import select

from app.deliver.claim import claim_due
from app.deliver.decide import Verdict
from app.deliver.reply import Replied
from app.deliver.settle import settle
from app.deliver.settlement import Settlement
from app.deliveries.resend import resend
from app.outbox.models import Delivery
from app.outbox.states import DeliveryState
from app.process.process import Process
from app.register.again import look_again
from app.retention.remove import remove
from app.tasks.models import Poll
from tests.build import CLIENT, MINUTE, NOW
from tests.pruning import BEFORE, counts, ended, found, has_endpoint, prune, timed_out


def test_a_task_that_is_asked_for_again_since_it_was_found_stays(process: Process) -> None:
    timed_out(process, is_watched=False)
    olds = found(process.database)
    with process.database.writing() as session:
        look_again(session, CLIENT, "img_1", now=NOW + MINUTE)
    before = counts(process.database)

    with process.database.writing() as session:
        assert remove(session, olds, before=BEFORE) == []

    assert counts(process.database) == before
    with process.database.reading() as session:
        assert session.scalars(select(Poll.task_id)).all() == [olds[0].task_id]


def test_a_delivery_that_is_sent_again_since_it_was_found_stays(process: Process) -> None:
    has_endpoint(process)
    ended(process, "img_1")
    olds = found(process.database)
    with process.database.writing() as session:
        resend(session, session.scalars(select(Delivery.id)).one(), now=NOW + MINUTE)
    before = counts(process.database)

    with process.database.writing() as session:
        assert remove(session, olds, before=BEFORE) == []

    assert counts(process.database) == before


def test_an_attempt_of_which_all_is_gone_writes_nothing(process: Process) -> None:
    """And what was sent beside it is written all the same."""
    has_endpoint(process)
    ended(process, "img_1", "img_2", state=DeliveryState.DUE)
    with process.database.writing() as session:
        one, other = claim_due(session, now=NOW + MINUTE, lease=MINUTE, limit=9)
        first = session.get_one(Delivery, one.delivery_id)
        first.state, first.token = DeliveryState.DELIVERED, first.token + 1  # Another was sooner.
    assert prune(process.database).tasks == 1
    settlements = [
        Settlement(
            claim=claim, reply=Replied(200, "", None, timedelta()), at=NOW,
            verdict=Verdict(DeliveryState.DELIVERED, NOW),
        )
        for claim in (one, other)
    ]  # fmt: skip

    with process.database.writing() as session:
        assert settle(session, settlements, now=NOW) == settlements[1:]

    assert prune(process.database).tasks == 1
