"""What sums are kept apart by."""

from enum import StrEnum
from typing import NamedTuple

# What clients say is the model may be anything: so many have sums of their own, the rest have one.
MODELS = 200
OTHERS = "*"


class Subject(StrEnum):
    """What is counted."""

    TASKS = "tasks"
    WEBHOOKS = "webhooks"


class Series(NamedTuple):
    """Tasks of one account, kind and model, or webhooks to one endpoint."""

    subject: Subject
    account: str = ""
    kind: str = ""
    model: str = ""  # Empty where nobody named one; of webhooks the endpoint's id, empty for tasks' own URLs.


def within(series: Series, known: set[str]) -> Series:
    """Return the series that counts for this one where `known` models have one of their own.

    One that is new becomes known, if there is room.
    """
    if series.subject is not Subject.TASKS or series.model in known:
        return series
    if len(known) >= MODELS:
        return series._replace(model=OTHERS)
    known.add(series.model)
    return series
