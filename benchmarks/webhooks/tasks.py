"""The tasks that events are about: watched at first, and then completed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from secrets import token_hex

from app.outbox.event import event_body
from app.tasks.models import Task, Transition
from app.tasks.show import show
from app.tasks.status import Status
from app.tasks.timeline import fold

POLLS = 7
PROMPT = (
    "A ripe lemon on a wooden table by a window, in the soft light of a winter morning, shallow depth "
    "of field"
)


def watched(number: int, *, client: int, now: datetime) -> Task:
    """Return a task that is under way."""
    return Task(
        client_id=client, upstream_id=f"img_{number}", account="default", kind="image",
        model="flux-pro", status=Status.PROCESSING, version=2, images=[], assets=[],
        prompts=[PROMPT], error=None, labels={}, webhook_url=None, webhook_secret=None, polls=1,
        created_at=now, is_dated=True, registered_at=now, finished_at=None, not_before=None,
        not_after=None, deadline_at=now + timedelta(minutes=5),
    )  # fmt: skip


def log_of(task: Task, *, now: datetime) -> list[Transition]:
    """Return what the log says of one that is under way."""
    seen = (("registered", Status.PENDING, 0), ("processing", Status.PROCESSING, 1))
    return [
        Transition(task_id=task.id, at=now, sight=sight, status=status, polls=polls)
        for sight, status, polls in seen
    ]


def complete(task: Task, *, now: datetime) -> Transition:
    """Have a task be completed, and return the line that the log says of it."""
    task.status, task.version, task.polls = Status.COMPLETED, task.version + 1, POLLS
    url = f"https://images.example/{task.upstream_id}.png"
    task.images = [{"url": url, "revised_prompt": PROMPT}]
    task.finished_at = task.not_before = task.not_after = now
    return Transition(task_id=task.id, at=now, sight="completed", status=task.status, polls=POLLS)


def bodies(count: int, *, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield events as the service makes them of such tasks, and their ids; without any SQL."""
    for number in range(count):
        task, event_id = watched(number, client=1, now=now), f"evt_{token_hex(16)}"
        lines = [*log_of(task, now=now), complete(task, now=now)]
        timeline = fold(lines, polls=task.polls)
        yield event_id, event_body(event_id, show(task), timeline, at=now).encode()
