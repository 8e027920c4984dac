"""A replay's figures as lines for people: all tasks, then each model."""

from app.replay.report import Figures, Report

NAME = 18  # characters
HEAD = f"{'':{NAME}} {'tasks':>7} {'mean':>7} {'p50':>7} {'p95':>7} {'polls':>7} {'product':>8} {'bound':>7}"


def table(found: Report) -> list[str]:
    """Return the lines of the table."""
    used = f"{found.budget_used:.0%} of the budget used"
    rows = {"all": found, **(found.models if len(found.models) > 1 else {})}
    return [
        f"policy {found.policy}: detection delay in seconds, polls per task; {used}",
        HEAD,
        *(_row(name or "(no model)", figures) for name, figures in rows.items()),
    ]


def _row(name: str, f: Figures) -> str:
    return (
        f"{name:{NAME}.{NAME}} {f.tasks:>7} {f.delay.mean:>7.2f} {f.delay.p50:>7.2f} {f.delay.p95:>7.2f} "
        f"{f.polls_per_task:>7.2f} {f.product:>8.1f} {f.bound:>7.1f}"
    )
