"""Tasks, as Prometheus reads them: how many are under way, how the others ended, and when that was seen."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from app.metrics.times import add_times
from app.statistics.series import Series
from app.statistics.sums import AT_FIXED, DELAY, DURATION, LATE, POLLS, Sums
from app.tasks.status import TERMINAL, Status

OF = ("account", "kind", "model")
COUNTERS = {
    POLLS: ("lemonwatch_task_polls", "Polls of tasks that ended"),
    AT_FIXED: (
        "lemonwatch_task_polls_at_fixed",
        "Polls that asking for them every 3 s would have taken",
    ),
}
TIMES = {
    DELAY: (
        "lemonwatch_detection_delay_seconds",
        "At most: from the last look that saw a task unfinished to the first that saw its end",
    ),
    DURATION: ("lemonwatch_task_duration_seconds", "From a task's creation to its completion"),
}


def of_tasks(sums: Mapping[Series, Sums], under_way: Mapping[Status, int]) -> Iterator[Metric]:
    """Return what there is to tell of tasks."""
    live = GaugeMetricFamily("lemonwatch_tasks", "Tasks under way", labels=["status"])
    for status in Status:
        if status.is_live:
            live.add_metric([status], under_way.get(status, 0))
    yield live
    yield _ended(sums)
    for key, (name, text) in COUNTERS.items():
        counter = CounterMetricFamily(name, text, labels=OF)
        for series, one in sums.items():
            counter.add_metric(_labels(series), one.get(key, 0))
        yield counter
    for key, (name, text) in TIMES.items():
        times = HistogramMetricFamily(name, text, labels=OF)
        for series, one in sums.items():
            add_times(times, _labels(series), one, key)
        yield times


def _ended(sums: Mapping[Series, Sums]) -> Metric:
    text = "Ends of tasks; one that finishes after it timed out has two"
    ended = CounterMetricFamily("lemonwatch_tasks_ended", text, labels=[*OF, "status"])
    for series, one in sums.items():
        for status in TERMINAL:
            # A counter never falls: what finished late had timed out all the same.
            again = one.get(LATE, 0) if status is Status.TIMED_OUT else 0
            ended.add_metric([*_labels(series), status], one.get(status.value, 0) + again)
    return ended


def _labels(series: Series) -> list[str]:
    return [series.account, series.kind, series.model]
