"""The figures of one client: its tasks, its webhooks, and the budgets they are asked for with."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.accounts import all_accounts, upstream
from app.accounts.schemas import AccountOut
from app.endpoints.state import EndpointState
from app.figures.figures import Budget, Figures, Polls, Traffic, polls
from app.figures.live import live, overdue
from app.figures.owed import owed
from app.figures.query import StatsQuery
from app.statistics.grains import Window, reach
from app.statistics.read import counted
from app.statistics.series import Series, Subject
from app.statistics.sums import Sums, total

Named = dict[str, Figures]


class Webhooks(Traffic):
    """Webhooks within the window, and how they stand now."""

    endpoints: dict[EndpointState, int]
    waiting: int = Field(description="Deliveries still to be made; counted up to 10,000 of a sort")
    oldest_waiting_seconds: float
    by_endpoint: dict[str, Traffic] = Field(
        description="By the id of the endpoint; tasks' own URLs are under the empty name"
    )


class Stats(Figures):
    """The client's tasks by status and how they went, its webhooks, and how LemonData can be asked.

    What is under way is counted as it is now; all else are tasks and attempts that ended within the
    window.
    """

    window: Window
    since: datetime | None = Field(
        description="Where the window begins; null for all there has been"
    )
    polls: Polls
    webhooks: Webhooks
    models: Named = Field(
        description="By model: none has the empty name, and beyond 200 models the rest are `*`"
    )
    accounts: Named = Field(description="By LemonData account")
    budget: list[Budget]
    oldest_due_seconds: float
    upstream: Literal["ok", "degraded"]


def stats(session: Session, client: int, query: StatsQuery, *, now: datetime) -> Stats:
    """Return the figures of one client; budgets are everybody's."""
    sums = counted(session, client, query.window, now=now)
    tasks = {s: one for s, one in sums.items() if s.subject is Subject.TASKS and query.has(s)}
    accounts = all_accounts(session)
    all_of_them = total(tasks.values())
    figures = Figures.of(all_of_them)
    under_way = live(session, client, query.only)
    return Stats(
        **figures.model_dump(exclude={"counts"}),
        counts=under_way | figures.counts,
        window=query.window,
        since=None if query.window is Window.ALL else reach(query.window, now=now)[1],
        polls=polls(all_of_them),
        webhooks=_webhooks(session, client, sums, now=now),
        models=_named(tasks, "model"),
        accounts=_named(tasks, "account"),
        budget=[Budget.of(AccountOut.of(account, now=now)) for account in accounts],
        oldest_due_seconds=overdue(session, client, now=now).total_seconds(),
        upstream=upstream(accounts),
    )


def _named(sums: Mapping[Series, Sums], by: Literal["model", "account"]) -> Named:
    groups: dict[str, list[Sums]] = defaultdict(list)
    for series, one in sums.items():
        groups[getattr(series, by)].append(one)
    return {name: Figures.of(total(groups[name])) for name in sorted(groups)}


def _webhooks(
    session: Session, client: int, sums: Mapping[Series, Sums], *, now: datetime
) -> Webhooks:
    by_endpoint = {s.model: one for s, one in sums.items() if s.subject is Subject.WEBHOOKS}
    stand = owed(session, client, now=now)
    return Webhooks(
        **Traffic.of(total(by_endpoint.values())).model_dump(),
        endpoints=stand.endpoints,
        waiting=stand.waiting,
        oldest_waiting_seconds=stand.oldest.total_seconds(),
        by_endpoint={name: Traffic.of(by_endpoint[name]) for name in sorted(by_endpoint)},
    )
