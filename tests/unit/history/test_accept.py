"""The header's own preferences decide, and what cannot be had is answered in the usual form."""

import pytest

from app.history.accept import choose

JSON, CSV, NDJSON = OFFERS = ("application/json", "text/csv", "application/x-ndjson")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("Text/CSV;header=present", CSV),
        ("application/x-ndjson", NDJSON),
        ("application/json", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("application/pdf", JSON),
        ("text/*", CSV),
        ("application/*", JSON),
        ("text/csv, */*", CSV),
        ("*/*, text/csv", CSV),
        ("text/csv, application/json", CSV),
        ("application/json, text/csv", JSON),
        ("text/csv;q=0.5, application/json", JSON),
        ("text/csv;q=0.5, application/json;q=0.4", CSV),
        ("text/csv ; Q=0.5 , application/x-ndjson; q=0.9", NDJSON),
        ("text/csv;q=0", JSON),
        ("application/json;q=0, text/*;q=0.1", CSV),
        ("application/json;q=0, */*", CSV),
        ("*/*;q=0", JSON),
        ("text/csv;q=2", JSON),
        ("text/csv;q=much", JSON),
        (";;,,=/q", JSON),
    ],
)
def test_the_form_is_what_the_header_likes_best(accept: str, form: str) -> None:
    assert choose(accept, OFFERS) == form
