"""Of a webhook that does not verify it is told which part is wrong, and what was done to it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.deliver.sign import signed_headers
from app.verify.explain import Known, explain

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
LONGER = "whsec_" + "A" * 43 + "="  # Of as many bytes as a signature has.
BODY = '{"id":"evt_1","type":"task.completed","data":{"prompt":"Zitröne 🍋"}}'.encode()
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SENT = Known(body=BODY, secrets={"webhook we_1": SECRET, "the client itself": OTHER})

Found = dict[str, bool | None]


def signed(secret: str = SECRET, body: bytes = BODY, *, at: datetime = NOW) -> dict[str, str]:
    """Sign as we do."""
    return signed_headers(event_id="evt_1", body=body, keys=[key_of(secret)], now=at)


def told(
    headers: Mapping[str, str], body: bytes = BODY, secret: str | None = SECRET,
    known: Known | None = None,
) -> tuple[Found, str]:  # fmt: skip
    """Return what is right of it, and all that is said of the rest."""
    parts = explain(headers, body, secret, now=NOW, known=known or Known())
    says = "; ".join(f"{part.name}: {part.says}" for part in parts if not part.ok)
    return {part.name: part.ok for part in parts}, says


def wrong(found: Found) -> set[str]:
    """Return the parts that are not right."""
    return {name for name, ok in found.items() if not ok}


def test_a_message_as_it_was_sent_is_verified() -> None:
    found, says = told(signed())

    assert (wrong(found), says) == (set(), "")
    assert list(found) == ["headers", "clock", "secret", "body", "signature"]


def test_one_of_several_signatures_is_enough() -> None:
    headers = signed()
    both = f"v1,{'A' * 43}= v1a,ignored {headers['webhook-signature']}"

    assert wrong(told(headers | {"webhook-signature": both})[0]) == set()


def test_names_of_headers_have_no_case() -> None:
    assert wrong(told({name.title(): value for name, value in signed().items()})[0]) == set()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"webhook-id": ""}, "missing: webhook-id"),
        ({"webhook-signature": " "}, "missing: webhook-signature"),
        ({"webhook-timestamp": "", "svix-timestamp": "1"}, "svix-timestamp are another sender's"),
        ({"webhook-timestamp": "2026-11-26T12:00:00Z"}, "not a whole number of seconds"),
        ({"webhook-timestamp": "1" * 16}, "not a whole number of seconds"),
        ({"webhook-timestamp": "1795348800000"}, "milliseconds"),
        ({"webhook-signature": "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, "`v1,`"),
        ({"webhook-signature": "v1,g0hM9SsE"}, "v1,<base64>"),
        ({"webhook-signature": "v1,äöü"}, "v1,<base64>"),
    ],
)
def test_a_header_that_is_missing_or_of_another_form_is_named(
    changed: dict[str, str], says: str
) -> None:
    found, said = told(signed() | changed)

    assert found == {
        "headers": False, "clock": None, "secret": None, "body": None, "signature": None,
    }  # fmt: skip
    assert says in said


@pytest.mark.parametrize(
    ("off", "says"),
    [
        (timedelta(minutes=-6), "6 minutes ago"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(minutes=6), "your clock is behind"),
    ],
)
def test_what_was_signed_long_ago_or_later_is_told_by_the_clock(off: timedelta, says: str) -> None:
    found, said = told(signed(at=NOW + off))

    assert wrong(found) == {"clock"}
    assert says in said


@pytest.mark.parametrize("off", [timedelta(minutes=-5), timedelta(minutes=5)])
def test_five_minutes_are_tolerated(off: timedelta) -> None:
    assert wrong(told(signed(at=NOW + off))[0]) == set()


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (f" {SECRET}\n", "spaces or quotes"),
        (f'"{SECRET}"', "spaces or quotes"),
        (f"v1,{SECRET}", "belongs to signatures"),
        (f"v1,{LONGER}", "belongs to signatures"),
        (SECRET.removeprefix("whsec_"), "whsec_ is missing"),
    ],
)
def test_a_secret_that_is_written_otherwise_is_told(secret: str, says: str) -> None:
    meant = LONGER if LONGER in secret else SECRET
    found, said = told(signed(meant), secret=secret)

    assert wrong(found) == {"secret"}
    assert says in said


def test_base64_of_the_other_alphabet_is_told() -> None:
    secret = "whsec_" + "+/" * 16 + "+/8="
    found, said = told(
        signed(secret), secret=secret.replace("+", "-").replace("/", "_").rstrip("=")
    )

    assert wrong(found) == {"secret"}
    assert "its base64" in said


@pytest.mark.parametrize("secret", ["", "whsec_", "hunter2", "whsec_" + "A" * 100, "\0"])
def test_what_is_no_secret_is_told(secret: str) -> None:
    found, said = told(signed(), secret=secret)

    assert found["secret"] is False
    assert "base64 of 24 to 64 bytes" in said


def test_a_signature_in_the_secret_s_place_is_told() -> None:
    found, said = told(signed(), secret=signed()["webhook-signature"])

    assert found["secret"] is False
    assert "this is a signature" in said


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (BODY + b"\n", "spaces or line ends"),
        (b"\xef\xbb\xbf" + BODY, "byte order mark"),
        (BODY.decode("latin-1").encode(), "Latin-1"),
        (json.dumps(json.loads(BODY)).encode(), "parsed and written anew"),
        (json.dumps(json.loads(BODY), indent=2).encode(), "parsed and written anew"),
        (json.dumps(BODY.decode()).encode(), "JSON string"),
    ],
)
@pytest.mark.parametrize("known", [Known(), SENT], ids=["alone", "known"])
def test_what_was_done_to_a_body_is_told(body: bytes, says: str, known: Known) -> None:
    found, said = told(signed(), body, known=known)

    assert wrong(found) == {"body", "signature"}
    assert says in said


def test_where_a_body_differs_from_what_was_sent_is_told() -> None:
    found, said = told(signed(), BODY.replace(b"completed", b"failed"), known=SENT)

    assert wrong(found) == {"body", "signature"}
    assert "from byte 27 on" in said


def test_an_empty_body_differs_from_its_beginning_on() -> None:
    assert "from byte 0 on" in told(signed(), b"", known=SENT)[1]


def test_whose_secret_it_was_is_told_and_no_secret_is_shown() -> None:
    found, said = told(signed(), secret=OTHER, known=SENT)

    assert wrong(found) == {"secret", "signature"}
    assert "the secret of webhook we_1" in said
    assert SECRET not in said
    assert OTHER not in said


def test_with_the_body_as_sent_it_is_the_secret_that_is_wrong() -> None:
    found, _ = told(signed(), secret=make_webhook_secret(), known=Known(body=BODY))

    assert wrong(found) == {"secret", "signature"}
    assert found["body"] is True


def test_where_nothing_is_known_it_is_not_told_whether_secret_or_body_is_wrong() -> None:
    found, _ = told(signed(), secret=make_webhook_secret())

    assert (found["secret"], found["body"], found["signature"]) == (None, None, False)


def test_without_a_secret_those_that_are_known_are_tried() -> None:
    assert wrong(told(signed(OTHER), secret=None, known=SENT)[0]) == set()
    assert wrong(told(signed(), BODY + b" ", secret=None, known=SENT)[0]) == {"body", "signature"}
    found, _ = told(signed(make_webhook_secret()), secret=None, known=SENT)
    assert (found["secret"], found["body"], found["signature"]) == (None, True, False)


@given(
    st.dictionaries(st.text(max_size=9), st.integers(), max_size=3),
    st.sampled_from([SECRET, OTHER, "rubbish"]),
    st.dictionaries(st.sampled_from(list(signed())), st.text(max_size=60)), st.booleans(),
)  # fmt: skip
def test_what_is_said_to_verify_is_what_receivers_accept(
    data: dict[str, int], secret: str, changed: dict[str, str], is_signed: bool
) -> None:
    """And nothing else, whatever comes."""
    now, body = datetime.now(UTC), json.dumps(data).encode()
    headers = signed(SECRET, body if is_signed else BODY, at=now) | changed

    parts = explain(headers, body, secret, now=now, known=SENT)

    try:
        standardwebhooks.Webhook(secret).verify(body, headers)
    except (standardwebhooks.WebhookVerificationError, ValueError, OverflowError):
        accepted = False
    else:
        accepted = True
    assert all(part.ok for part in parts) == accepted
