"""Headers of an endpoint's own: any but those that are ours to say."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.endpoints.headers import HIDDEN, LONGEST, MOST, Headers, seal, unseal
from app.process.cipher import Cipher

HEADERS = TypeAdapter[dict[str, str]](Headers)
CIPHER = Cipher("0123456789abcdef0123456789abcdef")


def test_headers_come_back_as_they_were_given() -> None:
    given = {"Authorization": "Bearer a.b c", "X-Team": "lemons\tand limes", "Cookie": "a=b"}

    names, values = seal(HEADERS.validate_python(given), CIPHER)

    assert names == list(given)
    assert values is not None
    assert "lemons" not in values
    assert unseal(names, values, CIPHER) == given


def test_none_are_none() -> None:
    assert seal({}, CIPHER) == ([], None)
    assert unseal([], None, CIPHER) == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "elsewhere"}, {"content-length": "3"}, {"Transfer-Encoding": "chunked"},
        {"Webhook-Signature": "v1,x"}, {"WEBHOOK-anything": "x"}, {"Proxy-Authorization": "x"},
        {"User-Agent": "x"}, {"Connection": "close"}, {"": "x"}, {"a b": "x"}, {"a:": "x"},
        {"a\r\nb": "x"}, {"a" * 101: "x"}, {"a": ""}, {"a": " x"}, {"a": "x "}, {"a": "x\r\ny: z"},
        {"a": "x\0"}, {"a": "é"}, {"a": "x" * (LONGEST + 1)}, {"a": HIDDEN}, {"a": "1", "A": "2"},
        {f"a{n}": "x" for n in range(MOST + 1)}, {"a": 1}, ["a"],
    ],
)  # fmt: skip
def test_what_is_ours_or_no_header_is_refused(headers: object) -> None:
    with pytest.raises(ValidationError):
        HEADERS.validate_python(headers)


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(ValidationError) as refused:
        HEADERS.validate_python({"Authorization": "sécret"})

    assert "cret" not in refused.value.errors(include_input=False)[0]["msg"]
