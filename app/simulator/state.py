"""What one simulator holds besides its tasks, of which it holds nothing: clock, moods and report."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import Request

from app.simulator import refusals
from app.simulator.moods.moods import Moods
from app.simulator.moods.strike import Refuse
from app.simulator.moods.temper import Temper
from app.simulator.refusals import Refused
from app.simulator.report.report import Report
from app.simulator.report.visit import Visit


class State:
    """What the doors of one simulator share."""

    def __init__(self, *, moods: Moods, clock: Callable[[], datetime]) -> None:
        self.now = clock
        self.temper = Temper(moods, now=clock())
        self.report = Report(since=clock())

    def begin_report(self) -> None:
        """Count anew."""
        self.report = Report(since=self.now())

    def moods(self) -> Moods:
        """Return the moods at this moment."""
        return self.temper.at(self.now())

    def told_time(self) -> datetime:
        """Return the time that the simulator claims it is."""
        return self.now() + timedelta(seconds=self.moods().skew)

    def refuse(self, request: Request, strike: Refuse) -> Refused:
        """Count a refusal that a mood wants, and return it."""
        refused = refusals.struck(strike, form=self.moods().retry_after, told=self.told_time())
        until = self.now() + timedelta(seconds=refused.seconds) if refused.seconds else None
        visit = visit_of(request)
        if strike.status == 429 and until:
            visit.throttled(until=until)
        else:
            visit.struck(strike.mood, until=until)
        return refused


def visit_of(request: Request) -> Visit:
    """Return what is counted of this request; the door began it."""
    visit: Visit = request.state.visit
    return visit
