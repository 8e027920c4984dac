"""A file that is there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE
from typing import BinaryIO

from app.errors import InvalidInput


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write into a draft beside `path`, which takes its place at the end of the block.

    It has the mode of what was there. If the block raises, what was at `path` is still there, and the
    draft is not. Raises InvalidInput where no file can be written.
    """
    place = _place(path)
    draft = place.with_name(f".{token_hex(8)}.part")  # Short, since the name itself may be long.
    try:
        with draft.open("xb") as file:
            if place.exists():
                draft.chmod(S_IMODE(place.stat().st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            draft.unlink()


def _place(path: Path) -> Path:
    """Return what is to be replaced: of a link, what it leads to."""
    try:
        place = path.resolve()
        if place.is_file() or not (place.is_symlink() or place.exists()):
            return place
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from None
    except RuntimeError:  # How Python 3.11 and 3.12 tell of a link that leads to itself.
        pass
    raise InvalidInput(f"{path} cannot be written: it is there, and is no file")
