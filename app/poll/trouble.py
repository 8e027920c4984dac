"""What answers say of the accounts they were asked with, written, announced and acted upon."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.hear import Change, Told, hear
from app.accounts.schemas import AccountOut
from app.accounts.state import AccountState
from app.endpoints.filter import BROKEN, RECOVERED
from app.outbox.operator import tell_operator
from app.poll.claim import Claim, Probe
from app.poll.signal import news_of_accounts, signal
from app.rounds.flight import Landed
from app.tasks.models import Poll
from app.upstream.heard import Heard


def hear_of_accounts(
    session: Session, landed: Sequence[Landed[Claim | Probe, Heard]], *, now: datetime
) -> list[Change]:
    """Write the accounts' health; return those whose state changed."""
    told = [Told(one.claim.access, signal(one)) for one in news_of_accounts(landed)]
    changes = hear(session, told) if told else []
    for change in changes:
        if change.account.state is AccountState.OK:
            _look_again(session, change.account.id, now=now)
    return changes


def tell_of_accounts(
    session: Session, changes: Sequence[Change], *, now: datetime
) -> list[dict[str, str]]:
    """Tell the operator of a key refused and of its way back; return the lines to log.

    After all else in the transaction has been announced: events are numbered last.
    """
    for change in changes:
        shown = AccountOut.of(change.account, now=now)
        if change.account.state is AccountState.BROKEN:
            tell_operator(session, BROKEN, shown, now=now)
        elif change.was is AccountState.BROKEN:
            tell_operator(session, RECOVERED, shown, now=now)
    return [_line(change) for change in changes]


def _look_again(session: Session, account_id: int, *, now: datetime) -> None:
    """Make due what the trouble had put off; the budget spreads it.

    Its faults were the account's, and are forgotten: a task that has bad luck now is asked again soon.
    """
    # What may be denied to a task alone stays put off, or it would bring the trouble back at once.
    is_denied = Poll.sight.startswith("fault: HTTP 402") | Poll.sight.startswith("fault: HTTP 403")
    put_off = (Poll.account_id == account_id, Poll.faults > 0, Poll.due_at > now, ~is_denied)
    # The token is raised, since what a process knows of the task is not so any more.
    is_free = (Poll.leased_until <= now) & Poll.ended_at.is_(None)
    afresh = {"due_at": now, "claimable_at": now, "faults": 0, "token": Poll.token + 1}
    session.execute(
        update(Poll).where(*put_off, is_free).values(afresh),
        execution_options={"synchronize_session": False},
    )


def _line(change: Change) -> dict[str, str]:
    account = change.account
    level = "warning" if account.state.is_probed else "info"
    line = {"level": level, "event": f"account.{account.state}", "account": account.name}
    return line | {"why": account.why} if account.why else line
