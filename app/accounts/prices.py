"""What a poll costs a client at an account."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.accounts.models import Account
from app.accounts.payer import Payer
from app.schedule.plan import LOWEST

# Where nothing has been claimed for this long nothing was due, and there is no shortage.
FRESH = timedelta(seconds=15)


def price_of(prices: Mapping[str, float], client_id: int, *, weight: float) -> float:
    """Return the price of a poll, in seconds of delay, for a task of the client's that weighs so much."""
    return prices.get(str(client_id), LOWEST) / weight if prices else LOWEST


def current_prices(account: Account | Payer, *, now: datetime) -> Mapping[str, float]:
    """Return the account's prices, unless they are old."""
    is_fresh = account.priced_at is not None and now - account.priced_at < FRESH
    return account.prices if is_fresh else {}
