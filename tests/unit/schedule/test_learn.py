"""What was seen long ago is forgotten, and a plan is made anew when there is news."""

from dataclasses import replace

import pytest

from app.schedule.cold import cold_curve
from app.schedule.learn import HALF_LIFE, is_news, learnt
from app.schedule.tally import Span, empty

COLD = cold_curve("image")
SPANS = [Span(after=40.0, by=50.0)] * 100
AT_50 = Span(after=50.0, by=50.0)


@pytest.mark.parametrize(("passed", "left"), [(0, 100), (HALF_LIFE, 50), (4 * HALF_LIFE, 6.25)])
def test_what_was_seen_fades_by_half_in_six_hours(passed: float, left: float) -> None:
    tally = learnt(empty(), SPANS, COLD, passed=0)

    assert learnt(tally, [], COLD, passed=passed).weight == pytest.approx(left)


def test_a_clock_that_went_back_counts_as_no_time() -> None:
    tally = learnt(empty(), SPANS, COLD, passed=0)

    assert learnt(tally, SPANS, COLD, passed=-1e9).weight == pytest.approx(200)


def test_where_in_its_interval_a_task_ended_is_told_by_what_was_seen_before() -> None:
    at_30 = learnt(empty(), [Span(after=30.0, by=30.2)] * 200, COLD, passed=0)

    tally = learnt(at_30, [Span(after=0.0, by=120.0)] * 100, COLD, passed=0)

    around = tally.ended.sum() - at_30.ended.sum()
    assert around == pytest.approx(100)
    assert tally.exposed.sum() / tally.weight < 40


@pytest.mark.parametrize(
    ("taken", "known", "news"),
    [
        (0, 0, False),
        (1, 0, True),
        (1, 6, True),
        (1, 7, False),
        (150, 1000, True),
        (149, 1000, False),
    ],
)
def test_a_seventh_more_than_was_known_is_news(taken: int, known: int, news: bool) -> None:
    after = empty().plus([AT_50] * (known + taken), COLD)

    assert is_news(after, after, taken=taken) is news


def test_a_suspicion_is_news_when_it_begins_and_when_it_ends() -> None:
    calm = empty().plus([AT_50] * 100, COLD)
    suspicious = replace(calm, doubt=calm.doubt.after([0.001]))

    assert is_news(calm, suspicious, taken=1)
    assert is_news(suspicious, calm, taken=1)
    assert not is_news(suspicious, suspicious, taken=1)
