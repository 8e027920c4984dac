"""Writes looks that saw what the last one saw: most of them, so one statement over arrays for all."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Update, case, null, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.given import Given
from app.poll.claim import Claim
from app.poll.fence import is_ours
from app.poll.finding import Finding
from app.poll.held import kept_until
from app.tasks.models import Poll

_GIVEN = Given(
    numbers=("task_id", "token", "progress"),
    instants=("due_at", "seen_at", "deadline_at", "until"),
)

_task_id = attrgetter("claim.task_id")


class Renewed(NamedTuple):
    """What was written: findings whose lease has ended, and claims under a lease that goes on."""

    ended: list[Finding]
    kept: list[Claim]


def renew(session: Session, findings: Sequence[Finding], *, now: datetime) -> Renewed:
    """Put off the next look of each of `findings`, which are as before, as far as they are still held.

    That ends their claims, so that the same finding written again finds its claim no longer held. The
    lease may go on, under the next token: then whoever looked is to look again, and claims nothing.
    """
    # In the order of their ids, so that two who write the same rows do not lock each other out.
    again = [(f, f.claim, w) for f in sorted(findings, key=_task_id) if (w := f.watch)]
    if not again:
        return Renewed([], [])
    untils = [kept_until(claim, watch, now=now) for _, claim, watch in again]
    on_postgres = session.get_bind().dialect.name == "postgresql"
    parameters = _GIVEN.bind(
        [
            [claim.task_id for _, claim, _ in again],
            [claim.token for _, claim, _ in again],
            [watch.progress for _, _, watch in again],
            [watch.due_at for _, _, watch in again],
            [watch.seen_at for _, _, watch in again],
            [watch.deadline_at for _, _, watch in again],
            untils,
        ],
        on_postgres=on_postgres,
    )
    rows = session.connection().execute(_renewal(on_postgres=on_postgres), parameters)
    is_kept: dict[int, bool] = dict(rows.all())
    ended: list[Finding] = []
    kept: list[Claim] = []
    for (finding, claim, watch), until in zip(again, untils, strict=True):
        if is_kept.get(claim.task_id):
            kept.append(claim.following(watch, until=until))
        elif claim.task_id in is_kept:
            ended.append(finding)
    return Renewed(ended, kept)


@cache
def _renewal(*, on_postgres: bool) -> Update:
    """Return the statement; a look that was asked for since is still to come, and nobody's yet."""
    given = _GIVEN.table(on_postgres=on_postgres)
    # What is as before was answered, and was seen when it was asked for.
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
