"""API keys are random, and only what cannot be turned back is stored of them."""

import re

import pytest

from app.clients.keys import digest, make_key


def test_a_key_is_marked_as_ours_and_holds_256_random_bits() -> None:
    assert re.fullmatch(r"lw_[A-Za-z0-9_-]{43}", make_key())


def test_no_key_is_made_twice() -> None:
    assert len({make_key() for _ in range(1000)}) == 1000


def test_what_is_stored_is_the_sha_256_of_the_key() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("other", ["lw_lemon ", "LW_lemon", "lw_lemo", "lw_lemön", ""])
def test_another_key_is_stored_as_something_else(other: str) -> None:
    assert digest(other) != digest("lw_lemon")
