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
from app.replay.replay import Replay
from app.replay.report import report
from app.replay.student import Student
from app.replay.table import table
from app.replay.traffic import Traffic
from app.schedule.forecast import Book
from app.schedule.names import PolicyName
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
    if asked.interval is not None and name != "fixed":
        raise InvalidInput(f"--interval is for --policy fixed alone, and the policy is {name}")
    traffic = Traffic(
        arrivals_per_minute=asked.arrivals_per_minute, rpm=asked.rpm or settings.lemondata_rpm,
        seed=asked.seed,
    )  # fmt: skip
    student = Student(_book(settings, asked, name))
    outcome = Replay(tasks, traffic, student, name).run()
    found = report(outcome, traffic, name)
    if picture is not None:
        _write(picture, svg(found, outcome))
    if as_json:
        typer.echo(json.dumps(found.as_json()))
    else:
        typer.echo("\n".join([*table(found), "", *terminal_chart(outcome)]))


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
    """Return an empty book between the floor and the cap; a fixed policy's floor is its interval.

    Where one alone is asked for, the other gives way.
    """
    usual_floor, usual_cap = (interval.total_seconds() for interval in settings.intervals)
    chosen = (asked.interval if name == "fixed" else None) or asked.floor
    floor = chosen or min(usual_floor, asked.cap or usual_cap)
    cap = asked.cap or max(usual_cap, floor)
    if floor > cap:
        raise InvalidInput(
            f"the shortest interval, {floor:g} s, must not be above --cap, {cap:g} s"
        )
    return Book(floor, cap)


def _write(picture: Path, text: str) -> None:
    try:
        picture.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{picture} cannot be written: {error.strerror}") from None
