"""A process asks again what it asked before, under the lease that it has: one write a look, and no claim."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.clock import EPOCH
from app.db.session import Database
from app.poll.claim import LEASE, Claim
from app.poll.claiming import claim_due, is_due
from app.poll.finding import Finding, Unchanged
from app.poll.held import LAST_CALL
from app.poll.outcome import WatchOn
from app.poll.pick import LATE, Claiming
from app.poll.presence import Presence, bury
from app.poll.record import Recorded, record
from app.process.cipher import Cipher
from app.register.again import look_again
from app.tasks.models import Holder, Poll
from app.tasks.status import Status
from tests.build import CLIENT, MINUTE, NOW, SECOND, SECRET_KEY, completed, make_task

WAIT = 3 * SECOND


class Worker:
    """Claims, finds each task unfinished, and records, as one process does."""

    def __init__(self, database: Database, *, room: int = 100) -> None:
        """Hold nothing yet."""
        self.database = database
        self.seconds = 0.0
        self.by = Claiming(
            cipher=Cipher(SECRET_KEY), clock=lambda: EPOCH, room_of=lambda _, __: room,
            presence=Presence(lambda: self.seconds),
        )  # fmt: skip

    def claim(self, now: datetime, *, limit: int = 100) -> list[Claim]:
        """Claim in a transaction that is committed."""
        with self.database.writing() as session:
            claims = claim_due(session, self.by, now=now, limit=limit)
        self.by.held.settle()
        return [one for one in claims if isinstance(one, Claim)]

    def record(self, *findings: Finding | Unchanged, now: datetime) -> Recorded:
        """Write, and keep what is to be kept."""
        with self.database.writing() as session:
            recorded = record(session, findings, now=now)
        self.by.held.keep(recorded.kept)
        self.by.known.keep(
            (f.claim.task_id, f.claim.token + 1, f.claim.upstream_id, f.watch)
            for f in recorded.written
            if f.watch
        )
        return recorded

    def look(self, now: datetime) -> list[Claim]:
        """Claim what is due, and find it as it was."""
        claims = self.claim(now)
        self.record(*(as_before(one, now) for one in claims), now=now)
        return claims


def as_before(claim: Claim, now: datetime, **fields: Any) -> Finding | Unchanged:
    """Find the task of `claim` unfinished, and due again after WAIT."""
    due_at, polls = now + WAIT, claim.watch.polls + 1
    at: dict[str, Any] = {
        "due_at": due_at,
        "expected_at": due_at,
        "seen_at": now,
        "sight": "pending",
        "polls": polls,
    }
    watch = claim.watch._replace(**(at | fields))
    is_known = claim.watch.sight == watch.sight
    return Unchanged(claim, watch) if is_known else Finding(claim, WatchOn(watch), now, now)


def stored(database: Database) -> Poll:
    """Return the row of the one task."""
    with database.reading() as session:
        return session.scalars(select(Poll)).one()


@pytest.fixture
def worker(database: Database) -> Worker:
    """One that has looked twice at its one task, which is due again at NOW."""
    with database.writing() as session:
        make_task(session, due_at=NOW - 2 * WAIT, deadline_at=NOW + 60 * MINUTE)
    worker = Worker(database)
    assert worker.look(NOW - 2 * WAIT)
    assert worker.look(NOW - WAIT)
    return worker


def statements(database: Database, run: Callable[[], object]) -> list[str]:
    """Return the statements about polls that `run` makes: the first word of each."""
    found: list[str] = []

    def note(*arguments: object) -> None:
        if "poll" in (text := str(arguments[2])):
            found.append(text.split(maxsplit=1)[0])

    event.listen(database.engine, "before_cursor_execute", note)
    run()
    event.remove(database.engine, "before_cursor_execute", note)
    return found


def test_what_was_asked_before_is_asked_again_when_it_is_due(worker: Worker) -> None:
    """Not before; with what is known of it, and the token that recording left."""
    assert worker.claim(NOW - SECOND) == []

    (claim,) = worker.claim(NOW)

    poll = stored(worker.database)
    assert (claim.token, claim.watch, claim.until) == (poll.token, poll.watch, poll.leased_until)
    assert claim.watch.polls == 2
    assert claim.until >= NOW + LEASE


def test_a_look_is_one_write_and_the_index_stays_as_it_is(worker: Worker) -> None:
    """The claim reads what has become due for all, and writes nothing of the task."""
    before = stored(worker.database)

    made = statements(worker.database, lambda: worker.look(NOW))

    after = stored(worker.database)
    assert made.count("UPDATE") == 1
    assert (after.polls, after.due_at, after.seen_at) == (3, NOW + WAIT, NOW)
    assert (after.claimable_at, after.leased_until) == (before.claimable_at, before.leased_until)


def test_a_lease_is_made_longer_before_it_is_too_short(worker: Worker) -> None:
    """Over minutes of looks no other process finds a moment to claim the task."""
    other, now = Worker(worker.database), NOW
    for _ in range(60):
        assert len(worker.look(now)) == 1
        assert other.claim(now + WAIT - SECOND / 10) == []
        assert other.claim(now + WAIT) == []
        now += WAIT

    assert stored(worker.database).polls == 62


def test_a_task_that_ends_is_held_no_more(worker: Worker) -> None:
    (claim,) = worker.claim(NOW)
    worker.record(completed(claim, at=NOW), now=NOW)

    assert len(worker.by.held) == 0
    assert worker.claim(NOW + WAIT) == []


def test_a_fault_lets_go(worker: Worker) -> None:
    """Once the account is well again, it is looked at at once, by whoever comes first."""
    (claim,) = worker.claim(NOW)
    fault = claim.watch._replace(faults=1, sight="fault: HTTP 500", due_at=NOW + WAIT)
    worker.record(Finding(claim, WatchOn(fault), NOW, NOW), now=NOW)

    poll = stored(worker.database)
    assert (poll.leased_until, poll.claimable_at) == (EPOCH, NOW + WAIT)
    assert len(Worker(worker.database).claim(NOW + WAIT)) == 1


def test_news_lets_go_of_nothing(worker: Worker) -> None:
    """A task that has begun is asked for again by who saw it."""
    (claim,) = worker.claim(NOW)
    worker.record(as_before(claim, NOW, status=Status.PROCESSING, sight="processing"), now=NOW)

    (again,) = worker.claim(NOW + WAIT)

    assert again.watch == stored(worker.database).watch
    assert again.watch.status is Status.PROCESSING


def test_a_claim_that_was_not_committed_is_made_again(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError), worker.database.writing() as session:
        assert len(claim_due(session, worker.by, now=NOW, limit=9)) == 1
        raise ZeroDivisionError

    assert len(worker.claim(NOW)) == 1


def test_a_look_that_was_asked_for_does_not_wait_for_who_holds_the_task(worker: Worker) -> None:
    """Any process may have it; the one that held it finds out by the token."""
    other = Worker(worker.database)
    with worker.database.writing() as session:
        look_again(session, CLIENT, "img_1", now=NOW - SECOND)

    (forced,) = other.claim(NOW - SECOND)
    (stale,) = worker.claim(NOW)
    lost = worker.record(completed(stale, at=NOW), now=NOW)
    won = other.record(completed(forced, at=NOW), now=NOW)

    assert (lost.written, lost.moved, lost.kept) == ([], [], [])
    assert len(won.moved) == 1


def test_a_look_that_was_asked_for_is_taken_once_by_who_holds_the_task(worker: Worker) -> None:
    with worker.database.writing() as session:
        look_again(session, CLIENT, "img_1", now=NOW - SECOND)

    (forced,) = worker.claim(NOW - SECOND)

    assert forced.watch.due_at == NOW - SECOND
    assert worker.claim(NOW) == []


@pytest.mark.parametrize("is_news", [False, True])
def test_a_look_that_is_asked_for_meanwhile_is_free_for_all(worker: Worker, is_news: bool) -> None:
    """The answer under way was asked for before; it is written, and the next look is due at once."""
    (claim,) = worker.claim(NOW)
    with worker.database.writing() as session:
        look_again(session, CLIENT, "img_1", now=NOW + SECOND)
    finding = as_before(claim, NOW, sight="processing" if is_news else "pending")

    recorded = worker.record(finding, now=NOW + SECOND)

    assert (len(recorded.written), recorded.kept) == (1, [])
    poll = stored(worker.database)
    assert (poll.leased_until, poll.due_at, poll.claimable_at) == (
        EPOCH,
        NOW + SECOND,
        NOW + SECOND,
    )
    assert len(Worker(worker.database).claim(NOW + SECOND)) == 1


def change(worker: Worker, **fields: object) -> None:
    """Change the account."""
    with worker.database.writing() as session:
        session.execute(update(Account).values(**fields))


@pytest.mark.parametrize(
    "trouble",
    [
        {"state": AccountState.DISABLED},
        {"state": AccountState.BROKEN, "canary_at": NOW + MINUTE},
        {"paused_until": NOW + MINUTE},
        {"key": None},
    ],
)
def test_what_cannot_be_asked_is_let_go_of(worker: Worker, trouble: dict[str, object]) -> None:
    """And asked as soon as it can be, by whoever comes first."""
    change(worker, **trouble)

    assert worker.claim(NOW) == []

    poll = stored(worker.database)
    assert (poll.leased_until, poll.claimable_at) == (EPOCH, NOW)
    assert len(worker.by.held) == 0


def test_a_key_that_was_changed_is_used_at_once(worker: Worker) -> None:
    change(worker, epoch=7)

    (claim,) = worker.claim(NOW)

    assert claim.access.epoch == 7


def many(database: Database, count: int) -> Worker:
    """Return a worker that holds so many tasks, due one after the other from NOW on."""
    with database.writing() as session:
        for number in range(count):
            make_task(session, f"img_{number}", sight="pending", due_at=NOW - WAIT)
    worker = Worker(database)
    claims = sorted(worker.claim(NOW - WAIT), key=lambda one: one.task_id)
    shifted = [
        as_before(one, NOW - WAIT, due_at=NOW + n * SECOND / 100) for n, one in enumerate(claims)
    ]
    worker.record(*shifted, now=NOW - WAIT)
    assert len(worker.by.held) == count
    return worker


def free(database: Database) -> int:
    """Count the tasks that nobody has leased."""
    with database.reading() as session:
        return len(session.scalars(select(Poll).where(Poll.leased_until == EPOCH)).all())


def test_what_a_budget_is_too_short_for_is_chosen_from_all_that_is_due(database: Database) -> None:
    """And the process keeps none of it, nor of what it asks."""
    worker = many(database, 40)
    change(worker, rpm=600, spent_until=EPOCH)

    claims = worker.claim(NOW + SECOND)
    worker.record(*(as_before(one, NOW + SECOND) for one in claims), now=NOW + SECOND)

    assert 0 < len(claims) < 10
    assert free(database) == 40
    assert len(worker.by.held) == 0


def test_what_there_is_no_room_for_waits_where_nobody_else_is(database: Database) -> None:
    """A budget that is enough for what there is room for is enough."""
    worker = many(database, 40)
    change(worker, rpm=6_000, spent_until=EPOCH)

    claims = worker.claim(NOW + SECOND, limit=10)

    assert [one.upstream_id for one in claims] == [f"img_{n}" for n in range(10)]
    assert free(database) == 0
    assert len(worker.by.held) == 30


def test_what_there_is_no_room_for_is_let_go_of_where_others_are(database: Database) -> None:
    """As far as it is late."""
    worker, other = many(database, 40), Worker(database)
    assert other.claim(NOW) == []
    with database.reading() as session:
        worker.by.presence.look(session)

    claims = worker.claim(NOW + LATE + 19 * SECOND / 100, limit=10)

    assert len(claims) == 10
    assert free(database) == 10
    taken = other.claim(NOW + LATE + SECOND)
    assert {one.upstream_id for one in taken} == {f"img_{n}" for n in range(10, 20)}


def test_what_nobody_holds_has_half_of_the_room(database: Database) -> None:
    """However late this process is with its own; and what it has no use for is theirs."""
    worker = many(database, 40)
    with database.writing() as session:
        for number in range(8):
            make_task(session, f"new_{number}", due_at=NOW + SECOND)

    claims = worker.claim(NOW + SECOND, limit=10)
    rest = worker.claim(NOW + SECOND, limit=10)

    new = [sum(one.upstream_id.startswith("new") for one in each) for each in (claims, rest)]
    assert new == [5, 3]
    assert (len(claims), len(rest)) == (10, 10)


def test_a_lease_that_is_about_to_end_is_given_back_and_claimed_anew(worker: Worker) -> None:
    """By the process itself, if nobody else comes."""
    now = stored(worker.database).leased_until - LAST_CALL + SECOND

    assert worker.claim(now) == []
    (claim,) = worker.claim(now)

    assert claim.until == now + LEASE


def test_others_have_what_a_process_held_as_soon_as_it_is_buried(worker: Worker) -> None:
    """When it is due, and not when the lease ends; the dead process, if it wakes, writes nothing."""
    other = Worker(worker.database)
    with worker.database.writing() as session:
        dead = session.get_one(Holder, worker.by.presence.id)
        assert bury(session, dead.id, dead.beats) == 1

    assert other.claim(NOW - SECOND) == []
    (claim,) = other.claim(NOW)
    worker.seconds += 60
    assert worker.claim(NOW) == [], "it has seen that it was buried"
    assert stored(worker.database).token == claim.token, "and touches nothing of another's"

    other.record(as_before(claim, NOW), now=NOW)
    assert stored(worker.database).polls == 3


def test_what_was_not_another_s_yet_is_free_once_a_process_sees_that_it_was_buried(
    worker: Worker,
) -> None:
    """And by itself claimed again, if nobody was sooner."""
    with worker.database.writing() as session:
        session.execute(delete(Holder))
    worker.seconds += 60

    (claim,) = worker.claim(NOW)

    poll = stored(worker.database)
    assert (poll.holder, poll.token) == (worker.by.presence.id, claim.token)


def test_who_does_not_know_yet_that_it_was_buried_writes_nothing(worker: Worker) -> None:
    other = Worker(worker.database)
    with worker.database.writing() as session:
        session.execute(delete(Holder))
        session.execute(update(Poll).values(leased_until=EPOCH, claimable_at=Poll.due_at))
    (claim,) = other.claim(NOW)
    (stale,) = worker.claim(NOW)

    assert worker.record(completed(stale, at=NOW), now=NOW).moved == []
    assert len(other.record(completed(claim, at=NOW), now=NOW).moved) == 1


def test_whether_something_is_due_is_known_without_a_claim(worker: Worker) -> None:
    with worker.database.reading() as session:
        assert not is_due(session, worker.by, now=NOW - SECOND)
        assert is_due(session, worker.by, now=NOW)
