"""What came of attempts, written to the endpoints that they went to, and announced."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.deliver.reply import Barred, Replied, Reply, Unanswered
from app.deliver.settlement import Settlement
from app.endpoints.health import Failed, Gone, Signal, Took, after, news
from app.endpoints.models import Endpoint
from app.endpoints.schemas import EndpointOut
from app.endpoints.state import EndpointState
from app.outbox.operator import tell_operator

_WANTED = (
    select(Endpoint)
    .where(
        Endpoint.id.in_(bindparam("told", expanding=True)),
        # One that was well when it was claimed may have failed since: then a success is news as well.
        Endpoint.id.in_(bindparam("news_of", expanding=True)) | (Endpoint.failures > 0),
        Endpoint.deleted_at.is_(None),
    )
    # In the order of their ids, so that two who settle cannot lock each other out; and leaving room for
    # those who only refer to them, as the events that tell of them do.
    .order_by(Endpoint.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def hear_of_endpoints(
    session: Session, settlements: Sequence[Settlement], *, now: datetime
) -> set[int]:
    """Write how each endpoint is after these attempts; return those that are disabled.

    Most attempts are taken by endpoints that are well, and write nothing.
    """
    told: defaultdict[int, list[tuple[str, Signal]]] = defaultdict(list)
    news_of: set[int] = set()
    for settlement in settlements:
        claim, said = settlement.claim, signal(settlement.reply)
        if claim.endpoint_id is None or said is None:
            continue
        told[claim.endpoint_id].append((claim.url, said))
        if not (claim.is_well and isinstance(said, Took)):
            news_of.add(claim.endpoint_id)
    if not told:
        return set()
    endpoints = session.scalars(_WANTED, {"told": list(told), "news_of": list(news_of)}).all()
    for endpoint in endpoints:
        before = endpoint.health
        for url, said in told[endpoint.id]:
            # What another URL answered, that was its own before, says nothing.
            if url == endpoint.url:
                endpoint.health = after(endpoint.health, said, now=now)
        for name in news(before, endpoint.health):
            tell_operator(session, name, EndpointOut.of(endpoint), now=now)
    session.flush()
    return {one.id for one in endpoints if one.state is EndpointState.DISABLED}


def signal(reply: Reply) -> Signal | None:
    """Return what a reply says of the endpoint; nothing where it was we who failed."""
    match reply:
        case Replied(status=status) if 200 <= status < 300:
            return Took()
        case Replied(status=410):
            return Gone()
        case Replied(status=status):
            return Failed(f"HTTP {status}")
        case Unanswered(why="stopped" | "internal error"):
            return None
        case Unanswered(why):
            return Failed(why)
        case Barred(why):
            return Failed(why, certain=True)
