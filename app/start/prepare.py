"""What every start does first: the schema, the client `default`, and a key to call with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.environment import ensure_default_account
from app.accounts.models import Account
from app.clients.bootstrap import ensure_default_client, has_key, store_key
from app.clients.keys import make_key
from app.clients.models import Client
from app.clock import utc_now
from app.db.migrate import require_current
from app.errors import Misconfigured
from app.process.home import is_at_home, kept_api_key
from app.process.process import Process


def ensure_account(process: Process) -> None:
    """Make the account `default`, or bring it to what the environment says."""
    with process.database.writing() as session:
        ensure_default_account(
            session, process.settings, process.cipher,
            now=utc_now(), simulated=process.simulator is not None,
        )  # fmt: skip


def require_account(process: Process) -> None:
    """Raise Misconfigured unless there is an account to ask with."""
    with process.database.reading() as session:
        known = session.scalar(select(Account.id).where(Account.key.is_not(None)).limit(1))
    if known is None:
        raise Misconfigured(
            "There is no LemonData account with a key. Set LEMONDATA_API_KEY, or add one with "
            "`lemonwatch accounts add`."
        )


def require_database(process: Process) -> None:
    """Raise Misconfigured unless every migration has been applied and its secrets can be read."""
    require_current(process.database)
    with process.database.reading() as session:
        _require_the_same_secret_key(session, process)


def _require_the_same_secret_key(session: Session, process: Process) -> None:
    """Read one secret, rather than find at the first delivery that none can be read."""
    stored = session.scalar(select(Client.webhook_secret).limit(1))
    if stored is not None:
        process.cipher.decrypt(stored)


def ensure_caller(process: Process) -> str | None:
    """Make sure that somebody can call; return the admin key if this made it, to be shown once."""
    now = utc_now()
    with process.database.writing() as session:
        client_id = ensure_default_client(session, process.cipher, now=now)
        _require_the_same_secret_key(session, process)
        if process.settings.api_key is not None:
            return None
        if is_at_home(process.settings):
            # Kept in a file too, so that the command line and the demo of this folder can call.
            key = kept_api_key(process.settings, new=make_key())
            return key if store_key(session, client_id, key, now=now) else None
        if has_key(session, client_id):
            return None
        key = make_key()
        store_key(session, client_id, key, now=now)
        return key
