"""What a process remembers of tasks is bounded, and says nothing of a row that has changed since."""

from app.poll.known import Known
from tests.build import make_watch

WATCH = make_watch()


def test_what_was_kept_longest_ago_is_forgotten_first() -> None:
    known = Known(most=2)
    known.keep((task, 1, "img", WATCH) for task in (1, 2))
    known.recall([(1, 2)])
    known.keep((task, 1, "img", WATCH) for task in (1, 3))

    assert known.recall([(1, 2), (2, 2), (3, 2)]).keys() == {1, 3}


def test_a_watch_is_recalled_once_and_by_the_next_token_alone() -> None:
    known = Known()
    known.keep([(1, 4, "img", WATCH), (2, 4, "img", WATCH)])

    assert known.recall([(1, 5), (2, 6)]) == {1: ("img", WATCH)}
    assert known.recall([(1, 5), (2, 5)]) == {}
