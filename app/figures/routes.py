"""Where a client looks up its figures."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.clients.caller import TaskReader
from app.clock import utc_now
from app.figures.query import StatsQuery
from app.figures.stats import Stats, stats
from app.web.door import ReadDep
from app.web.route import StrictRoute

router = APIRouter(tags=["history"], route_class=StrictRoute)


@router.get("/stats")
def read_stats(
    query: Annotated[StatsQuery, Query()], client: TaskReader, session: ReadDep
) -> Stats:
    """Show how many tasks stand where and how they went, how webhooks do, and what is left of the budgets."""
    return stats(session, client, query, now=utc_now())
