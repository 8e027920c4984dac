"""The data folder of the embedded default: its database, and the keys made at the first start."""

import os
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkstemp

from pydantic import SecretStr
from sqlalchemy import URL

from app.errors import Misconfigured
from app.settings import Settings


def resolve(settings: Settings) -> Settings:
    """Fill in what the embedded default makes by itself: the database's place and the secret key."""
    if settings.database_url is not None:
        if settings.secret_key is None:
            raise Misconfigured(
                "LEMONWATCH_SECRET_KEY is required with LEMONWATCH_DATABASE_URL: any 32 characters "
                "or more, the same for every process, kept as safe as the database."
            )
        return settings
    home = settings.home.absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret_key = settings.secret_key or SecretStr(kept(home / "secret-key", token_urlsafe(32)))
    update = {"database_url": SecretStr(_database_url(settings)), "secret_key": secret_key}
    return settings.model_copy(update=update)


def is_at_home(settings: Settings) -> bool:
    """Tell whether the database is the one in the data folder."""
    return settings.database_url_text == _database_url(settings)


def _database_url(settings: Settings) -> str:
    path = settings.home.absolute() / "lemonwatch.db"
    # Not glued together: a folder's name may hold what means something in a URL.
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def kept_api_key(settings: Settings, *, new: str) -> str:
    """Return the admin key of this data folder, which is `new` at the first start."""
    return kept(settings.home.absolute() / "api-key", new)


def kept(path: Path, new: str) -> str:
    """Return what the file at `path` holds, after writing `new` into it if it was not there.

    The file appears whole or not at all, and of two that make it at once, one wins for both.
    """
    if not path.exists():
        number, draft = mkstemp(dir=path.parent, prefix=f"{path.name}.")  # Readable by us alone.
        with os.fdopen(number, "w") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text().strip()
