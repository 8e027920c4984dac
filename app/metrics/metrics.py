"""The service's figures in Prometheus' text format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.accounts import all_accounts
from app.accounts.schemas import AccountOut
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.health.progress import queues
from app.metrics.accounts import of_accounts
from app.metrics.tasks import of_tasks
from app.metrics.webhooks import of_webhooks
from app.statistics.read import counted_of_all
from app.statistics.series import Series, Subject
from app.statistics.sums import Sums, total
from app.tasks.models import Poll
from app.tasks.status import Status

_UNDER_WAY = select(Poll.status, func.count()).group_by(Poll.status)
_ENDPOINTS = (
    select(Endpoint.state, func.count())
    .where(Endpoint.deleted_at.is_(None))
    .group_by(Endpoint.state)
)


@dataclass(frozen=True, kw_only=True, eq=False)  # A registry keeps collectors by identity.
class Snapshot(Collector):
    """What there is to tell at one moment."""

    sums: Mapping[Series, Sums]
    under_way: Mapping[Status, int]
    endpoints: Mapping[EndpointState, int]
    accounts: list[AccountOut]
    oldest_due: float  # seconds

    def collect(self) -> Iterator[Metric]:
        """Return every metric."""
        yield from of_tasks(self._of(Subject.TASKS), self.under_way)
        yield from of_webhooks(total(self._of(Subject.WEBHOOKS).values()), self.endpoints)
        yield from of_accounts(self.accounts)
        text = "How long the oldest row that is due has waited"
        yield GaugeMetricFamily("lemonwatch_oldest_due_seconds", text, value=self.oldest_due)

    def _of(self, subject: Subject) -> dict[Series, Sums]:
        return {series: one for series, one in self.sums.items() if series.subject is subject}


def metrics(session: Session, *, now: datetime) -> bytes:
    """Return the figures of all clients together.

    They are what SQL says, and so the same whichever process is asked, and however many there are.
    """
    registry = CollectorRegistry()
    registry.register(
        Snapshot(
            sums=counted_of_all(session),
            under_way=dict(session.execute(_UNDER_WAY).all()),
            endpoints=dict(session.execute(_ENDPOINTS).all()),
            accounts=[AccountOut.of(account, now=now) for account in all_accounts(session)],
            oldest_due=max(one.oldest for one in queues(session, now=now)).total_seconds(),
        )
    )
    return generate_latest(registry)
