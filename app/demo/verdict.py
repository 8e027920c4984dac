"""Whether the demo went as it should: what was to come is compared with what the service said."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.console.service import JSON
from app.demo.cast import Part


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen: tasks by their ids as the history has them, and what told of them."""

    cast: Mapping[str, Part]  # By the ids that the tasks were given.
    tasks: Mapping[str, JSON]
    told: Sequence[tuple[str, str]]  # Task and event, of each webhook that verified.
    refused: int
    timelines: Mapping[str, Sequence[JSON]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


def complaints(seen: Seen) -> list[str]:
    """Return a line for all that is not as it should be."""
    return list(_complaints(seen))


def _complaints(seen: Seen) -> Iterator[str]:
    told = Counter(seen.told)
    for task_id, part in seen.cast.items():
        status = seen.tasks.get(task_id, {"status": "not in the history"})["status"]
        if status != part.ends:
            yield f"{part.name} is {status}, and not {part.ends}"
        if not told[task_id, f"task.{part.ends}"]:
            yield f"no webhook told that {part.name} is {part.ends}"
        if len([1 for one, _ in seen.told if one == task_id]) > 1:
            yield f"webhooks told of {part.name} more than once"
    if seen.refused:
        yield f"{seen.refused} webhooks did not verify"
    for task_id, items in seen.timelines.items():
        part = seen.cast[task_id]
        if part.ends not in [item["what"] for item in items]:
            yield f"the timeline of {part.name} does not say that it is {part.ends}"
    counted = Counter(task["status"] for task in seen.tasks.values())
    if dict(counted) != {status: count for status, count in seen.counts.items() if count}:
        yield "the statistics count other tasks than the history has"
