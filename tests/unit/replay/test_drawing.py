"""A replay is drawn as bars of characters and as SVG, and what is not in the picture is told."""

from xml.etree import ElementTree as ET

import pytest

from app.replay.chart import terminal_chart
from app.replay.durations import Duration
from app.replay.outcome import Detected, Outcome
from app.replay.picture import svg
from app.replay.report import report
from app.replay.shape import BARS, histograms
from app.replay.table import table
from app.replay.traffic import Traffic

TRAFFIC = Traffic(arrivals_per_minute=60, rpm=600)
HOSTILE = "<script>&\"'</svg>"


def outcome(*delays: float, model: str = "a", seconds: float = 61.5) -> Outcome:
    """Make the outcome of tasks that were found so late."""
    detected = [Detected(Duration(model, seconds), delay, 4) for delay in delays]
    return Outcome(detected, requests=100, since=0, until=100)


EVEN = outcome(*(number / 100 for number in range(400)))


def test_every_task_is_in_a_bar_or_beyond() -> None:
    """The bars end at a round number, where hardly any are left."""
    _, delay = histograms(outcome(*(number / 100 for number in range(999)), 500.0))

    assert (delay.high, delay.beyond) == (10, 1)
    assert sum(delay.counts) == 999
    assert delay.counts[0] == delay.counts[20] == delay.most == 25
    assert delay.heading == "tasks by detection delay, s (highest bar: 25; 1 beyond 10 s)"


def test_where_nothing_is_beyond_nothing_is_said_of_it() -> None:
    _, delay = histograms(EVEN)

    assert delay.heading == f"tasks by detection delay, s (highest bar: {delay.most})"


@pytest.mark.parametrize("value", [0.0, 1e-7, 0.1, 1.0, 9.99, 10.0, 61.5, 99.5, 12345.6, 86400.0])
def test_an_axis_ends_at_or_above_what_it_shows(value: float) -> None:
    duration, _ = histograms(outcome(1.0, seconds=value))

    assert value <= duration.high <= max(1.2 * value, 1.0)
    assert (sum(duration.counts), duration.beyond) == (1, 0)
    assert len(f"{duration.high:g}") <= 5


def test_lines_of_the_chart_are_as_wide_as_its_bars() -> None:
    lines = terminal_chart(EVEN)

    bars = [line for line in lines if set(line) & set("▁▂▃▄▅▆▇█")]
    axes = [line for line in lines if line.startswith("  0")]
    assert {len(line) for line in bars + axes} == {2 + BARS}
    assert len(axes) == 2
    assert axes[1].split() == ["0", "2", "4"]
    assert max(map(len, lines)) <= 80


def test_a_full_bar_is_as_high_as_the_chart() -> None:
    lines = terminal_chart(outcome(0.5, seconds=3.0))

    column = lines[1].index("█")
    assert [line[column] for line in lines[1:7]] == ["█"] * 6
    assert "".join(lines[1:7]).count("█") == 6


def test_the_picture_is_well_formed_and_holds_the_figures() -> None:
    found = report(EVEN, TRAFFIC, "learning")

    root = ET.fromstring(svg(found, EVEN))

    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] is not None
    assert texts[0].startswith("learning: mean delay 2.00 s, p95 3.79 s, 4.0 polls a task")
    assert histograms(EVEN)[0].heading in texts


def test_bars_of_the_picture_stay_within_it() -> None:
    root = ET.fromstring(svg(report(EVEN, TRAFFIC, "learning"), EVEN))

    _, *bars = root.iter("{http://www.w3.org/2000/svg}rect")
    box = [float(side) for side in root.attrib["viewBox"].split()]
    assert len(bars) == 2 * BARS
    for bar in bars:
        x, y, width, height = (float(bar.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x < x + width <= box[2]
        assert 0 <= y <= y + height <= box[3]


def test_no_name_of_a_model_breaks_the_picture_or_the_table() -> None:
    some = Outcome([*outcome(1.0, model=HOSTILE).detected, *outcome(2.0, model="x" * 99).detected])
    found = report(some, TRAFFIC, "fixed")

    assert ET.fromstring(svg(found, some)).tag.endswith("svg")
    assert {len(line) for line in table(found)[1:]} == {len(table(found)[1])}


def test_the_table_names_each_model_where_there_are_several() -> None:
    both = Outcome(
        [*outcome(1.0, model="a").detected, *outcome(3.0, model="").detected], 10, 0, 100
    )

    lines = table(report(both, TRAFFIC, "fixed"))

    assert lines[0].startswith("policy fixed: ")
    assert [line.split()[:2] for line in lines[2:]] == [["all", "2"], ["(no", "model)"], ["a", "1"]]
    assert len(table(report(EVEN, TRAFFIC, "fixed"))) == 3
