"""A worker that holds many tasks does not search through them for garbage again and again."""

import gc
from collections.abc import Iterator

import pytest

from app.process.garbage import YOUNG, search_seldom


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Leave the searching of the tests' own process as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_there_at_the_start_is_not_searched_again() -> None:
    search_seldom()

    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == YOUNG
