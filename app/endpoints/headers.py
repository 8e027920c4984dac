"""Headers of an endpoint's own, which go with all that is sent there; their values may be secrets."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, StrictStr
from pydantic_core import PydanticCustomError

from app.process.cipher import Cipher

HIDDEN = "***"
MOST = 20
LONGEST = 1000  # characters of a value
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110, 5.6.2: a token.
_VALUE = re.compile(r"[!-~](?:[ \t!-~]*[!-~])?")
# What says how a message is framed, where it goes, or what we say of it ourselves.
_OURS = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect",
    "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
})  # fmt: skip
_OUR_PREFIXES = ("webhook-", "proxy-")


def _are_allowed(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if why := _why_not(name, value):
            raise PydanticCustomError("header", "{name}: {why}", {"name": ascii(name), "why": why})
    if len({name.lower() for name in headers}) < len(headers):
        raise PydanticCustomError("header", "one header is given twice, in upper and lower case")
    return headers


def _why_not(name: str, value: str) -> str | None:
    """Return what is wrong with a header, and never its value."""
    if not _NAME.fullmatch(name):
        return "not the name of a header"
    if name.lower() in _OURS or name.lower().startswith(_OUR_PREFIXES):
        return "this header is ours to say; choose another name"
    if value == HIDDEN:
        return "values are not shown; give the value itself"
    if len(value) > LONGEST or not _VALUE.fullmatch(value):
        return f"a value is 1 to {LONGEST} visible characters of ASCII, with spaces only between"
    return None


_Name = Annotated[StrictStr, Field(json_schema_extra={"pattern": f"^{_NAME.pattern}$"})]
_Value = Annotated[
    StrictStr, Field(json_schema_extra={"pattern": f"^{_VALUE.pattern}$", "maxLength": LONGEST})
]
Headers = Annotated[dict[_Name, _Value], Field(max_length=MOST), AfterValidator(_are_allowed)]


def seal(headers: Mapping[str, str], cipher: Cipher) -> tuple[list[str], str | None]:
    """Return how they are stored: the names, and the values together, encrypted."""
    values = json.dumps(list(headers.values()))
    return list(headers), cipher.encrypt(values) if headers else None


def unseal(names: Sequence[str], values: str | None, cipher: Cipher) -> dict[str, str]:
    """Return the headers that were stored so."""
    if values is None:
        return {}
    return dict(zip(names, json.loads(cipher.decrypt(values)), strict=True))
