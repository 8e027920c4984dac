"""Faults of the surroundings, said in a line: what could not be used, and what to look at."""

from kombu.exceptions import KombuError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

SURROUNDINGS = (SQLAlchemyError, RedisError, KombuError, OSError)


def explain(error: Exception) -> str:
    """Return a line for an error of the database, the broker, or the file system.

    The text of such an error can hold a URL, and with it a password, so only its kind is told, and
    of the file system's the file.
    """
    kind = type(error).__name__
    match error:
        case SQLAlchemyError():
            return f"The database cannot be used ({kind}). Check LEMONWATCH_DATABASE_URL."
        case RedisError() | KombuError():
            return f"The broker cannot be used ({kind}). Check LEMONWATCH_BROKER_URL."
        case OSError(filename=file, strerror=why) if file:
            return f"{file}: {why}. Check LEMONWATCH_HOME."
        case OSError(strerror=why) if why:
            return f"{why}. What was to be printed or written is not whole."
        case _:
            return f"Something around Lemonwatch failed: {kind}. Run `lemonwatch doctor`."
