"""What a route asks for: what the process holds, and a transaction to read in."""

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.process.process import Process


def process_of(request: Request) -> Process:
    """Return what the process holds that answers."""
    return cast(Process, request.app.state.process)


async def _process(request: Request) -> Process:
    return process_of(request)


ProcessDep = Annotated[Process, Depends(_process)]


def _reading(process: ProcessDep) -> Iterator[Session]:
    with process.database.reading() as session:
        yield session


# Only to read: a route that writes opens its transaction itself, since what is checked over the
# network comes before it, and since FastAPI may reply before a dependency's commit has failed.
ReadDep = Annotated[Session, Depends(_reading, scope="function")]
