"""Says which part of a webhook is wrong, where a receiver's library says only that something is.

The rules are Standard Webhooks 1.0. Where a message does not verify, what receivers commonly do to one is
undone: if it verifies then, that is what happened to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.errors import InvalidInput
from app.verify.message import Message
from app.verify.mistakes import mend_secret, undo

TOLERANCE = timedelta(minutes=5)  # As the specification's own libraries have it.
AS_SENT = "as it was sent"
_NOT_TOLD = "cannot be told before the rest is right"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: whether it is right, or None where that cannot be told, and why."""

    name: str
    ok: bool | None
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the sender knows itself: the body it sent, if it sent one, and secrets by whose they are."""

    body: bytes | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)


NOTHING_KNOWN = Known()


def explain(
    headers: Mapping[str, str], body: bytes, secret: str | None, *, now: datetime,
    known: Known = NOTHING_KNOWN,
) -> Sequence[Part]:  # fmt: skip
    """Judge the headers, the clock, the secret, the body and the signature, in this order.

    `body` is what was verified, and `secret` what with; without one those that are known are tried. The
    message is verified if all parts are right.
    """
    try:
        message = Message.of(headers, body)
    except InvalidInput as wrong:
        rest = [Part(name, None, _NOT_TOLD) for name in ("clock", "secret", "body", "signature")]
        return [Part("headers", False, wrong.detail), *rest]
    there = Part("headers", True, "all three are there, and of the right form")
    return [there, _clock(message.at, now), *_signed(message, secret, known)]


def _clock(at: datetime, now: datetime) -> Part:
    off = now - at
    if abs(off) <= TOLERANCE:
        return Part("clock", True, "sent within five minutes of now")
    if off > timedelta():
        return Part(
            "clock", False, f"sent {_span(off)} ago: kept, replayed, or your clock is ahead"
        )
    return Part("clock", False, f"sent {_span(-off)} from now: your clock is behind")


def _span(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    for size, name in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return f"{minutes // size} {name}"
    return f"{minutes} minutes"


def _signed(message: Message, secret: str | None, known: Known) -> Sequence[Part]:
    """Judge what the signature is of: a secret and a body."""
    if secret is None:
        return _by_any(message, known)
    meant, fault = mend_secret(secret)
    if meant is None:
        return [_wrong("secret", fault), _body(message, known), Part("signature", None, _NOT_TOLD)]
    found = _signed_body(message, meant, known)
    if found is None:
        return _by_another(message, known)
    return [
        _wrong("secret", fault) if fault else Part("secret", True, "it signed this message"),
        *found,
    ]


def _by_any(message: Message, known: Known) -> Sequence[Part]:
    for whose, one in known.secrets.items():
        if found := _signed_body(message, one, known):
            return [Part("secret", True, f"it was signed with the secret of {whose}"), *found]
    none = Part("secret", None, "none was given, and none that is known signed it")
    return [none, _body(message, known), _wrong("signature", "no secret that is known made it")]


def _by_another(message: Message, known: Known) -> Sequence[Part]:
    """Judge a message that the given secret did not sign, whatever was done to its body."""
    for whose, one in known.secrets.items():
        if _signed_body(message, one, known):
            says = f"it is another's: the message was signed with the secret of {whose}"
            return [_wrong("secret", says), _body(message, known), _mismatch()]
    if known.body == message.body:
        says = "it is another's, or the id or the second was changed: the body is as it was sent"
        return [_wrong("secret", says), _body(message, known), _mismatch()]
    unsure = "it is another's, or the body was changed beyond recognition"
    return [Part("secret", None, unsure), _body(message, known), _mismatch()]


def _mismatch() -> Part:
    return _wrong("signature", "it is not of this secret and this body")


def _wrong(name: str, says: str | None) -> Part:
    return Part(name, False, says or "")


def _signed_body(message: Message, secret: str, known: Known) -> Sequence[Part] | None:
    """Judge body and signature, if `secret` signed the body or what it once was; else return None."""
    if message.is_signed(secret, message.body):
        return [Part("body", True, AS_SENT), Part("signature", True, "it matches")]
    once = Part("signature", False, "it is of the body as it was sent")
    if known.body is not None and message.is_signed(secret, known.body):
        return [_body(message, known), once]
    for body, what in undo(message.body):
        if message.is_signed(secret, body):
            return [_wrong("body", f"{what}; verify the bytes as they come"), once]
    return None


def _body(message: Message, known: Known) -> Part:
    """Compare the body with what was sent."""
    if known.body is None:
        return Part("body", None, "cannot be told: what was sent is not known here")
    if message.body == known.body:
        return Part("body", True, AS_SENT)
    for body, what in undo(message.body):
        if body == known.body:
            return _wrong("body", f"{what}; verify the bytes as they come")
    pairs = enumerate(zip(message.body, known.body, strict=False))
    shorter = min(len(message.body), len(known.body))
    place = next((at for at, (one, other) in pairs if one != other), shorter)
    lengths = f"{len(known.body)} bytes were sent, and these are {len(message.body)}"
    return _wrong("body", f"it differs from what was sent from byte {place} on ({lengths})")
