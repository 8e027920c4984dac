"""A run's figures as a file, with when and on what machine they were measured."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from benchmarks.cores import cores


def write(json_file: Path, figures: dict[str, Any]) -> None:
    """Write the figures down, and say where."""
    whole = {"at": datetime.now(UTC).isoformat(), "machine": _machine(), **figures}
    json_file.parent.mkdir(parents=True, exist_ok=True)
    json_file.write_text(json.dumps(whole, indent=2) + "\n")
    typer.echo(f"\nWritten to {json_file}.")


def _machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "pinned": cores() is not None,
        "load": os.getloadavg(),
    }
