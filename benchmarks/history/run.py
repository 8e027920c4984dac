"""One run: fill, ask, poll."""

import time
from http.client import HTTPConnection

import typer
from sqlalchemy import text

from app.clock import utc_now
from app.db.session import Database
from app.schedule.forecast import Book
from benchmarks.history.asking import ask_all, by_http, by_query, figures
from benchmarks.history.fill import fill
from benchmarks.history.polling import rounds
from benchmarks.history.questions import questions
from benchmarks.history.results import Results
from benchmarks.history.site import KEY, site

BOOK = Book(3.0, 30.0)
SIZES = """
SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables
WHERE relname IN ('task', 'task_label', 'poll', 'rollup')
"""


def run(*, tasks: int, live: int, requests: int, polls: int, results: Results) -> None:
    """Measure, and put into `results` what there is by and by."""
    with site() as here:
        typer.echo(f"Filling in {tasks:,} finished tasks …")
        now, began = utc_now(), time.monotonic()
        fill(here.full, tasks=tasks, live=live)
        fill(here.empty, tasks=0, live=live)
        results.filled = time.monotonic() - began
        results.sizes = _sizes(here.full)
        with here.api() as port:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            ways = {"query": by_query(here.full, BOOK), "http": by_http(connection, KEY)}
            for answers in ask_all(ways, questions(tasks), requests=requests, now=now):
                results.answers.append(answers)
            results.answers += figures(connection, KEY, requests=requests)
        databases = ((tasks, here.full), (0, here.empty))
        results.rounds += rounds(databases, count=polls, pid=here.database_pid)


def _sizes(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return dict(session.execute(text(SIZES)).tuples().all())
