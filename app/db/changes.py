"""What a transaction changes that others wait for: told to them once it is committed, never before.

A change is a subject, as a number, and the count that it has risen to. In this process whoever listens is
called; on PostgreSQL a notification tells other processes, and goes out with the commit. Neither is the
truth, which is in the tables: who waits looks there too, and so finds what was told to nobody.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

Changes = Mapping[int, int]

CHANNEL = "lemonwatch"
# In one notification: PostgreSQL takes 8,000 bytes, and two numbers are 40 at most.
AT_ONCE = 150
_KEY = "lemonwatch_changes"
_NOTIFY = select(func.pg_notify(CHANNEL, bindparam("payload")))


def note(session: Session, subject: int, count: int) -> None:
    """Note that by this transaction the subject rises to that count."""
    session.info.setdefault(_KEY, {})[subject] = count


def noted(session: Session) -> Changes:
    """Return what was noted, the last of each subject."""
    changes: Changes = session.info.get(_KEY, {})
    return changes


def notify(session: Session) -> None:
    """Have what was noted be told to other processes with the commit, where the database can."""
    if session.get_bind().dialect.name == "postgresql":
        for payload in write(noted(session)):
            session.execute(_NOTIFY, {"payload": payload})


def write(changes: Changes) -> Iterator[str]:
    """Write changes as notifications carry them."""
    pairs = list(changes.items())
    for first in range(0, len(pairs), AT_ONCE):
        yield " ".join(map(str, chain(*pairs[first : first + AT_ONCE])))


def read(payload: str) -> Changes:
    """Read a notification; one that is not ours says nothing."""
    try:
        numbers = [int(word) for word in payload.split()]
    except ValueError:
        return {}
    return dict(zip(numbers[::2], numbers[1::2], strict=False))
