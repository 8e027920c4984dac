"""What a caller has already, as If-None-Match says it."""

import pytest

from app.web.known import Known, etag


@pytest.mark.parametrize(
    "lines",
    [
        ['"3"'], ['W/"3"'], ['"2", "3"'], ['"2","3"'], ['"2" , W/"3" ,'], [',"3"'], ['"2"', '"3"'],
        ["*"], [" * "], ['"a,b", "3"'], [etag(3)], ['"", "3"'],
    ],
)  # fmt: skip
def test_a_version_that_is_named_is_had(lines: list[str]) -> None:
    """Alone, in a list, in several lines, weak or strong, and whatever it is."""
    assert Known.read(lines).has(3)


@pytest.mark.parametrize(
    "lines",
    [None, [], [""], ['"2"'], ['"33"'], ['"2,3"'], ['"*"'], ["3"], ['"3'], ['"2", *']],
)
def test_a_version_that_is_not_named_is_not_had(lines: list[str] | None) -> None:
    """What is no entity tag counts for nothing."""
    assert not Known.read(lines).has(3)


@pytest.mark.parametrize("lines", [None, [], ["3"], ["yes"]])
def test_who_names_none_has_none(lines: list[str] | None) -> None:
    assert Known.read(lines).is_nothing
