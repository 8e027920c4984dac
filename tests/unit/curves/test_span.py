"""The end of a task shows between which ages it ended, or up to which it had not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.curves.span import End, span_of
from app.schedule.ages import OLDEST
from app.schedule.tally import Span
from app.tasks.status import TERMINAL, Status
from tests.build import NOW, SECOND

DAY = timedelta(days=1)
END = End(
    kind="image", model="flux-pro", status=Status.COMPLETED, started_at=NOW,
    seen_at=NOW + 40 * SECOND, at=NOW + 45 * SECOND,
)  # fmt: skip
ENDED = [Status.COMPLETED, Status.FAILED]
GIVEN_UP = [Status.CANCELLED, Status.TIMED_OUT]


def shown(end: End) -> Span | None:
    """Return what is shown by an end that is recorded as soon as it is told."""
    return span_of(end, now=max(end.at, NOW))


@pytest.mark.parametrize("status", ENDED)
def test_a_task_ended_between_its_last_look_and_the_one_that_told(status: Status) -> None:
    assert shown(replace(END, status=status)) == Span(after=40, by=45)


@pytest.mark.parametrize("status", ENDED)
def test_a_task_that_was_never_seen_unfinished_may_have_ended_at_any_age(status: Status) -> None:
    assert shown(replace(END, status=status, seen_at=None)) == Span(after=0, by=45)


@pytest.mark.parametrize("status", GIVEN_UP)
def test_a_task_that_was_given_up_had_not_ended_at_its_last_look(status: Status) -> None:
    assert shown(replace(END, status=status)) == Span(after=40, by=None)


@pytest.mark.parametrize("status", GIVEN_UP)
def test_a_task_that_was_given_up_unseen_shows_nothing(status: Status) -> None:
    assert shown(replace(END, status=status, seen_at=None)) is None


@pytest.mark.parametrize("seen_at", [None, END.seen_at])
def test_a_task_that_was_not_found_shows_nothing(seen_at: datetime | None) -> None:
    assert shown(replace(END, status=Status.NOT_FOUND, seen_at=seen_at)) is None


@pytest.mark.parametrize("status", TERMINAL)
def test_a_task_that_had_timed_out_is_counted_already(status: Status) -> None:
    assert shown(replace(END, status=status, counts=False)) is None


def test_an_end_at_once_is_one_at_age_0() -> None:
    assert shown(replace(END, seen_at=None, at=NOW)) == Span(after=0, by=0)


@pytest.mark.parametrize(
    "end",
    [
        replace(END, started_at=NOW + 50 * SECOND),  # It ended before it began,
        replace(END, started_at=NOW + 50 * SECOND, seen_at=None),
        replace(END, seen_at=NOW + 46 * SECOND),  # or was unfinished after its end,
        replace(END, started_at=NOW - 400 * DAY),  # or took a year.
    ],
)
def test_a_clock_that_jumped_shows_nothing(end: End) -> None:
    assert shown(end) is None


def test_an_end_in_the_future_shows_nothing() -> None:
    assert span_of(END, now=NOW) is None


def test_a_task_that_began_after_its_first_look_was_not_unfinished_at_an_age_below_0() -> None:
    assert shown(replace(END, started_at=NOW + 42 * SECOND)) == Span(after=0, by=3)


def test_an_end_somewhere_in_days_shows_only_that_it_was_unfinished_once() -> None:
    """As after an outage of ours: spread over days it would count as one that takes hours."""
    late = replace(END, at=NOW + 2 * DAY)

    assert shown(late) == Span(after=40, by=None)
    assert shown(replace(late, seen_at=None)) is None


INSTANTS = st.one_of(
    st.timedeltas(-timedelta(seconds=400), timedelta(seconds=400)),
    st.timedeltas(-400 * DAY, 400 * DAY),
).map(lambda since: NOW + since)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(TERMINAL), INSTANTS, st.none() | INSTANTS, INSTANTS, INSTANTS)
def test_whatever_clocks_say_ages_are_in_order(
    status: Status, started_at: datetime, seen_at: datetime | None, at: datetime, now: datetime
) -> None:
    end = replace(END, status=status, started_at=started_at, seen_at=seen_at, at=at)

    span = span_of(end, now=now)

    if span:
        assert 0 <= span.after <= OLDEST
        assert span.by is None or span.after <= span.by <= OLDEST
