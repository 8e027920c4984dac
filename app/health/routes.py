"""Whether the service is alive, and whether it makes progress."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.clock import utc_now
from app.health.progress import STUCK, oldest_due
from app.web.door import ProcessDep, ReadDep

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """That the process answers, and the simulator it asks if it does not ask LemonData."""

    ok: bool = True
    simulator: str | None


class Health(BaseModel):
    """Whether all is well, and how long the oldest row that is due has waited."""

    ok: bool
    oldest_due_seconds: float


@router.get("/healthz")
def healthz(process: ProcessDep) -> Alive:
    """Answer while the process is alive."""
    return Alive(simulator=process.simulator)


@router.get("/readyz", responses={503: {"model": Health}})
def readyz(session: ReadDep, response: Response) -> Health:
    """Answer 200 while what falls due is done within a minute, else 503."""
    waited = oldest_due(session, now=utc_now())
    ok = waited < STUCK
    response.status_code = 200 if ok else 503
    return Health(ok=ok, oldest_due_seconds=waited.total_seconds())
