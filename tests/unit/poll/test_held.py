"""What a process keeps from one look to the next comes up when it is due, and is lost by no failed commit."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.clock import EPOCH
from app.poll.claim import LEASE, Claim
from app.poll.held import ADVANCE, LONGEST_REST, Held, kept_until
from tests.build import MINUTE, NOW, SECOND, make_access, make_watch


def claim(task: int, *, due: float = 0, account: int = 1, until: datetime = NOW + MINUTE) -> Claim:
    """Make the claim on a task that is due so many seconds after NOW."""
    watch = make_watch(due_at=NOW + due * SECOND)
    access = make_access(account_id=account, holds=True)
    return Claim(task, 3, f"img_{task}", watch, access, until)


def tasks(claims: list[Claim]) -> list[int]:
    """Return which tasks these claims are about."""
    return [one.task_id for one in claims]


def test_what_is_due_is_taken_longest_due_first_and_the_rest_rests_on() -> None:
    held = Held()
    held.keep([claim(1, due=2), claim(2, due=1), claim(3, due=3), claim(4, due=1, account=2)])

    accounts = held.ripen(NOW + 2 * SECOND)

    assert sorted(accounts) == [1, 2]
    assert (held.ripe(1), held.ripe(2), held.ripe(3)) == (2, 1, 0)
    assert tasks(held.take(1)) == [2, 1]
    assert held.take(1) == []
    assert held.ripen(NOW + 3 * SECOND) == [1, 2]
    assert tasks(held.take(1)) == [3]


def test_no_more_is_taken_than_was_asked_for_or_was_due_by_then() -> None:
    held = Held()
    held.keep([claim(n, due=n) for n in (1, 2, 3, 4)])
    held.ripen(NOW + 4 * SECOND)

    assert tasks(held.take(1, 1)) == [1]
    assert tasks(held.take(1, due_by=NOW + 3 * SECOND)) == [2, 3]
    assert held.ripe(1) == 1


def test_what_was_taken_for_a_transaction_that_failed_is_there_again() -> None:
    held = Held()
    held.keep([claim(1), claim(2)])
    held.ripen(NOW)
    held.take(1, 1)

    held.restore()

    assert held.ripen(NOW) == [1]
    assert sorted(tasks(held.take(1))) == [1, 2]


def test_what_was_taken_for_one_that_did_not_is_gone() -> None:
    held = Held()
    held.keep([claim(1), claim(2)])
    held.ripen(NOW)
    held.take(1, 1)

    held.settle()
    held.restore()

    assert tasks(held.take(1)) == [2]
    assert len(held) == 0


def test_what_somebody_claimed_anew_is_not_asked_twice() -> None:
    """Whether it rested or was due already."""
    held = Held()
    held.keep([claim(1), claim(2, due=5)])
    held.ripen(NOW)

    held.drop([1, 2])

    assert held.take(1) == []
    held.ripen(NOW + MINUTE)
    assert held.take(1) == []


def test_the_last_that_is_known_of_a_task_counts() -> None:
    """A task that is due again at another time comes up then, and once."""
    held = Held()
    held.keep([claim(1, due=1)])
    held.keep([claim(1, due=5)])

    assert held.ripen(NOW + 2 * SECOND) == []
    held.ripen(NOW + 5 * SECOND)
    assert tasks(held.take(1)) == [1]


def test_all_is_taken_at_once_at_the_end() -> None:
    held = Held()
    held.keep([claim(1), claim(2, due=50, account=2)])
    held.ripen(NOW)

    assert sorted(tasks(held.take_all())) == [1, 2]
    assert (len(held), held.accounts, held.ripen(NOW + MINUTE)) == (0, [], [])


def test_what_nobody_is_to_take_any_more_is_not_held() -> None:
    """Whoever keeps it has it back, until somebody takes again."""
    held = Held()
    held.keep([claim(1)])

    assert tasks(held.close()) == [1]
    assert held.keep([claim(2)]) == [claim(2)]
    assert len(held) == 0
    held.open()
    assert held.keep([claim(2)]) == []
    assert len(held) == 1


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("keep"), st.integers(1, 6), st.integers(0, 9)),
            st.tuples(st.just("ripen"), st.just(0), st.integers(0, 9)),
            st.tuples(st.just("take"), st.integers(0, 3), st.just(0)),
            st.tuples(st.just("drop"), st.integers(1, 6), st.just(0)),
            st.tuples(st.just("settle"), st.just(0), st.just(0)),
            st.tuples(st.just("restore"), st.just(0), st.just(0)),
        ),
        max_size=40,
    )
)
def test_it_holds_what_a_plain_table_would(steps: list[tuple[str, int, int]]) -> None:
    """And comes up with each task once, never early, in whatever order things happen."""
    held, table, taken, now = Held(), dict[int, Claim](), dict[int, Claim](), NOW
    for step, number, seconds in steps:
        match step:
            case "keep":
                table[number] = claim(number, due=(now - NOW).total_seconds() + seconds)
                held.keep([table[number]])
            case "ripen":
                now += seconds * SECOND
                held.ripen(now)
            case "take":
                for one in held.take(1, number):
                    assert one == table.pop(one.task_id)
                    assert one.watch.due_at <= now
                    taken[one.task_id] = one
            case "drop":
                table.pop(number, None)
                held.drop([number])
            case "settle":
                taken.clear()
                held.settle()
            case "restore":
                table = taken | table
                taken.clear()
                held.restore()
        assert len(held) == len(table)
    held.restore()
    held.ripen(now + 100 * SECOND)
    assert {one.task_id: one for one in held.take(1)} == taken | table


def until(*, wait: timedelta, end: datetime, holds: bool = True) -> datetime:
    """Return until when a task is kept that is due `wait` after NOW, under a lease that ends at `end`."""
    watch = make_watch(due_at=NOW + wait)
    access = make_access(holds=holds)
    return kept_until(Claim(1, 1, "img_1", watch, access, end), watch, now=NOW)


def test_a_lease_goes_on_as_it_is_while_it_reaches_beyond_the_next_look() -> None:
    """By as much as any claim has; and then it is made longer, for many looks at once."""
    wait = 3 * SECOND
    assert until(wait=wait, end=NOW + wait + LEASE) == NOW + wait + LEASE
    assert until(wait=wait, end=NOW + wait + LEASE - SECOND) == NOW + wait + ADVANCE
    assert ADVANCE > LEASE


def test_what_is_not_due_soon_or_has_to_be_chosen_among_is_not_kept() -> None:
    end = NOW + 9 * MINUTE
    assert until(wait=LONGEST_REST, end=end) == end
    assert until(wait=LONGEST_REST + SECOND, end=end) == EPOCH
    assert until(wait=SECOND, end=end, holds=False) == EPOCH
