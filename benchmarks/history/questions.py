"""What is asked of the history: each filter, at the newest, at some day of the year, and far back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.history.cursor import Cursor
from app.history.query import TaskQuery

Parameters = Mapping[str, Any]
PLACES = ("newest", "a day", "far back")
CLIENT = 1
DAY, YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Question:
    """A filter; in its values `{n}` is one of as many as there are."""

    says: str
    filters: Parameters
    most: int = 1
    time: str = "created"

    def ask(self, place: str, chance: Random, *, now: datetime) -> Parameters:
        """Return the parameters of one request."""
        number = chance.randrange(self.most) + 1
        asked = {
            name: value.format(n=number) if isinstance(value, str) else value
            for name, value in self.filters.items()
        }
        back = YEAR * chance.uniform(0.85, 0.95)
        if place == "a day":
            at = now - YEAR * chance.random() - DAY
            asked[f"{self.time}_after"] = _written(at)
            asked[f"{self.time}_before"] = _written(at + DAY)
        elif self.time == "finished":
            asked["finished_before"] = _written(now)
        if place == "far back":
            seal = TaskQuery.model_validate(asked).of_client(CLIENT).seal
            asked["cursor"] = Cursor(now - back, 0, seal).encode()
        return asked


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def questions(tasks: int) -> tuple[Question, ...]:
    """Return all of them, for a history of so many."""
    return (
        Question("no filter", {}),
        Question("status: nearly all", {"status": ["completed"]}),
        Question("status: 1 %", {"status": ["failed"]}),
        Question("status: 0.1 %", {"status": ["not_found"]}),
        Question("status: live", {"status": ["pending"]}),
        Question("two statuses", {"status": ["pending", "failed"]}),
        Question("model: 10 %", {"model": "model-{n}"}, 9),
        Question("model: 0.01 %", {"model": "model-rare"}),
        Question("account: 95 %", {"account": "default"}),
        Question("account: 5 %", {"account": "second"}),
        Question("kind: 2 %", {"kind": "video"}),
        Question("metadata: one task", {"metadata.order": "{n}"}, tasks),
        Question("metadata: 0.1 %", {"metadata.shop": "shop-{n}"}, 999),
        Question("metadata: all", {"metadata.tier": "free"}),
        Question("metadata: two keys", {"metadata.tier": "free", "metadata.shop": "shop-{n}"}, 999),
        Question("finished", {}, time="finished"),
        Question("finished, status: 1 %", {"status": ["failed"]}, time="finished"),
        Question("finished, status: 0.1 %", {"status": ["not_found"]}, time="finished"),
        Question("finished, model: 0.01 %", {"model": "model-rare"}, time="finished"),
        Question("finished, account: 5 %", {"account": "second"}, time="finished"),
        Question("model and status", {"model": "model-{n}", "status": ["completed"]}, 9),
    )
