"""A run of looks that saw the same is one line of the timeline."""

from app.tasks.models import Transition
from app.tasks.schemas import Sighting
from app.tasks.status import Status
from app.tasks.timeline import fold
from tests.build import MINUTE, NOW


def line(sight: str, *, polls: int, status: Status = Status.PENDING) -> Transition:
    return Transition(at=NOW + polls * MINUTE, sight=sight, status=status, polls=polls)


def runs(*transitions: Transition, polls: int) -> list[tuple[str, int]]:
    return [(seen.what, seen.polls) for seen in fold(transitions, polls=polls)]


def test_a_line_says_when_its_run_began_and_how_the_task_stood() -> None:
    log = [line("processing", polls=3, status=Status.PROCESSING)]

    assert fold(log, polls=3) == [
        Sighting(at=NOW + 3 * MINUTE, what="processing", status=Status.PROCESSING, polls=1)
    ]


def test_registering_is_no_look() -> None:
    assert runs(line("registered", polls=0), polls=0) == [("registered", 0)]


def test_each_run_is_as_long_as_the_looks_that_saw_the_same() -> None:
    log = [
        line("registered", polls=0),
        line("pending", polls=1),
        line("processing", polls=3),
        line("fault: HTTP 503", polls=8),
        line("completed", polls=9),
    ]

    assert runs(*log, polls=9) == [
        ("registered", 0),
        ("pending", 2),
        ("processing", 5),
        ("fault: HTTP 503", 1),
        ("completed", 1),
    ]


def test_the_last_run_goes_on_until_the_last_look() -> None:
    assert runs(line("registered", polls=0), line("pending", polls=1), polls=40) == [
        ("registered", 0),
        ("pending", 40),
    ]


def test_the_runs_add_up_to_all_looks() -> None:
    log = [line("registered", polls=0), line("absent", polls=1), line("pending", polls=4)]

    assert sum(seen.polls for seen in fold(log, polls=17)) == 17


def test_a_task_without_a_log_has_no_timeline() -> None:
    assert fold([], polls=0) == []
