"""What an account has to ask, in SQL: what is due, and what soon is."""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select

from app.accounts.budget import BURST
from app.accounts.models import Account
from app.accounts.take import Work
from app.db.base import UtcDateTime
from app.poll.due import IS_DUE
from app.schedule.price import EARLY
from app.tasks.models import Poll

# Accounts with tasks due by then share the room in flight.
SOON = timedelta(seconds=30)
SOON_ENOUGH = timedelta(seconds=EARLY)


def _has_due(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    # Not EXISTS, of which PostgreSQL makes a join that may read the whole table; this is looked up by
    # the index, once for each account.
    first = select(Poll.task_id).where(Poll.account_id == Account.id, *wanted).correlate(Account)
    return first.order_by(Poll.claimable_at).limit(1).scalar_subquery().is_not(None)


def _instant(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime)


# Something that is due; and where a short budget is about to be lost, something that soon is.
_IS_LOSING = Account.is_short & (Account.spent_until <= _instant("half_spent"))
_IS_SOON_ENOUGH = Poll.claimable_at <= _instant("soon_enough")
_IS_PAST_FRONT = Poll.claimable_at >= _instant("since")
WORK = Work(
    is_waiting=or_(_has_due(IS_DUE), _IS_LOSING & _has_due(_IS_SOON_ENOUGH)),
    is_due=or_(
        _has_due(Poll.claimable_at <= _instant("now"), _IS_PAST_FRONT),
        _IS_LOSING & _has_due(_IS_SOON_ENOUGH, _IS_PAST_FRONT),
    ),
    is_near=_has_due(Poll.claimable_at <= _instant("soon"), _IS_PAST_FRONT),
    ahead={"soon": SOON, "soon_enough": SOON_ENOUGH, "half_spent": BURST / 2},
)
