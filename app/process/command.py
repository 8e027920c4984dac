"""What the commands share that go straight to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from app.db.migrate import require_current
from app.errors import InvalidInput
from app.process.process import Process
from app.settings import load_settings


@contextmanager
def at_database() -> Iterator[Process]:
    """Have a process for the settings, whose database is of this release, until the block ends."""
    process = Process(load_settings())
    try:
        require_current(process.database)
        yield process
    finally:
        process.close()


@contextmanager
def said_plainly() -> Iterator[None]:
    """Say what is wrong with the input of the block in a line; raise InvalidInput."""
    try:
        yield
    except ValidationError as invalid:
        lines = [f"{e['loc'][0]}: {e['msg']}" for e in invalid.errors(include_input=False)]
        raise InvalidInput("; ".join(lines)) from None


def text(word: str) -> str:
    """Return a word of the command line as it is; raise InvalidInput for bytes that are no text."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raise InvalidInput(f"{word!a} is no text in UTF-8") from None
    return word
