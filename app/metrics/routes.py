"""Where Prometheus looks."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from app.clock import utc_now
from app.metrics.metrics import metrics
from app.web.door import ReadDep
from app.web.problems import UNCHECKED
from app.web.route import StrictRoute

router = APIRouter(tags=["health"], responses=UNCHECKED, route_class=StrictRoute)
TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


@router.get("/metrics", operation_id="read_metrics", response_class=Response, responses={200: TEXT})
def read_metrics(session: ReadDep) -> Response:
    """Show the figures of all clients together, for Prometheus; of several API processes, ask one."""
    return Response(metrics(session, now=utc_now()), media_type=CONTENT_TYPE_PLAIN_0_0_4)
