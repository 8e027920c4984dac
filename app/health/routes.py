"""Whether the service is alive, whether it makes progress, and whether LemonData can be asked."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.accounts.accounts import all_accounts, upstream
from app.clock import utc_now
from app.health.progress import queues
from app.web.door import ProcessDep, ReadDep
from app.web.problems import UNAVAILABLE, UNCHECKED
from app.web.route import StrictRoute

router = APIRouter(tags=["health"], responses=UNCHECKED, route_class=StrictRoute)


class Alive(BaseModel):
    """That the process answers, and the simulator it asks if it does not ask LemonData."""

    ok: bool = True
    simulator: str | None


class Health(BaseModel):
    """Whether all is well here, how long the oldest row that is due has waited, and the upstream.

    With a degraded upstream an account cannot be asked: its tasks wait, and `/v1/accounts` says why.
    """

    ok: bool
    oldest_due_seconds: float
    upstream: Literal["ok", "degraded"]


@router.get("/healthz")
def healthz(process: ProcessDep) -> Alive:
    """Answer while the process is alive."""
    return Alive(simulator=process.simulator)


@router.get("/readyz", responses={503: {**UNAVAILABLE[503], "model": Health}})
def readyz(session: ReadDep, response: Response) -> Health:
    """Answer 200 while what falls due is done, else 503. A minute's delay is too long.

    A degraded upstream is no reason for a 503: registering and reading go on.
    """
    found = queues(session, now=utc_now())
    ok = not any(queue.is_stuck for queue in found)
    response.status_code = 200 if ok else 503
    return Health(
        ok=ok,
        oldest_due_seconds=max(queue.oldest for queue in found).total_seconds(),
        upstream=upstream(all_accounts(session)),
    )
