"""Lets go of leases that this process has kept, so that whoever comes first may claim the tasks."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.given import Given
from app.poll.claim import Claim
from app.poll.fence import is_ours
from app.tasks.models import Poll

_GIVEN = Given(numbers=("task_id", "token"))


def release(session: Session, claims: Sequence[Claim]) -> None:
    """End the leases of `claims`, as far as they are still ours; the tasks stay as due as they are."""
    if not claims:
        return
    on_postgres = session.get_bind().dialect.name == "postgresql"
    # In the order of their ids, so that two who write the same rows do not lock each other out.
    given = sorted((claim.task_id, claim.token) for claim in claims)
    parameters = _GIVEN.bind(list(zip(*given, strict=True)), on_postgres=on_postgres)
    session.connection().execute(_release(on_postgres=on_postgres), parameters)


@cache
def _release(*, on_postgres: bool) -> Update:
    given = _GIVEN.table(on_postgres=on_postgres)
    return (
        update(Poll)
        .where(is_ours(_GIVEN, given, on_postgres=on_postgres))
        .values(leased_until=EPOCH, claimable_at=Poll.due_at)
    )
