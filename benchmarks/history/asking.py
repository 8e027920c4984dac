"""Asks each question through the queries alone, and over HTTP, one after the other on one connection."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http.client import HTTPConnection
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from app.clock import utc_now
from app.db.session import Database
from app.history.cursor import Cursor
from app.history.page import read_page
from app.history.query import TaskQuery
from app.schedule.forecast import Book
from app.statistics.grains import Window
from benchmarks.client import Failed
from benchmarks.history.questions import CLIENT, PLACES, Parameters, Question
from benchmarks.history.results import Answers

# Requests that are not counted, or as many as are: with these, statements are prepared and plans chosen.
WARM = 15
Ask = Callable[[Parameters], int]  # Returns how many tasks were found.


def ask_all(
    ways: dict[str, Ask], questions: Sequence[Question], *, requests: int, now: datetime
) -> Iterator[Answers]:
    """Yield what each question took, at each place, in each way."""
    for question in questions:
        for place in PLACES:
            for way, ask in ways.items():
                chance = Random(1)  # noqa: S311 - the same questions in each way and run
                took, tasks = [], 0
                for number in range(-min(WARM, requests), requests):
                    parameters = question.ask(place, chance, now=now)
                    began = perf_counter()
                    found = ask(parameters)
                    if number >= 0:
                        took.append(perf_counter() - began)
                        tasks += found
                yield Answers.of(question.says, place, way, took, tasks)


def figures(connection: HTTPConnection, key: str, *, requests: int) -> Iterator[Answers]:
    """Yield what `GET /v1/stats` took for each window, and how many tasks it counted."""
    for window in Window:
        took, tasks = [], 0
        for number in range(-min(WARM, requests), requests):
            began = perf_counter()
            found = _get(connection, f"/v1/stats?window={window}", key)
            if number >= 0:
                took.append(perf_counter() - began)
                tasks += sum(found["counts"].values())
        yield Answers.of(window.value, "now", "stats", took, tasks)


def by_query(database: Database, book: Book) -> Ask:
    """Ask as the route does, without HTTP."""

    def ask(parameters: Parameters) -> int:
        query = TaskQuery.model_validate(parameters)
        wanted = query.of_client(CLIENT)
        after = Cursor.decode(query.cursor, seal=wanted.seal) if query.cursor else None
        with database.reading() as session:
            page = read_page(session, wanted, book, after=after, limit=query.limit, now=utc_now())
        return len(page.items)

    return ask


def by_http(connection: HTTPConnection, key: str) -> Ask:
    """Ask the API."""

    def ask(parameters: Parameters) -> int:
        found = _get(connection, f"/v1/tasks?{urlencode(parameters, doseq=True)}", key)
        return len(found["items"])

    return ask


def _get(connection: HTTPConnection, path: str, key: str) -> Any:
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Failed(f"{path}: {answer.status} {body.decode(errors='replace')}")
    return json.loads(body)
