"""Evidence shows how an odd answer began, and never a key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.upstream.evidence import LONGEST, REDACTED, Evidence
from app.upstream.port import Response

KEY = "sk-own0123456789abcdefghijklmnop"
PLAIN_KEY = (
    "lemon.0123456789abcdefghijklmnop"  # Not of LemonData's form, as behind a proxy of one's own.
)


def kept(body: bytes, *, key: str = KEY) -> str:
    """Return what is kept of `body`."""
    return Evidence.of(Response(status=502, body=body), key=key).body


def test_an_odd_answer_is_kept_with_its_status_and_type() -> None:
    response = Response(status=502, headers={"content-type": "text/html"}, body=b"<h1>No</h1>")

    assert Evidence.of(response, key=KEY) == Evidence(
        status_code=502, content_type="text/html", body="<h1>No</h1>"
    )


def test_an_empty_answer_leaves_an_empty_body_and_no_type() -> None:
    assert Evidence.of(Response(status=204), key=KEY) == Evidence(
        status_code=204, content_type=None, body=""
    )


@pytest.mark.parametrize("size", [LONGEST - 1, LONGEST, LONGEST + 1, 1 << 20])
def test_no_more_than_the_beginning_is_kept(size: int) -> None:
    assert kept(b"x" * size) == "x" * min(size, LONGEST)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x80", b"a\0b", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_what_is_kept_can_be_stored(body: bytes) -> None:
    text = kept(body)

    assert "\0" not in text
    assert text.encode()


SECRETS = {
    "our key": (f"key {KEY} is bad", f"key {REDACTED} is bad"),
    "our key twice": (f"{KEY}{KEY}", REDACTED * 2),
    "another's key": ("key sk-other-99 is bad", f"key {REDACTED} is bad"),
    "a key in JSON": ('{"key": "sk-proj_A.b-9"}', f'{{"key": "{REDACTED}"}}'),
    "a bearer": ("Authorization: Bearer eyJhbGciOi.x_y-z~+/=", f"Authorization: {REDACTED}"),
    "a small bearer": ("authorization=bearer  abc;", f"authorization={REDACTED};"),
    "a bearer in JSON": ('{"a": "BEARER abc"}', f'{{"a": "{REDACTED}"}}'),
    "a bearer in HTML": ("<p>Bearer abc</p>", f"<p>{REDACTED}</p>"),
    "a bearer with a key": (f"Bearer {KEY}", REDACTED),
}


@pytest.mark.parametrize(("text", "seen"), SECRETS.values(), ids=SECRETS)
def test_a_key_is_struck_out_whosever_it_is(text: str, seen: str) -> None:
    assert kept(text.encode()) == seen


@pytest.mark.parametrize("escape", ["\\n", "\\t", "\\r\\n", "%20", "\\u0020", "_"], ids=str)
@pytest.mark.parametrize("secret", ["sk-other-99", "Bearer eyJhbGciOi"])
def test_a_key_right_behind_an_escape_is_struck_out(escape: str, secret: str) -> None:
    assert secret not in kept(f'{{"headers": "x{escape}{secret}"}}'.encode())


def test_a_key_of_any_form_is_struck_out_where_it_is_our_own() -> None:
    assert kept(f"key {PLAIN_KEY} is bad".encode(), key=PLAIN_KEY) == f"key {REDACTED} is bad"


def test_without_a_key_of_ours_the_others_are_struck_out() -> None:
    assert kept(b"key sk-other-99", key="") == f"key {REDACTED}"


def test_what_only_looks_a_little_like_a_key_stays() -> None:
    text = "Task sk-1 of forbearers, a desk- and a Bearer"

    assert kept(text.encode()) == text


@pytest.mark.parametrize("key", [KEY, PLAIN_KEY])
@pytest.mark.parametrize("end", [LONGEST * times for times in (1, 2, 4, 8, 16, 32)])
def test_no_part_of_a_key_that_straddles_the_cut_is_seen(key: str, end: int) -> None:
    for before in range(end - len(key) - 1, end + 1):
        text = kept(b"x" * before + key.encode() + b"y" * 99, key=key)

        assert key[:4] not in text


@pytest.mark.parametrize("key", [KEY, PLAIN_KEY])
@pytest.mark.parametrize("filling", ["\u00e9", "\u20ac", "\U0001f34b", "\0"])
@pytest.mark.parametrize("end", [LONGEST * times for times in (1, 2, 4, 8, 16, 32)])
def test_no_part_of_a_key_behind_wide_characters_is_seen(key: str, filling: str, end: int) -> None:
    width = len(filling.encode())
    for before in range((end - len(key)) // width - 1, end // width + 1):
        text = kept((filling * before + key + "y" * 99).encode(), key=key)

        assert key[:8] not in text


@pytest.mark.parametrize("key", [KEY, PLAIN_KEY])
def test_no_part_of_a_key_behind_many_others_is_seen(key: str) -> None:
    for gap in range(1, 20):
        assert key[:8] not in kept((("z" * gap + key) * 400).encode(), key=key)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_key_in_an_encoding_with_nuls_is_struck_out(encoding: str) -> None:
    assert KEY not in kept(f"key {KEY} is bad".encode(encoding))


def test_a_key_in_the_content_type_is_struck_out_before_it_is_cut() -> None:
    for before in range(60, 101):
        headers = {"content-type": "t" * before + "/" + KEY}
        evidence = Evidence.of(Response(status=200, headers=headers), key=KEY)

        assert evidence.content_type is not None
        assert "sk-o" not in evidence.content_type
        assert len(evidence.content_type) <= 100


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(0, 2 * LONGEST))
def test_whatever_stands_around_it_our_key_is_never_seen(
    before: bytes, after: bytes, size: int
) -> None:
    text = kept(b"." * size + before + PLAIN_KEY.encode() + after, key=PLAIN_KEY)

    assert PLAIN_KEY not in text
    assert len(text) <= LONGEST
    assert "\0" not in text
