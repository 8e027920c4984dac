"""Prunes at once, to the end, and says what went."""

import json
import sys
from datetime import datetime, timedelta

import typer

from app.clock import utc_now
from app.errors import Misconfigured
from app.process.command import at_database
from app.retention.age import age
from app.retention.choose import Kept
from app.retention.sweep import Pruned, sweep, tell
from app.settings import Settings

_WHY = {
    Kept.UNDELIVERED: "still to be delivered",
    Kept.RECOVERING: "to be recovered",
    Kept.WATCHED: "still looked at",
    Kept.BUSY: "in use just now",
}


def prune(settings: Settings, *, older_than: str | None, only_counts: bool, as_json: bool) -> None:
    """Remove what is older than said, or than the settings say, and may go; or only count it."""
    before = utc_now() - _age(settings, older_than)
    with at_database() as process:
        total = Pruned()
        for pruned in sweep(process.database, before=before, only_counts=only_counts):
            total += pruned
            _progress(f"\r{total.tasks} tasks")
    _progress("\r\x1b[K")
    if not only_counts:
        tell(total)
    typer.echo(_in_json(total, before, only_counts) if as_json else _in_words(total, only_counts))


def _age(settings: Settings, older_than: str | None) -> timedelta:
    if older_than is not None:
        return age(older_than)
    if settings.retention is None:
        raise Misconfigured("Say how old: --older-than 90d, or set LEMONWATCH_RETENTION.")
    return settings.retention


def _progress(text: str) -> None:
    """Show how far it is to who looks on."""
    if sys.stderr.isatty():
        typer.echo(text, err=True, nl=False)


def _in_words(pruned: Pruned, only_counts: bool) -> str:
    went = "would go" if only_counts else "went"
    lines = [
        f"{pruned.tasks} tasks, {pruned.events} events and {pruned.deliveries} deliveries {went}"
    ]
    if pruned.kept:
        reasons = ", ".join(
            f"{pruned.kept[why]} {says}" for why, says in _WHY.items() if pruned.kept[why]
        )
        lines.append(f"{pruned.kept.total()} kept though as old: {reasons}")
    return "\n".join(lines)


def _in_json(pruned: Pruned, before: datetime, only_counts: bool) -> str:
    return json.dumps(
        {
            "dry_run": only_counts, "before": before.isoformat(), "tasks": pruned.tasks,
            "events": pruned.events, "deliveries": pruned.deliveries,
            "kept": {why.value: pruned.kept[why] for why in Kept},
        }
    )  # fmt: skip
