"""Webhooks, as Prometheus reads them."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from app.endpoints.state import EndpointState
from app.metrics.times import add_times
from app.statistics.sums import ATTEMPTS, DELIVERED, GIVEN_UP, LATENCY, Sums


def of_webhooks(sums: Sums, endpoints: Mapping[EndpointState, int]) -> Iterator[Metric]:
    """Return what there is to tell of webhooks."""
    states = GaugeMetricFamily("lemonwatch_webhook_endpoints", "Endpoints", labels=["state"])
    for state in EndpointState:
        states.add_metric([state], endpoints.get(state, 0))
    yield states
    yield CounterMetricFamily(
        "lemonwatch_delivery_attempts", "POSTs of webhooks", value=sums.get(ATTEMPTS, 0)
    )
    text = "Deliveries brought to an end"
    ended = CounterMetricFamily("lemonwatch_deliveries_ended", text, labels=["state"])
    for name in (DELIVERED, GIVEN_UP):
        ended.add_metric([name], sums.get(name, 0))
    yield ended
    text = "From an event to the answer that took it"
    latency = HistogramMetricFamily("lemonwatch_delivery_latency_seconds", text, labels=[])
    add_times(latency, [], sums, LATENCY)
    yield latency
