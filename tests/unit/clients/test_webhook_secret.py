"""Webhook secrets are `whsec_` and base64 of 24 to 64 bytes, and nothing else is one."""

from base64 import b64encode

import pytest

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.errors import InvalidInput


def secret_of(size: int) -> str:
    return "whsec_" + b64encode(bytes(size)).decode()


def test_a_new_secret_holds_32_bytes() -> None:
    assert len(key_of(make_webhook_secret())) == 32


def test_no_secret_is_made_twice() -> None:
    assert len({make_webhook_secret() for _ in range(1000)}) == 1000


def test_the_key_is_what_the_base64_says() -> None:
    assert key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").hex() == (
        "31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0"
    )


@pytest.mark.parametrize("size", [24, 25, 32, 63, 64])
def test_24_to_64_bytes_will_do(size: int) -> None:
    assert key_of(secret_of(size)) == bytes(size)


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("", id="nothing"),
        pytest.param("whsec_", id="the prefix alone"),
        pytest.param(secret_of(23), id="too short"),
        pytest.param(secret_of(65), id="too long"),
        pytest.param(secret_of(32).removeprefix("whsec_"), id="no prefix"),
        pytest.param("WHSEC_" + secret_of(32)[6:], id="the prefix in capitals"),
        pytest.param("whsk_" + secret_of(32)[6:], id="another kind of key"),
        pytest.param("whsec_" + secret_of(32), id="the prefix twice"),
        pytest.param(secret_of(32).rstrip("="), id="no padding"),
        pytest.param(secret_of(32) + "\n", id="a trailing new line"),
        pytest.param(" " + secret_of(32), id="a leading space"),
        pytest.param("whsec_" + "-_" * 20, id="the URL-safe alphabet"),
        pytest.param("whsec_" + "!" * 40, id="no base64"),
        pytest.param("whsec_" + "é" * 40, id="no ASCII"),
    ],
)
def test_anything_else_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        key_of(secret)

    assert refused.value.pointer == "/webhook_secret"
    assert (
        refused.value.detail == "webhook_secret must be whsec_ followed by base64 of 24 to 64 bytes"
    )
