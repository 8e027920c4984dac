"""Lateness is judged by the upstream: from an answer to the next request, less the interval."""

import pytest

from benchmarks.polling.book import Book, Lateness, summary
from benchmarks.polling.load import read_task_id, task_id


def test_lateness_is_the_gap_less_the_interval() -> None:
    book = Book()
    book.open(0)
    for asked in (0.0, 3.5, 7.0):
        book.ask("a", asked)
        book.answer("a", asked, final=False)

    seen = book.close(8, interval=3)

    assert seen.answered == 3
    assert seen.lateness == Lateness(count=2, mean=0.5, p50=0.5, p99=0.5)


def test_what_came_before_the_book_was_opened_does_not_count() -> None:
    book = Book()
    book.ask("a", 0)
    book.answer("a", 0, final=False)
    book.open(1)
    book.ask("a", 3)

    seen = book.close(4, interval=3)

    assert seen.answered == 0
    assert seen.lateness == Lateness(count=1, mean=0, p50=0, p99=0)


def test_a_task_that_nobody_comes_back_for_is_as_late_as_it_is_by_now() -> None:
    book = Book()
    book.open(0)
    book.ask("a", 0)
    book.answer("a", 0, final=False)

    seen = book.close(10, interval=3)

    assert seen.overdue == 1
    assert seen.lateness == Lateness(count=1, mean=7, p50=7, p99=7)


def test_a_task_that_is_done_is_not_awaited() -> None:
    book = Book()
    book.open(0)
    book.ask("a", 0)
    book.answer("a", 0, final=True)

    assert book.close(10, interval=3).lateness is None


def test_only_a_first_request_is_held_against_its_due_time() -> None:
    book = Book()
    book.ask("a", 0, late=0.25)
    book.ask("a", 3, late=9.0)

    assert book.close(4, interval=3).first == Lateness(count=1, mean=0.25, p50=0.25, p99=0.25)


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert summary(range(1, 101)) == Lateness(count=100, mean=50.5, p50=50, p99=99)
    assert summary([]) is None


@pytest.mark.parametrize(("due", "lasts"), [(0.0, 0.0), (1764000000.125, 60.0)])
def test_an_id_tells_when_it_is_due_and_done(due: float, lasts: float) -> None:
    assert read_task_id(task_id(7, due=due, lasts=lasts)) == (due, lasts)


def test_an_id_of_another_form_tells_nothing() -> None:
    assert read_task_id("ldtask_0f") == (0, 0)
