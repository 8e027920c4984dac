"""Writes what was seen of ended tasks, in the transaction that records their ends."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.curves.models import Observation
from app.curves.span import End, span_of


def observe(session: Session, ends: Iterable[End], *, now: datetime) -> None:
    """Queue what these ends show; the curves themselves are left to the learner, who need not hurry.

    To write the curve of a busy model here would make all who record wait for one row.
    """
    rows = [
        {"kind": end.kind, "model": end.model or None, "at": now, **asdict(span)}
        for end in ends
        if (span := span_of(end, now=now))
    ]
    if rows:
        session.execute(insert(Observation), rows)
