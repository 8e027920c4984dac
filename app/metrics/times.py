"""Times as Prometheus' histograms: the bins that are counted in, fallen together into octaves."""

from collections.abc import Sequence

from prometheus_client.core import HistogramMetricFamily

from app.statistics.bins import OCTAVE, UNIT, seconds_of
from app.statistics.sums import Sums, bins_of

# The buckets' upper ends, in octaves above a millisecond: from 16 ms to 2 h 20.
OCTAVES = range(4, 24)


def add_times(family: HistogramMetricFamily, labels: Sequence[str], sums: Sums, name: str) -> None:
    """Add the times that are counted under `name`; their sum is that of what stands for each bin."""
    bins = bins_of(sums, name)
    buckets = [
        (str(UNIT.total_seconds() * 2**octave), _at_most(bins, octave * OCTAVE))
        for octave in OCTAVES
    ]
    buckets.append(("+Inf", float(sum(bins.values()))))
    spent = sum(seconds_of(number) * count for number, count in bins.items())
    family.add_metric(labels, buckets, sum_value=spent)


def _at_most(bins: dict[int, int], last: int) -> float:
    return float(sum(count for number, count in bins.items() if number <= last))
