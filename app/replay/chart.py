"""A replay's histograms, drawn with characters."""

from app.replay.replay import Outcome
from app.replay.shape import Histogram, histograms

ROWS = 6
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def terminal_chart(outcome: Outcome) -> list[str]:
    """Return the lines of the charts, one below the other."""
    return [line for one in histograms(outcome) for line in [*_chart(one), ""]][:-1]


def _chart(one: Histogram) -> list[str]:
    most = max(1, *one.counts)
    heights = [round(count / most * ROWS * 8) for count in one.counts]
    rows = [
        "".join(_EIGHTHS[min(8, max(0, height - 8 * row))] for height in heights)
        for row in range(ROWS - 1, -1, -1)
    ]
    width = len(one.counts)
    axis = f"{one.low:<{width // 2}.3g}{one.high:>{width - width // 2}.3g}"
    return [f"{one.title} (highest bar: {most})", *(f"  {row}" for row in rows), f"  {axis}"]
