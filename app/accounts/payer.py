"""What registering needs to know of the account that a task's polls are paid from."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.db.driver import LookUp
from app.db.ready import Ready

_BY_NAME = Ready(
    lambda _: select(
        Account.id, Account.base_url, Account.state, Account.prices, Account.priced_at
    ).where(Account.name == bindparam("name"))
)  # fmt: skip


class Payer(NamedTuple):
    """A part of an account's row."""

    id: int
    base_url: str
    state: AccountState
    prices: Mapping[str, float]
    priced_at: datetime | None


FindPayer = Callable[[str], Payer | None]


def find_payer(database: LookUp, name: str) -> Payer | None:
    """Return the account of that name, if there is one."""
    row = database.look_up(_BY_NAME, {"name": name})
    return None if row is None else Payer(*row)
