"""A value has the label that it has when it comes back from either database."""

import pytest

from app.tasks.labels import label_of, labels_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e16, "10000000000000000"), (-1e300, str(int(-1e300))), (-0.0, "0.0"), (0.5, "0.5"),
        (100.0, "100.0"), (7, "7"), (True, "true"), (None, "null"), ("1e16", "1e16"),
    ],
)  # fmt: skip
def test_a_value_is_found_by_what_is_stored(value: object, text: str) -> None:
    """PostgreSQL writes no exponents, and knows one zero."""
    assert labels_of(1, {"key": value}) == {label_of(1, "key", text)}
