"""Where more is due than the budget allows, clients share it; where only room is short, none is chosen."""

from collections import Counter

from sqlalchemy import select

from app.accounts.models import Account
from app.clients.models import Client
from app.db.session import Database
from app.poll.claim import Claim
from app.register.again import look_again
from app.tasks.models import Poll
from tests.build import CLIENT, MINUTE, NOW, SECOND, claim_any, make_task


def crowded(database: Database, *, rpm: int) -> None:
    """Make a client with sixty tasks that are long due, and another with ten that are due now."""
    with database.writing() as session:
        session.scalars(select(Account)).one().rpm = rpm
        secret = session.scalars(select(Client.webhook_secret)).one()
        other = Client(name="other", webhook_secret=secret, created_at=NOW)
        session.add(other)
        session.flush()
        for number in range(60):
            make_task(
                session, f"img_{number}", due_at=NOW - MINUTE, polls=3, started_at=NOW - MINUTE
            )
        for number in range(10):
            make_task(session, f"img_other_{number}", client_id=other.id, polls=3)


def claimed(database: Database, *, room: int = 100) -> list[str]:
    """Claim; return what was claimed."""
    with database.writing() as session:
        claims = claim_any(session, now=NOW, limit=room, room=room)
    return [claim.upstream_id for claim in claims if isinstance(claim, Claim)]


def test_clients_share_a_budget_that_is_short(database: Database) -> None:
    """However much one of them has due, and for how long."""
    crowded(database, rpm=1200)  # Eleven at once.

    names = Counter(name.startswith("img_other") for name in claimed(database))

    assert names in (Counter({True: 6, False: 5}), Counter({True: 5, False: 6}))


def test_what_was_asked_for_goes_before_all_others(database: Database) -> None:
    """Also where the budget is short."""
    crowded(database, rpm=120)  # Two at once.
    with database.writing() as session:
        make_task(session, "img_wanted", due_at=NOW + MINUTE)
        look_again(session, CLIENT, "img_wanted", now=NOW)

    assert "img_wanted" in claimed(database)


def test_where_only_room_is_short_the_longest_due_come_first(database: Database) -> None:
    """The others follow as soon as there is room."""
    crowded(database, rpm=1_000_000)

    first = claimed(database, room=60)

    assert not [name for name in first if name.startswith("img_other")]
    assert len(claimed(database, room=60)) == 10


def test_nothing_is_claimed_beyond_the_budget_and_the_rest_stays_due(database: Database) -> None:
    """Untouched: neither leased nor under another token."""
    crowded(database, rpm=1200)

    count = len(claimed(database))

    with database.reading() as session:
        free = session.scalars(select(Poll).where(Poll.leased_until < NOW)).all()
    assert (count, len(free)) == (11, 59)
    assert {poll.token for poll in free} == {0}
    assert NOW - SECOND * 60 in {poll.due_at for poll in free}
