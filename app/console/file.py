"""A file that is there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from app.errors import InvalidInput


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write into a draft beside `path`, which takes its place at the end of the block.

    If the block raises, what was at `path` is still there, and the draft is not. Raises InvalidInput
    where no file can be written.
    """
    place = path.resolve()  # Of a link, what it leads to is replaced.
    if place.exists() and not place.is_file():
        raise InvalidInput(f"{path} cannot be written: it is there, and is no file")
    draft = place.with_name(f".{place.name}.{token_hex(4)}.part")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
