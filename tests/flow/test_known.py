"""A process that asked for a task itself claims it again without reading what it knows."""

from sqlalchemy import event, select

from app.accounts.models import Account
from app.clock import EPOCH
from app.db.session import Database
from app.poll.claim import Claim
from app.poll.claiming import claim_due
from app.poll.heal import heal
from app.poll.held import Held
from app.poll.known import Known
from app.poll.pick import Claiming
from app.poll.record import record
from app.process.cipher import Cipher
from app.register.again import look_again
from app.tasks.models import Poll
from tests.build import CLIENT, MINUTE, NOW, SECOND, SECRET_KEY, make_task, make_watch, unfinished

WIDE = "poll.other_path"


class Worker:
    """Claims and records as one process does."""

    def __init__(self, database: Database) -> None:
        """Know nothing yet."""
        self.database = database
        self.known = Known()
        self.reads = 0
        event.listen(database.engine, "before_cursor_execute", self._note)

    def claim(self, *, seconds: float) -> list[Claim]:
        """Claim what is due so long after NOW."""
        claiming = Claiming(
            cipher=Cipher(SECRET_KEY), lease=30 * SECOND, clock=lambda: EPOCH,
            room_of=lambda _, __: 9, known=self.known, held=Held(most=0),
        )  # fmt: skip
        with self.database.writing() as session:
            claims = claim_due(session, claiming, now=NOW + seconds * SECOND, limit=9)
        return [one for one in claims if isinstance(one, Claim)]

    def look(self, *, seconds: float) -> list[Claim]:
        """Claim, and find each unfinished and due three seconds later."""
        claims, at = self.claim(seconds=seconds), NOW + seconds * SECOND
        findings = [unfinished(one, at, expected_at=at + 3 * SECOND) for one in claims]
        with self.database.writing() as session:
            written = record(session, findings, now=at).written
        self.known.keep(
            (f.claim.task_id, f.claim.token + 1, f.claim.upstream_id, f.watch)
            for f in written
            if f.watch
        )
        return claims

    def stored(self) -> Poll:
        """Return the row of the one task."""
        with self.database.reading() as session:
            return session.scalars(select(Poll)).one()

    def _note(self, *arguments: object) -> None:
        self.reads += WIDE in str(arguments[2]) and str(arguments[2]).startswith("SELECT")


def registered(database: Database) -> Worker:
    """Return a worker, with one task that is due."""
    with database.writing() as session:
        make_task(session)
    return Worker(database)


def test_what_it_wrote_itself_is_not_read_again(database: Database) -> None:
    """And is what the row says."""
    worker = registered(database)

    worker.look(seconds=0)
    (second,) = worker.look(seconds=3)
    (third,) = worker.claim(seconds=6)

    assert worker.reads == 1
    assert (second.watch.polls, third.watch.polls, third.token) == (1, 2, 5)
    worker.reads = 0
    assert third.watch == worker.stored().watch


def test_what_another_wrote_in_between_is_read(database: Database) -> None:
    """Whether it knows something of the task or not."""
    one, other = registered(database), Worker(database)
    one.look(seconds=0)
    other.look(seconds=3)

    (claim,) = one.claim(seconds=6)

    assert one.reads >= 2
    assert claim.watch == one.stored().watch
    assert claim.watch.polls == 2


def test_a_claim_of_another_that_was_never_recorded_makes_it_read_again(database: Database) -> None:
    """Its lease has ended, and the token says so."""
    one, other = registered(database), Worker(database)
    one.look(seconds=0)
    other.claim(seconds=3)

    (claim,) = one.claim(seconds=40)

    assert claim.token == 4
    assert one.known.recall([(claim.task_id, claim.token)]) == {}
    assert claim.watch == one.stored().watch


def test_what_is_moved_without_a_claim_is_seen_all_the_same(database: Database) -> None:
    """A look that somebody asked for, and a clock that was put right."""
    worker = registered(database)
    worker.look(seconds=0)
    with database.writing() as session:
        look_again(session, CLIENT, "img_1", now=NOW + SECOND)
    (forced,) = worker.look(seconds=1)
    assert (forced.watch.due_at, forced.watch.expected_at) == (NOW + SECOND, NOW + SECOND)

    with database.writing() as session:
        session.scalars(select(Poll)).one().due_at = NOW + 600 * MINUTE
        session.flush()
        heal(session, now=NOW + 2 * SECOND, farthest=MINUTE)
    (healed,) = worker.claim(seconds=2)

    assert healed.watch.due_at == NOW + 2 * SECOND
    assert healed.watch == worker.stored().watch


def test_the_access_is_always_the_account_as_it_is(database: Database) -> None:
    """What is known of a task says nothing of its account."""
    worker = registered(database)
    worker.look(seconds=0)
    with database.writing() as session:
        session.scalars(select(Account)).one().epoch = 7

    (claim,) = worker.claim(seconds=3)

    assert claim.access.epoch == 7


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """What was kept first goes first, and what was recalled is forgotten."""
    known = Known(most=2)
    known.keep((number, 2, f"img_{number}", make_watch(polls=number)) for number in (1, 2, 3))

    found = known.recall([(1, 3), (2, 3), (3, 4)])

    assert found == {2: ("img_2", make_watch()._replace(polls=2))}
    assert known.recall([(2, 3), (3, 3)]) == {}
