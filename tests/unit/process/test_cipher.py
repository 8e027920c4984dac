"""Secrets rest encrypted, and only the key they were stored under reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Misconfigured
from app.process.cipher import Cipher

KEY = "a passphrase of more than 32 characters"
SECRETS = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=100, deadline=None)
@given(SECRETS, SECRETS)
def test_what_was_encrypted_is_read_back_by_another_process_with_the_key(
    key: str, secret: str
) -> None:
    assert Cipher(key).decrypt(Cipher(key).encrypt(secret)) == secret


def test_what_is_stored_does_not_show_the_secret_nor_that_two_are_the_same() -> None:
    cipher = Cipher(KEY)

    first, second = cipher.encrypt("whsec_lemon"), cipher.encrypt("whsec_lemon")

    assert "lemon" not in first
    assert first != second


def test_a_secret_of_the_longest_kind_fits_its_column() -> None:
    assert len(Cipher(KEY).encrypt("x" * 200)) <= 500


def test_another_key_reads_nothing_and_says_which_setting_is_wrong() -> None:
    stored = Cipher(KEY).encrypt("whsec_citrus")

    with pytest.raises(Misconfigured, match="LEMONWATCH_SECRET_KEY is not the one") as refused:
        Cipher(KEY + "!").decrypt(stored)

    assert "citrus" not in str(refused.value)


def test_what_was_stored_under_an_earlier_key_is_read_and_renewed_under_the_new_one() -> None:
    both, new = Cipher(KEY + "!", KEY), Cipher(KEY + "!")
    stored = Cipher(KEY).encrypt("whsec_citrus")

    assert both.decrypt(stored) == "whsec_citrus"
    assert new.decrypt(both.renew(stored)) == "whsec_citrus"


@pytest.mark.parametrize(
    ("first", "last", "instead"),
    [
        pytest.param(0, -4, "", id="cut short"),
        pytest.param(0, None, "A", id="longer"),
        pytest.param(30, None, "A" * 30, id="another beginning"),
        pytest.param(0, 0, "", id="nothing"),
        pytest.param(0, 0, "whsec_lemon", id="plain text"),
        pytest.param(0, 0, "\u00e9", id="no ASCII"),
    ],
)
def test_what_was_changed_in_the_database_is_not_believed(
    first: int, last: int | None, instead: str
) -> None:
    cipher = Cipher(KEY)
    stored = instead + cipher.encrypt("whsec_lemon")[first:last]

    with pytest.raises(Misconfigured):
        cipher.decrypt(stored)
