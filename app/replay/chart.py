"""A replay's histograms, drawn with characters."""

from app.replay.outcome import Outcome
from app.replay.shape import Histogram, histograms

ROWS = 6
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def terminal_chart(outcome: Outcome) -> list[str]:
    """Return the lines of the charts, one below the other."""
    return [line for one in histograms(outcome) for line in [*_chart(one), ""]][:-1]


def _chart(one: Histogram) -> list[str]:
    heights = [round(count / one.most * ROWS * 8) for count in one.counts]
    rows = [
        "".join(_EIGHTHS[min(8, max(0, height - 8 * row))] for height in heights)
        for row in range(ROWS - 1, -1, -1)
    ]
    half = len(one.counts) // 2
    axis = f"{'0':<{half}}{one.high / 2:<{half - 4}g}{one.high:>4g}"
    return [one.heading, *(f"  {row}" for row in rows), f"  {axis}"]
