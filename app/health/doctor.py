"""What is wrong with this installation, and what to do about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.accounts import all_accounts
from app.accounts.schemas import AccountOut
from app.clock import utc_now
from app.db.base import UtcDateTime
from app.db.migrate import is_current
from app.errors import LemonwatchError, Misconfigured
from app.health.progress import queues
from app.process.process import Process
from app.settings import load_settings

APART = timedelta(seconds=2)
_NOW = select(func.current_timestamp(type_=UtcDateTime))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    says: str
    is_alarm: bool = False  # To be seen to, though not here: the service itself does what it can.

    def as_json(self) -> dict[str, object]:
        """Return the finding for scripts."""
        return {"what": self.what, "ok": self.ok, "alarm": self.is_alarm, "says": self.says}

    @property
    def mark(self) -> str:
        """How the finding is marked for people."""
        return "BAD " if not self.ok else "WARN" if self.is_alarm else "ok  "


def examine() -> list[Finding]:
    """Look at everything that the service needs; what is in the database, only where that is in order."""
    try:
        process = Process(load_settings())
    except Misconfigured as error:
        # Without them, nothing else can be looked at.
        return [Finding("settings", ok=False, says=error.detail)]
    except OSError as error:
        says = f"{error.filename or 'the data folder'}: {error.strerror}; check LEMONWATCH_HOME"
        return [Finding("settings", ok=False, says=says)]
    looks: dict[str, Callable[[Process], Finding]] = {
        "settings": _settings, "database": _database, "clock": _clock, "broker": _broker,
    }  # fmt: skip
    within: dict[str, Callable[[Process], Finding]] = {"account": _account, "progress": _progress}
    try:
        found = {what: _look(what, look, process) for what, look in looks.items()}
        for what, look in within.items():
            unseen = Finding(what, ok=False, says="not looked at before the database is in order")
            found[what] = _look(what, look, process) if found["database"].ok else unseen
        return list(found.values())
    finally:
        process.close()


def judge_clock(off: timedelta) -> Finding:
    """Judge by how much the database's clock is ahead of ours."""
    if abs(off) < APART:
        return Finding("clock", ok=True, says="agrees with the database's")
    seconds, way = abs(off).total_seconds(), "behind" if off > timedelta() else "ahead of"
    says = f"{seconds:.1f} s {way} the database's: have NTP set both, since leases go by them"
    return Finding("clock", ok=True, says=says, is_alarm=True)


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


def _settings(process: Process) -> Finding:
    found = process.settings
    kinds = (found.database_url_text, found.broker_url.get_secret_value())
    database, broker = (re.split("[+:]", url)[0] for url in kinds)
    says = f"can be used: database {database}, broker {broker}, policy {found.policy}"
    return Finding("settings", ok=True, says=says)


def _clock(process: Process) -> Finding:
    with process.database.reading() as session:
        before = utc_now()
        there = session.scalars(_NOW).one()
        after = utc_now()
    # SQLite tells whole seconds, of this machine's own clock.
    return judge_clock(max(there - after, timedelta()) or min(there - before, timedelta()))


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
