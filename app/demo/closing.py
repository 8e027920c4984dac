"""The end of the demo: what the service kept of it, what came of it, and what to try next."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import typer

from app.console.service import JSON
from app.console.tasks import seconds_of
from app.demo.verdict import Seen
from app.process.table import table

NEXT = """\
What next:
  lemonwatch up                          a service that stays; it says how to call it
  lemonwatch track ID --wait             a task from your shell, its end in the exit code
  lemonwatch tasks -o tasks.csv          the whole history
  lemonwatch simulate --help             what the delay would be, for your models and budget
The README has the rest, and /docs of the service every call."""


def closing(seen: Seen, stats: JSON, complaints: Sequence[str]) -> None:
    """Print it."""
    for title, lines in (
        ("The history", _history(seen)),
        ("The timeline of one", _timeline(seen)),
        ("The statistics", _statistics(stats)),
    ):
        typer.echo(f"\n{title}:")
        for line in lines:
            typer.echo(f"  {line}")
    typer.echo()
    if complaints:
        typer.echo("NOT as it should be:")
        for line in complaints:
            typer.echo(f"  {line}")
        return
    typer.echo(
        f"All as it should be: {len(seen.tasks)} tasks over, each told of by a webhook whose "
        "signature verified."
    )
    typer.echo(f"\n{NEXT}")


def _history(seen: Seen) -> Iterator[str]:
    return table(
        ("task", "kind", "model", "status", "seconds", "looks", "what came of it"),
        (
            (
                seen.cast[task_id].name, task["kind"], task["model"] or "-", task["status"],
                seconds_of(task) or "-", str(task["polls"]), _story(task),
            )
            for task_id, task in seen.tasks.items()
        ),
    )  # fmt: skip


def _story(task: JSON) -> str:
    if task["error"]:
        return str(task["error"])
    urls = [one["url"] for one in (*task["images"], *task["assets"])]
    return ", ".join(f"…/{url.rpartition('/')[2]}" for url in urls) or "-"


def _timeline(seen: Seen) -> Iterator[str]:
    for task_id, items in seen.timelines.items():
        yield f"{seen.cast[task_id].name}, {task_id}"
        begin = datetime.fromisoformat(items[0]["at"])
        for item in items:
            after = (datetime.fromisoformat(item["at"]) - begin).total_seconds()
            yield f"  {after:6.1f} s  {item['what']}{_detail(item)}"


def _detail(item: JSON) -> str:
    if "status_code" in item:
        return f" {item['attempt']} to {item['url']}: {item['status_code']}"
    polls = item.get("polls")
    return f", {polls} look{'s' if polls > 1 else ''}" if polls else ""


def _statistics(stats: JSON) -> Iterator[str]:
    yield ", ".join(f"{count} {status}" for status, count in stats["counts"].items() if count)
    for one in stats["budget"]:
        yield (
            f"account {one['account']}: {one['used']} of {one['allowed_rpm']:g} requests used "
            f"in the last minute, {one['state']}"
        )
    if detection := stats.get("detection"):
        said = (f"{name} {one:.1f} s" for name, one in detection.items() if one is not None)
        yield f"detection delay: {', '.join(said)}"
    if polls := stats.get("polls_per_task"):
        yield f"looks for each task: {polls:.1f}"
