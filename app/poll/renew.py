"""Writes looks that saw what the last one saw: most of them, so one statement over arrays for all."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Update, case, null, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.given import Given
from app.poll.claim import Claim
from app.poll.fence import is_ours
from app.poll.finding import Unchanged
from app.poll.held import kept_until
from app.tasks.models import Poll

_GIVEN = Given(
    numbers=("task_id", "token", "progress"),
    instants=("due_at", "seen_at", "deadline_at", "until"),
)


class Renewed(NamedTuple):
    """What was written: looks whose lease has ended, and claims under a lease that goes on."""

    ended: list[Unchanged]
    kept: list[Claim]


def renew(session: Session, looks: Sequence[Unchanged], *, now: datetime) -> Renewed:
    """Put off the next look of each of `looks`, as far as their tasks are still held.

    That ends their claims, so that the same look written again finds its claim no longer held. The
    lease may go on, under the next token: then whoever looked is to look again, and claims nothing.
    """
    if not looks:
        return Renewed([], [])
    rows = [
        (
            claim.task_id, claim.token, watch.progress,
            watch.due_at, watch.seen_at, watch.deadline_at, kept_until(claim, watch, now=now),
            claim, watch,
        )
        for claim, watch in looks
    ]  # fmt: skip
    # In the order of their ids, so that two who write the same rows do not lock each other out.
    rows.sort(key=itemgetter(0))
    *columns, _, _ = zip(*rows, strict=True)
    on_postgres = session.get_bind().dialect.name == "postgresql"
    parameters = _GIVEN.bind(columns, on_postgres=on_postgres)
    found = session.connection().execute(_renewal(on_postgres=on_postgres), parameters)
    is_kept: dict[int, bool] = dict(found.all())
    ended: list[Unchanged] = []
    kept: list[Claim] = []
    for task_id, *_, until, claim, watch in rows:
        if is_kept.get(task_id):
            kept.append(claim.following(watch, until=until))
        elif task_id in is_kept:
            ended.append(Unchanged(claim, watch))
    return Renewed(ended, kept)


@cache
def _renewal(*, on_postgres: bool) -> Update:
    """Return the statement; a look that was asked for since is still to come, and nobody's yet."""
    given = _GIVEN.table(on_postgres=on_postgres)
    # What is unchanged was answered, and was seen when it was asked for.
    is_to_come = Poll.forced_at > given.c.seen_at
    is_kept = given.c.until > EPOCH
    return (
        update(Poll)
        .where(is_ours(_GIVEN, given, on_postgres=on_postgres))
        .values(
            due_at=case((is_to_come, Poll.forced_at), else_=given.c.due_at),
            # Where a lease goes on as it was, this does too, and PostgreSQL writes no index.
            claimable_at=case(
                (is_to_come, Poll.forced_at), (is_kept, given.c.until), else_=given.c.due_at
            ),
            expected_at=given.c.due_at,
            seen_at=given.c.seen_at,
            deadline_at=given.c.deadline_at,
            forced_at=case((is_to_come, Poll.forced_at), else_=null()),
            progress=given.c.progress,
            polls=Poll.polls + 1,
            leased_until=case((is_to_come, EPOCH), else_=given.c.until),
            token=Poll.token + 1,
        )
        .returning(Poll.task_id, Poll.leased_until > EPOCH)
    )
