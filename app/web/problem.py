"""RFC 9457 problem details: the types that there are, and an answer of one of them."""

import json
from dataclasses import dataclass

from fastapi import Response
from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Kind:
    """What all problems of one type share. docs/problems.md has a section for each."""

    status: int
    title: str


# By the name that the `type` ends with.
URN = "urn:lemonwatch:problem:"
KINDS = {
    "not-authenticated": Kind(401, "A valid API key is needed"),
    "forbidden": Kind(403, "The API key is not good for this"),
    "not-found": Kind(404, "Not found"),
    "method-not-allowed": Kind(405, "Method not allowed"),
    "conflict": Kind(409, "Conflict"),
    "gone": Kind(410, "No longer there"),
    "too-large": Kind(413, "The body is too large"),
    "unsupported-media-type": Kind(415, "The body is not sent as JSON"),
    "invalid-input": Kind(422, "The input cannot be used"),
    "rate-limited": Kind(429, "Too many requests"),
    "internal": Kind(500, "Something went wrong here"),
    "unavailable": Kind(503, "Not available now"),
}


class Detail(BaseModel):
    """One thing that is wrong with the input, and where."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Detail] | None = None


def describe(name: str, detail: str, *, errors: list[Detail] | None = None) -> Problem:
    """Return the problem of the type of that name."""
    status, title = KINDS[name].status, KINDS[name].title
    return Problem(type=URN + name, title=title, status=status, detail=detail, errors=errors)


def answer(problem: Problem, *, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that says so."""
    return Response(
        # In ASCII: what is quoted from the input may be no text at all, such as half a character.
        json.dumps(problem.model_dump(exclude_none=True)),
        status_code=problem.status, media_type="application/problem+json", headers=headers,
    )  # fmt: skip


def problem(
    name: str,
    detail: str,
    *,
    errors: list[Detail] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem+json answer of the type of that name."""
    return answer(describe(name, detail, errors=errors), headers=headers)
