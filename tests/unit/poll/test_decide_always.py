"""What holds for every answer and every watch."""

from datetime import timedelta
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.poll.decide import unchanged
from app.poll.outcome import Ended, WatchOn
from app.poll.rules import Rules
from app.schedule.forecast import Book
from app.schedule.plan import LOWEST
from app.schedule.policies import policy
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import (
    Absent,
    Answer,
    Cancelled,
    Finished,
    Image,
    Outage,
    Refused,
    Unfinished,
)
from tests.build import NOW, decide_on, make_watch

NAMES: list[Literal["backoff", "fixed"]] = ["backoff", "fixed"]
LIVE = st.sampled_from([Status.PENDING, Status.PROCESSING])
MOMENTS = st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda delta: NOW + delta)
COUNTS = st.integers(0, 5000)
SPANS = st.timedeltas(timedelta(milliseconds=1), timedelta(hours=1))
WATCHES: st.SearchStrategy[Watch] = st.builds(
    make_watch, status=LIVE, started_at=MOMENTS, due_at=MOMENTS, deadline_at=MOMENTS,
    expected_at=MOMENTS, polls=COUNTS, faults=COUNTS, absences=COUNTS,
    absent_since=st.none() | MOMENTS,
)  # fmt: skip
ANSWERS: st.SearchStrategy[Answer] = st.one_of(
    st.builds(Unfinished, LIVE),
    st.just(Absent()),
    st.builds(Outage, st.just("timeout"), st.none() | st.timedeltas(min_value=timedelta())),
    st.sampled_from([Finished((Image("u", None, 0),)), Refused("no"), Cancelled("stopped")]),
)


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    floor, cap = sorted([draw(SPANS), draw(SPANS)])
    name = draw(st.sampled_from(NAMES))
    return Rules(
        policy=policy(name, Book(floor.total_seconds(), cap.total_seconds())), patience=floor
    )


@settings(max_examples=500, deadline=None)
@given(ANSWERS, WATCHES, rules(), st.floats(0, 1, exclude_max=True))
def test_a_live_task_is_always_due_later_than_now(
    answer: Answer, watch: Watch, rules: Rules, jitter: float
) -> None:
    match decide_on(answer, watch, rules, asked_at=NOW, now=NOW, jitter=jitter):
        case WatchOn(after):
            # At once only where the other path is still to be tried.
            assert after.due_at >= NOW if after.strayed else after.due_at > NOW
            assert after.status.is_live
            assert after.deadline_at >= watch.deadline_at
            assert after.polls == watch.polls + 1
        case Ended(status=status, error=error):
            assert not status.is_live
            assert (error is None) == (status is Status.COMPLETED)


SEEN = st.builds(
    make_watch, status=LIVE, sight=LIVE | st.sampled_from(["registered", "fault: HTTP 429"]),
    model=st.sampled_from([None, "flux-pro"]), deadline_at=MOMENTS, expected_at=MOMENTS,
    faults=st.integers(0, 1), absences=st.integers(0, 1), rejections=st.integers(0, 1),
    strayed=st.booleans(), progress=st.none() | st.integers(0, 2), seen_at=st.none() | MOMENTS,
)  # fmt: skip
AGAIN = st.builds(
    Unfinished, LIVE, st.none() | st.integers(0, 2), st.sampled_from([None, "midjourney"])
)
MOVING = {"due_at", "expected_at", "seen_at", "polls", "progress", "deadline_at"}


@settings(max_examples=1000, deadline=None)
@given(AGAIN, SEEN, rules())
def test_what_is_unchanged_differs_in_nothing_but_when_and_how_often_it_was_seen(
    answer: Unfinished, watch: Watch, rules: Rules
) -> None:
    """And deciding says just the same of it."""
    outcome = decide_on(answer, watch, rules, asked_at=NOW, now=NOW)
    again = unchanged(answer, watch, rules, asked_at=NOW, now=NOW, price=LOWEST)

    if isinstance(outcome, WatchOn):
        after = outcome.watch._asdict()
        assert set(after) == set(watch._asdict())
        changed = {name for name, value in watch._asdict().items() if after[name] != value}
        assert again == (outcome.watch if changed <= MOVING else None)
    else:
        assert again is None


@settings(max_examples=300, deadline=None)
@given(LIVE, WATCHES, rules())
def test_not_yet_ends_a_task_only_at_its_deadline(
    status: Status, watch: Watch, rules: Rules
) -> None:
    outcome = decide_on(Unfinished(status), watch, rules, asked_at=NOW, now=NOW, jitter=0)

    assert isinstance(outcome, WatchOn) or watch.deadline_at <= NOW
