"""A replay's histograms and figures, drawn as SVG."""

from app.replay.outcome import Outcome
from app.replay.report import Report
from app.replay.shape import Histogram, histograms

WIDTH, HEIGHT, EDGE, GAP = 720, 180, 40, 70
ACROSS = WIDTH - 2 * EDGE
INK, FILL = "#333", "#e0b000"


def svg(found: Report, outcome: Outcome) -> str:
    """Return the picture as the text of an SVG file."""
    charts = histograms(outcome)
    tall = GAP + len(charts) * (HEIGHT + GAP)
    delay = found.delay
    line = (
        f"{found.policy}: mean delay {delay.mean:.2f} s, p95 {delay.p95:.2f} s, "
        f"{found.polls_per_task:.1f} polls a task, product {found.product:.1f} (bound {found.bound:.1f})"
    )
    font = 'font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tall}" {font} fill="{INK}">',
        f'<rect width="{WIDTH}" height="{tall}" fill="#fff"/>',
        f'<text x="{EDGE}" y="30" font-size="15">{line}</text>',
        *(_chart(one, GAP + place * (HEIGHT + GAP)) for place, one in enumerate(charts)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _chart(one: Histogram, top: int) -> str:
    step, under = ACROSS / len(one.counts), top + HEIGHT
    bars = [
        f'<rect x="{EDGE + place * step:.1f}" y="{under - HEIGHT * count / one.most:.1f}" '
        f'width="{step - 1:.1f}" height="{HEIGHT * count / one.most:.1f}" fill="{FILL}"/>'
        for place, count in enumerate(one.counts)
    ]
    marks = [
        f'<text x="{EDGE + share * ACROSS:.0f}" y="{under + 18}" text-anchor="middle">'
        f"{share * one.high:g}</text>"
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    title = f'<text x="{EDGE}" y="{top - 8}">{one.heading}</text>'
    axis = f'<line x1="{EDGE}" y1="{under}" x2="{WIDTH - EDGE}" y2="{under}" stroke="{INK}"/>'
    return "\n".join([title, axis, *marks, *bars])
