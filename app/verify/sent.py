"""What this service knows of a message that a client asks about."""

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clients.models import Client
from app.endpoints.endpoint import endpoints_of
from app.errors import Misconfigured
from app.outbox.models import Event
from app.process.cipher import Cipher
from app.tasks.models import Task
from app.verify.explain import Known


def known_of(session: Session, cipher: Cipher, *, client: int, event_id: str | None) -> Known:
    """Return the body of the client's event of that id, if there is one, and all secrets of the client."""
    event = session.scalar(
        select(Event).where(Event.client_id == client, Event.public_id == (event_id or ""))
    )
    secrets: dict[str, str] = {}
    for whose, stored in _stored(session, client, event.task_id if event else None).items():
        with suppress(
            Misconfigured
        ):  # It rests under a key that is gone, and signs nothing any more.
            secrets[whose] = cipher.decrypt(stored)
    return Known(body=event.body.encode() if event else None, secrets=secrets)


def _stored(session: Session, client: int, task_id: int | None) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in endpoints_of(session, client):
        found[f"webhook {one.public_id}"] = one.secret
        if one.secret_before:
            found[f"webhook {one.public_id} before it was rotated"] = one.secret_before
    if owner := session.get(Client, client):
        found["the client itself"] = owner.webhook_secret
    task = session.get(Task, task_id) if task_id else None
    if task and task.webhook_secret:
        found[f"the task {task.upstream_id}"] = task.webhook_secret
    return found
