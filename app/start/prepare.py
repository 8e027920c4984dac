"""What every start does first: the schema, the client `default`, and a key to call with."""

from app.clients.bootstrap import ensure_default_client, has_key, store_key
from app.clients.keys import make_key
from app.clock import utc_now
from app.db.migrate import is_current
from app.errors import Misconfigured
from app.process.home import is_at_home, kept_api_key
from app.process.process import Process


def require_schema(process: Process) -> None:
    """Raise Misconfigured unless every migration has been applied."""
    if not is_current(process.database):
        raise Misconfigured("The database is not up to date: run `lemonwatch migrate` first.")


def ensure_caller(process: Process) -> str | None:
    """Make sure that somebody can call; return the admin key if this made it, to be shown once."""
    now = utc_now()
    with process.database.writing() as session:
        client_id = ensure_default_client(session, process.cipher, now=now)
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
