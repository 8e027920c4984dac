"""What there can be news of, as a number each: a task's version, and the number of a client's last event."""

from app.outbox.stream import of_client


def of_task(task_id: int) -> int:
    """Return the subject that a task is: above zero."""
    return task_id


def of_events(client_id: int) -> int:
    """Return the subject that a client's events are: below zero, as their stream."""
    return of_client(client_id)
