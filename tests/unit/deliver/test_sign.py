"""Signatures are Standard Webhooks 1.0: what receivers already verify with accepts them unchanged."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import standardwebhooks
import svix

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.deliver.sign import signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"id":"evt_1","data":{"prompt":"Zitröne 🍋"}}'.encode()
Refused = standardwebhooks.WebhookVerificationError  # svix raises the same.

each_library = pytest.mark.parametrize(
    "library", [standardwebhooks.Webhook, svix.Webhook], ids=["standardwebhooks", "svix"]
)


def sign(secret: str, body: bytes = BODY, *, now: datetime | None = None) -> dict[str, str]:
    """Sign as of now, since receivers refuse what is older than five minutes."""
    now = now or datetime.now(UTC)
    return signed_headers(event_id="evt_1", body=body, keys=[key_of(secret)], now=now)


def test_the_vector_of_the_specification_is_met() -> None:
    headers = signed_headers(
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek", body=b'{"test": 2432232314}',
        keys=[key_of(SECRET)], now=datetime.fromtimestamp(1614265330, UTC),
    )  # fmt: skip

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_instant_is_signed_whatever_zone_it_is_written_in() -> None:
    now = datetime(2026, 11, 22, 12, 0, 0, 999_999, tzinfo=UTC)
    tokyo = now.astimezone(timezone(timedelta(hours=9)))

    assert sign(SECRET, now=now) == sign(SECRET, now=tokyo)
    assert sign(SECRET, now=now)["webhook-timestamp"] == "1795348800"


@each_library
@pytest.mark.parametrize("secret", [SECRET, make_webhook_secret()], ids=["known", "made"])
def test_a_receiver_s_own_library_verifies_a_message(library: Any, secret: str) -> None:
    verified = library(secret).verify(BODY, sign(secret))

    # One returns what it verified, the other nothing; each raises on what it cannot verify.
    assert verified in (json.loads(BODY), None)


@each_library
def test_with_two_keys_a_receiver_verifies_by_either(library: Any) -> None:
    """As while a secret is rotated; and by no third."""
    old, new = make_webhook_secret(), make_webhook_secret()
    headers = signed_headers(
        event_id="evt_1", body=BODY, keys=[key_of(new), key_of(old)], now=datetime.now(UTC)
    )

    library(old).verify(BODY, headers)
    library(new).verify(BODY, headers)
    with pytest.raises(Refused):
        library(make_webhook_secret()).verify(BODY, headers)


@each_library
@pytest.mark.parametrize(
    ("name", "changed"),
    [("id", "evt_2"), ("timestamp", None), ("signature", "v1," + "A" * 43 + "=")],
)
def test_a_message_with_a_changed_header_is_refused(
    library: Any, name: str, changed: str | None
) -> None:
    headers = sign(SECRET)
    a_second_later = str(int(headers["webhook-timestamp"]) + 1)
    headers[f"webhook-{name}"] = changed or a_second_later

    with pytest.raises(Refused):
        library(SECRET).verify(BODY, headers)


@each_library
@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1] + b" }", BODY.replace(b"1", b"2")])
def test_a_tampered_body_is_refused(library: Any, body: bytes) -> None:
    with pytest.raises(Refused):
        library(SECRET).verify(body, sign(SECRET))


@each_library
def test_a_message_signed_with_another_secret_is_refused(library: Any) -> None:
    with pytest.raises(Refused):
        library(SECRET).verify(BODY, sign(make_webhook_secret()))


def test_another_second_makes_another_signature() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    first, second = sign(SECRET, now=now), sign(SECRET, now=now + timedelta(seconds=1))

    assert first["webhook-signature"] != second["webhook-signature"]
    assert len(b64decode(first["webhook-signature"].removeprefix("v1,"))) == 32
