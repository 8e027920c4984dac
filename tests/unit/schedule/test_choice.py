"""A short budget goes to what is most overdue, shared between clients, with a part for first looks."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.schedule.choice import Candidate, choose

NOW = 1000.0


def task(
    task_id: int, client_id: int = 1, *, waited: float = 10.0, planned: float = 5.0,
    first: bool = False, last: bool = False,
) -> Candidate:  # fmt: skip
    """Make a task that has waited so long, where so long was planned."""
    since = NOW - waited
    return Candidate(task_id, client_id, 1.0, since, since + planned, first, last)


def test_the_wait_that_has_grown_the_most_comes_first() -> None:
    due = [task(1, waited=30, planned=20), task(2, waited=12, planned=4), task(3, waited=31)]

    assert choose(due, room=2, now=NOW) == [3, 2]


def test_each_client_gets_an_equal_share_and_what_one_leaves_is_the_others() -> None:
    flood = [task(number, 1, waited=99) for number in range(100)]
    others = [task(200 + number, 2) for number in range(20)] + [task(300, 3), task(301, 3)]

    chosen = choose(flood + others, room=16, now=NOW)

    of = {one.task_id: one.client_id for one in flood + others}
    assert Counter(of[task_id] for task_id in chosen) == {1: 7, 2: 7, 3: 2}


def test_a_tenth_is_kept_for_first_looks_and_deadlines_the_longest_due_first() -> None:
    due = [task(number, waited=900) for number in range(50)]
    edge = [
        task(91, waited=4, first=True),
        task(92, waited=5, last=True),
        task(93, waited=6, first=True),
    ]

    chosen = choose(due + edge, room=20, now=NOW)

    assert chosen[:2] == [93, 92]
    assert 91 not in chosen


def test_below_ten_nothing_is_kept() -> None:
    due = [task(number, waited=900) for number in range(20)]

    assert 91 not in choose([*due, task(91, waited=4, first=True)], room=9, now=NOW)


def test_what_was_registered_just_now_does_not_outweigh_what_has_waited() -> None:
    new = replace(task(1, waited=0.5, planned=0.0), first=True)

    assert choose([new, task(2, waited=12, planned=4)], room=1, now=NOW) == [2]


CANDIDATES = st.lists(
    st.builds(
        Candidate, st.integers(1, 10_000), st.integers(1, 4), st.just(1.0),
        st.floats(0, NOW), st.floats(0, NOW), st.booleans(), st.booleans(),
    ),
    unique_by=lambda one: one.task_id,
    max_size=60,
)  # fmt: skip


@given(CANDIDATES, st.integers(0, 80))
def test_the_room_is_filled_and_no_task_is_chosen_twice(due: list[Candidate], room: int) -> None:
    chosen = choose(due, room=room, now=NOW)

    assert len(chosen) == len(set(chosen)) == min(room, len(due))
    assert set(chosen) <= {one.task_id for one in due}
