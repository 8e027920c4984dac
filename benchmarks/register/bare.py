"""A bare FastAPI route that registers by raw SQL: `python -m benchmarks.register.bare URL PORT`."""

import sys
from datetime import datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel

from benchmarks.register.raw import Known, raw

FIELDS = Known._fields[1:]


class Body(BaseModel):
    """The fields that the service's own route takes."""

    task_id: str
    account: str = "default"
    kind: str | None = None
    model: str | None = None
    poll_url: str | None = None
    created: float | None = None
    data: list[dict[str, Any]] = []
    webhook_url: str | None = None
    webhook_secret: str | None = None
    metadata: dict[str, Any] = {}
    deadline_seconds: float | None = None
    priority: float = 1.0


class Detected(BaseModel):
    """As the service has it."""

    not_before: datetime | None = None
    not_after: datetime | None = None


class Answer(BaseModel):
    """The fields that the service answers with."""

    task_id: str
    status: str
    version: int
    kind: str
    model: str | None
    account: str
    images: list[dict[str, Any]] = []
    assets: list[dict[str, Any]] = []
    error: str | None = None
    progress: int | None = None
    metadata: dict[str, Any]
    created_at: datetime
    registered_at: datetime
    finished_at: datetime | None
    detected: Detected = Detected()
    polls: int
    next_poll_at: datetime | None
    deadline_at: datetime
    eta: dict[str, Any] | None = None
    will_miss_deadline: bool | None = None


def make_app(url: str) -> FastAPI:
    """Make the app over the database at that SQLAlchemy URL."""
    app, database = FastAPI(), raw(url)

    @app.post("/v1/tasks", status_code=201)
    def register(body: Body, response: Response) -> Answer:
        item = {"task_id": body.task_id, "model": body.model, "metadata": body.metadata}
        is_new, *known = database.write_one(item)
        response.status_code = 201 if is_new else 200
        response.headers["Location"] = f"/v1/tasks/{body.task_id}"
        fields = dict(zip(FIELDS, known, strict=True))
        return Answer(task_id=body.task_id, kind="image", account="default", **fields)

    return app


def main(url: str, port: str) -> None:
    """Serve until a signal, set as the service's own server is."""
    uvicorn.run(
        make_app(url), port=int(port), log_config=None, access_log=False, server_header=False
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
