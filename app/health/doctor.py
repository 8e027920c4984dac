"""What is wrong with this installation, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.accounts import all_accounts
from app.accounts.schemas import AccountOut
from app.clock import utc_now
from app.db.migrate import is_current
from app.errors import LemonwatchError
from app.health.progress import queues
from app.process.process import Process
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    says: str
    is_alarm: bool = False  # To be seen to, though not here: the service itself does what it can.

    @property
    def mark(self) -> str:
        """How the finding is marked for people."""
        return "BAD " if not self.ok else "WARN" if self.is_alarm else "ok  "


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that the service needs; every look is made, whatever the others find."""
    process = Process(settings)
    looks: dict[str, Callable[[Process], Finding]] = {
        "database": _database, "broker": _broker, "account": _account, "progress": _progress,
    }  # fmt: skip
    try:
        return [_look(what, look, process) for what, look in looks.items()]
    finally:
        process.close()


def _look(what: str, look: Callable[[Process], Finding], process: Process) -> Finding:
    try:
        return look(process)
    except LemonwatchError as error:
        return Finding(what, ok=False, says=error.detail)
    except (SQLAlchemyError, RedisError, OSError) as error:
        # The text of a driver's error can hold the URL, and with it a password.
        return Finding(what, ok=False, says=f"{type(error).__name__}: cannot be reached")


def _database(process: Process) -> Finding:
    current = is_current(process.database)
    says = "up to date" if current else "run `lemonwatch migrate`"
    return Finding("database", current, says)


def _broker(process: Process) -> Finding:
    url = process.settings.broker_url.get_secret_value()
    if not url.startswith(("redis://", "rediss://")):
        return Finding("broker", ok=True, says="not a Redis, so not asked")
    with Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
        client.ping()
    return Finding("broker", ok=True, says="answers")


def _account(process: Process) -> Finding:
    now = utc_now()
    with process.database.reading() as session:
        accounts = [AccountOut.of(account, now=now) for account in all_accounts(session)]
    has_key = any(account.has_key for account in accounts)
    if process.settings.is_embedded and not has_key:
        return Finding("account", ok=True, says="none: `lemonwatch up` brings its simulator")
    if not has_key:
        says = "none has a key: set LEMONDATA_API_KEY, or run `lemonwatch accounts add`"
        return Finding("account", ok=False, says=says)
    lines = [f"{a.name} at {a.base_url}: {a.why or a.state}" for a in accounts]
    in_trouble = any(account.state in {"broken", "down"} for account in accounts)
    return Finding("account", ok=True, says="; ".join(lines), is_alarm=in_trouble)


def _progress(process: Process) -> Finding:
    with process.database.reading() as session:
        found = queues(session, now=utc_now())
    waited = max(queue.oldest for queue in found)
    says = f"the oldest due row has waited {waited.total_seconds():.1f} s"
    is_stuck = any(queue.is_stuck for queue in found)
    hint = "; are worker and beat running?" if is_stuck else ""
    return Finding("progress", not is_stuck, says + hint)
