"""`lemonwatch simulate`: what the detection delay would be, from durations and a budget."""

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from app.errors import InvalidInput
from app.process.process import Process
from app.replay.chart import terminal_chart
from app.replay.durations import Duration, read_durations
from app.replay.past import past_durations
from app.replay.picture import svg
from app.replay.replay import Replay, Traffic
from app.replay.report import Report, report
from app.replay.student import Student
from app.schedule.forecast import Book
from app.schedule.policies import PolicyName
from app.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is to be replayed; what is None is as the settings say."""

    durations: Path | None
    from_history: bool
    arrivals_per_minute: float
    rpm: int | None
    policy: PolicyName | None
    floor: float | None
    cap: float | None
    interval: float | None
    seed: int


def simulate(settings: Settings, asked: Question, *, as_json: bool, picture: Path | None) -> None:
    """Replay what was asked for, and print what would come of it."""
    tasks = _tasks(settings, asked)
    name = asked.policy or settings.policy
    traffic = Traffic(
        arrivals_per_minute=asked.arrivals_per_minute, rpm=asked.rpm or settings.lemondata_rpm,
        seed=asked.seed,
    )  # fmt: skip
    student = Student(_book(settings, asked, name))
    outcome = Replay(tasks, traffic, student, name).run()
    found = report(outcome, traffic, name)
    if picture is not None:
        picture.write_text(svg(found, outcome))
    if as_json:
        typer.echo(json.dumps(found.as_json()))
    else:
        typer.echo("\n".join([*_table(found), "", *terminal_chart(outcome)]))


def _tasks(settings: Settings, asked: Question) -> list[Duration]:
    if (asked.durations is None) == (not asked.from_history):
        raise InvalidInput("say whence the durations come: --durations FILE or --from-history")
    if asked.durations is not None:
        tasks, where = read_durations(asked.durations), str(asked.durations)
    else:
        process = Process(settings)
        try:
            tasks, where = past_durations(process.database), "the history"
        finally:
            process.close()
    if len(tasks) < 2:
        raise InvalidInput(
            f"{where} has {len(tasks)} finished tasks: give two or more, half of them to teach"
        )
    return tasks


def _book(settings: Settings, asked: Question, name: PolicyName) -> Book:
    """Return an empty book between the floor and the cap; a fixed policy's floor is its interval."""
    usual_floor, usual_cap = (interval.total_seconds() for interval in settings.intervals)
    floor = asked.floor or usual_floor
    if name == "fixed":
        floor = asked.interval or floor
    cap = asked.cap or max(usual_cap, floor)
    if floor > cap:
        raise InvalidInput("--floor must not be above --cap")
    return Book(floor, cap)


def _table(found: Report) -> list[str]:
    """Return the figures for people: all tasks, then each model."""
    used = f"{found.budget_used:.0%} of the budget used"
    head = f"{'':18} {'tasks':>7} {'mean':>7} {'p50':>7} {'p95':>7} {'polls':>7} {'product':>8} {'bound':>7}"
    rows = {"all": found, **(found.models if len(found.models) > 1 else {})}
    lines = [
        f"{name or '(no model)':18.18} {f.tasks:>7} {f.delay.mean:>7.2f} {f.delay.p50:>7.2f} "
        f"{f.delay.p95:>7.2f} {f.polls_per_task:>7.2f} {f.product:>8.1f} {f.bound:>7.1f}"
        for name, f in rows.items()
    ]
    return [
        f"policy {found.policy}: detection delay in seconds, polls per task; {used}",
        head,
        *lines,
    ]
