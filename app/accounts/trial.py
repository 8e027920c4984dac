"""Tries an account: a worker sends a canary, and what it brought is read from the account's row."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep

from app.accounts.accounts import find_account
from app.accounts.schemas import AccountOut, AccountTest
from app.accounts.state import AccountState
from app.clock import utc_now
from app.db.session import Database
from app.errors import Conflict

# A ring, a request that takes as long as it may, and a moment to record it.
PATIENCE = timedelta(seconds=13)
GLANCE = 0.2  # seconds


def try_out(
    database: Database, name: str, *, clock: Callable[[], datetime] = utc_now
) -> AccountTest:
    """Have a worker ask with the account, and return what it heard, or that none has answered.

    Raises NotFound for an unknown account, Conflict for one that is not asked at all.
    """
    with database.writing() as session:
        account = find_account(session, name, held=True)
        if account.state is AccountState.DISABLED or account.key is None:
            raise Conflict(f"the account {name} is not asked: {account.why}")
        before, account.canary_at = account.heard_at, clock()
        shown = AccountOut.of(account, now=clock())
    until = monotonic() + PATIENCE.total_seconds()
    while monotonic() < until:
        sleep(GLANCE)
        with database.reading() as session:
            account = find_account(session, name)
            shown = AccountOut.of(account, now=clock())
            if account.heard and account.heard_at != before:
                return AccountTest(ok=account.heard == "ok", says=account.heard, account=shown)
    paused = f"the account is paused until {shown.paused_until}"
    says = paused if shown.paused_until else "no worker has asked in time; are worker and beat up?"
    return AccountTest(ok=False, says=says, account=shown)
