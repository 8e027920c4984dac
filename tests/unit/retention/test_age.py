"""An age is read as it is typed, or refused with words that help."""

from datetime import timedelta

import pytest

from app.errors import InvalidInput
from app.retention.age import age


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("90d", 90 * 24),
        ("12h", 12),
        ("2w", 14 * 24),
        ("0.5d", 12),
        (" 1d ", 24),
        ("36500d", 876_000),
    ],
)
def test_an_age_is_a_number_and_a_unit(text: str, hours: int) -> None:
    assert age(text) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "d",
        "90 d",
        "90D",
        "3m",
        "-1d",
        "1e3d",
        "nand",
        "ninety days",
        "1d12h",
        "٣d",
        ".5d",
    ],
)
def test_what_is_no_age_is_refused_with_one_that_is(text: str) -> None:
    with pytest.raises(InvalidInput, match="such as 90d, 12h or 2w"):
        age(text)


@pytest.mark.parametrize("text", ["0d", "0.0h", "36501d", "99999w"])
def test_nothing_and_more_than_a_hundred_years_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="more than 0, and at most a hundred years"):
        age(text)
