"""All of the history, or much of it, as the service streams it: on standard output or in a file."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import typer

from app.console.file import whole
from app.console.form import Form
from app.console.progress import counting, is_watched
from app.console.query import Query
from app.console.records import records
from app.console.service import Service
from app.console.tasks import shown
from app.errors import LemonwatchError
from app.process.ending import ends_by_signals

COUNTED_BY = ("model", "account", "kind")
AT_ONCE = 100  # tasks for each change of the display


class Export:
    """The tasks that fit a query, in a form: all, or the first `limit`."""

    def __init__(self, service: Service, query: Query, form: Form, limit: int | None) -> None:
        """Ask for nothing yet."""
        self._service, self._query, self._form, self._limit = service, query, form, limit

    def show(self) -> None:
        """Print them, and let go of each."""
        if self._form == Form.TABLE:
            for line in shown(map(json.loads, self._records())):
                typer.echo(line)
            return
        out = typer.get_binary_stream("stdout")
        # Who reads them on a terminal sees how far it is.
        self._write(out, watched=is_watched() and not out.isatty())
        out.flush()

    def save(self, file: Path) -> None:
        """Write them into a file, which is there whole or not at all."""
        with ends_by_signals(), whole(file) as out:
            count = self._write(out, watched=is_watched())
        typer.echo(f"{count:,} tasks are in {file}", err=True)

    def _write(self, out: BinaryIO, *, watched: bool) -> int:
        count, head = 0, self._form == Form.CSV
        with counting(self._total()) if watched else nullcontext(_unseen) as see:
            for count, record in enumerate(self._records(), start=0 if head else 1):
                out.write(record)
                if count % AT_ONCE == 0:
                    see(count)
            see(count)
        return count

    def _records(self) -> Iterator[bytes]:
        """Yield one for each task, and for CSV its head before; one at a time is in memory."""
        accept = self._form or Form.NDJSON
        is_csv = accept == Form.CSV
        stream = self._service.stream("/v1/tasks", accept=accept, **self._query)
        most = None if self._limit is None else self._limit + is_csv
        return islice(records(stream, quoted=is_csv), most)

    def _total(self) -> int | None:
        """Return how many there will be, where the service has counted them anyway."""
        counted = {name: self._query[name] for name in COUNTED_BY if name in self._query}
        if set(self._query) - {"status", "order", *counted}:
            return None
        try:
            counts = self._service.get("/v1/stats", **counted)["counts"]
        except LemonwatchError:
            return None
        wanted = self._query.get("status", counts)
        found = sum(int(counts[status]) for status in wanted)
        return found if self._limit is None else min(found, self._limit)


def _unseen(_count: int) -> None:
    """Show nothing."""
