"""`lemonwatch verify`: which part of a webhook is wrong, told without a service or a network."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from app.clock import utc_now
from app.errors import InvalidInput
from app.verify.explain import explain
from app.verify.schemas import Explanation

SECRET = "LEMONWATCH_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
_MARKS = {True: "ok  ", False: "FAIL", None: "?   "}


def verify(
    *, headers: Sequence[str], headers_file: Path | None, body_file: Path | None,
    secret_file: Path | None, as_json: bool,
) -> bool:  # fmt: skip
    """Read the message and the secret, print what is to be said of each part, and tell if it verifies.

    Raises InvalidInput where something cannot be read.
    """
    lines = [
        *headers,
        *(_read(headers_file).decode("latin-1").splitlines() if headers_file else []),
    ]
    given = _headers(lines)
    secret = _secret(secret_file, is_asked=body_file is not None)
    body = _read(body_file) if body_file else sys.stdin.buffer.read()
    shown = Explanation.of(explain(given, body, secret, now=utc_now()))
    if as_json:
        typer.echo(shown.model_dump_json())
    else:
        for part in shown.parts:
            typer.echo(f"{_MARKS[part.ok]} {part.name}: {part.says}")
        typer.echo("verified" if shown.verified else "not verified")
    return shown.verified


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}") from None


def _headers(lines: Sequence[str]) -> Mapping[str, str]:
    """Read `Name: value`, a line each, or all of them as a JSON object."""
    text = "\n".join(lines).strip()
    if text.startswith("{"):
        try:
            return {str(name): str(value) for name, value in json.loads(text).items()}
        except ValueError:
            raise InvalidInput("the headers look like JSON, and are not") from None
    split = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, colon, value in split if colon}


def _secret(file: Path | None, *, is_asked: bool) -> str:
    """Return the secret, which is never an argument: those can be seen by all who list processes."""
    if file:
        return _read(file).decode("utf-8", "replace").rstrip("\r\n")
    if secret := os.environ.get(SECRET):
        return secret
    if is_asked and sys.stdin.isatty():
        return str(typer.prompt("Secret", hide_input=True))
    raise InvalidInput(f"set {SECRET}, or give --secret-file")
