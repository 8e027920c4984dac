"""What is wrong with this installation, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.account import default_account
from app.clock import utc_now
from app.db.migrate import is_current
from app.errors import LemonwatchError
from app.health.progress import STUCK, oldest_due
from app.process.process import Process
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    says: str


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
    if process.settings.is_embedded and process.settings.lemondata_api_key is None:
        return Finding("account", ok=True, says="none: `lemonwatch up` brings its simulator")
    account = default_account(process.settings)
    return Finding("account", ok=True, says=f"{account.name}, at {account.base_url}")


def _progress(process: Process) -> Finding:
    with process.database.reading() as session:
        waited = oldest_due(session, now=utc_now())
    says = f"the oldest due row has waited {waited.total_seconds():.1f} s"
    hint = "; are worker and beat running?"
    return Finding("progress", waited < STUCK, says if waited < STUCK else says + hint)
