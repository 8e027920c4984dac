"""LemonData accounts, as Prometheus reads them."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from app.accounts.schemas import AccountOut

GAUGES = {
    "allowed_rpm": "Requests a minute that are allowed now",
    "used": "Requests in the last minute",
}
COUNTERS = {
    "requests": "Requests to LemonData",
    "limits": "Answers of LemonData's that said 429",
    "outages": "Times that LemonData could not be asked",
}


def of_accounts(accounts: Sequence[AccountOut]) -> Iterator[Metric]:
    """Return what there is to tell of accounts."""
    ok = GaugeMetricFamily(
        "lemonwatch_account_ok", "Whether it can be asked now", labels=["account"]
    )
    for one in accounts:
        ok.add_metric([one.name], one.state == "ok")
    yield ok
    for name, text in GAUGES.items():
        gauge = GaugeMetricFamily(f"lemonwatch_account_{name}", text, labels=["account"])
        for one in accounts:
            gauge.add_metric([one.name], getattr(one, name))
        yield gauge
    for name, text in COUNTERS.items():
        counter = CounterMetricFamily(f"lemonwatch_account_{name}", text, labels=["account"])
        for one in accounts:
            counter.add_metric([one.name], getattr(one, name))
        yield counter
