"""Replays tasks against a budget, event by event, with the schedule that the service itself uses."""

from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from random import Random

import numpy as np

from app.accounts.budget import BURST, affordable, spare, spend
from app.clock import EPOCH
from app.errors import InvalidInput
from app.replay.durations import Duration
from app.replay.queue import Queue, Watched
from app.replay.student import KIND, Student
from app.schedule.plan import LOWEST, PRICES
from app.schedule.policies import PolicyName, policy
from app.schedule.policy import Standing
from app.schedule.price import demand, is_free, price_for

TICK = 0.1  # seconds between two claims, where something is due
STEER = 0.5  # seconds between two looks at the demand
MOST_STEPS = 5_000_000
LEARN = 5.0  # seconds between two rounds of learning


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """How many tasks come, how many requests there are for them, and what chance follows from."""

    arrivals_per_minute: float
    rpm: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Detected:
    """How a task's end was found: how many seconds after it, and by how many polls."""

    task: Duration
    delay: float
    polls: int


@dataclass(slots=True)
class Outcome:
    """What came of the tasks that are judged, and of the budget in that time."""

    detected: list[Detected] = field(default_factory=list)
    requests: int = 0
    since: float = 0.0  # Seconds since the replay began: when the first of them arrived,
    until: float = 0.0  # and when the last was found to have ended.


class Replay:
    """Lets tasks arrive at random, in the order given, until those that are judged have all ended.

    The first half only teaches. Once all have arrived they arrive once again, unjudged: the last are to
    find as much company as the first.
    """

    def __init__(
        self, tasks: list[Duration], traffic: Traffic, student: Student, name: PolicyName
    ) -> None:
        """Replay `tasks` in `traffic`, under the policy of that name, with what `student` learns."""
        self._tasks, self._traffic, self._student, self._name = tasks, traffic, student, name
        self._chance = Random(traffic.seed)  # noqa: S311 - it keeps no secret
        self._policy = policy(name, student.book)
        self._queue = Queue(student.book.floor, by_value=name == "learning")
        self._price = LOWEST
        self._spent = EPOCH
        self._arrived = 0
        self._arrives, self._ticks, self._steers, self._learns = self._pause(), 0.0, 0.0, LEARN
        self._outcome = Outcome()

    def run(self) -> Outcome:
        """Run to the end; raise InvalidInput when that is too far away."""
        judged = len(self._tasks) - len(self._tasks) // 2
        now = 0.0
        for _ in range(MOST_STEPS):
            now = max(now, min(self._arrives, self._ticks, self._learns, self._queue.next_at()))
            self._step(now)
            if len(self._outcome.detected) == judged:
                self._outcome.until = now
                return self._outcome
        raise InvalidInput(
            f"the replay is not over after {now / 86400:.1f} days of its own: give a larger budget, "
            "fewer arrivals or a shorter file"
        )

    def _step(self, now: float) -> None:
        """Do what is to be done at one instant."""
        if now >= self._arrives:
            self._arrive(now)
        if now >= self._learns:
            self._policy = policy(self._name, self._student.learn(now))
            self._learns = now + LEARN
        if now >= self._steers and self._name == "learning":
            self._steer(now)
        self._claim(now, early=now >= self._ticks)
        if now >= self._ticks:
            self._ticks = self._next_tick(now)

    def _next_tick(self, now: float) -> float:
        """Return when to claim again though nothing falls due: at the next token, or to be early."""
        if self._queue.late:
            token_at = (self._spent - EPOCH - BURST).total_seconds()
            return max(now + TICK, token_at)
        return now + TICK if len(self._queue) else self._arrives

    def _pause(self) -> float:
        return self._chance.expovariate(self._traffic.arrivals_per_minute / 60)

    def _arrive(self, now: float) -> None:
        many = len(self._tasks)
        self._arrives = now + self._pause() if self._arrived + 1 < 2 * many else inf
        task = self._tasks[self._arrived % len(self._tasks)]
        if self._arrived == len(self._tasks) // 2:
            self._outcome.since = now
        new = Watched(self._arrived, task, began=now, seen=now, due=now)
        new.due += self._policy.first(self._standing(new, now)).total_seconds()
        self._queue.add(new)
        self._arrived += 1

    def _standing(self, one: Watched, now: float) -> Standing:
        return Standing(
            kind=KIND, model=one.task.model, age=timedelta(seconds=now - one.began),
            polls=one.polls, price=self._price,
        )  # fmt: skip

    def _steer(self, now: float) -> None:
        wanted = np.zeros(len(PRICES))
        for model, tasks in self._queue.by_model().items():
            ages = [now - one.began for one in tasks if one.polls]
            plan = self._student.book.plan_of(KIND, model)
            wanted += demand(plan, ages, fresh=len(tasks) - len(ages))
        self._price = price_for(wanted, rate=self._traffic.rpm / 60, late=self._queue.late)
        self._steers = now + STEER

    def _claim(self, now: float, *, early: bool) -> None:
        at, rpm = EPOCH + timedelta(seconds=now), self._traffic.rpm
        room = affordable(self._spent, rate=rpm, now=at)
        taken = self._queue.take(room, now)
        if early and self._name == "learning" and not is_free(self._price):
            taken += self._queue.take_early(spare(room - len(taken), rate=rpm), now)
        self._spent = spend(self._spent, len(taken), rate=rpm, now=at)
        for one in taken:
            self._poll(one, now)

    def _poll(self, one: Watched, now: float) -> None:
        one.polls += 1
        first_judged = len(self._tasks) // 2
        self._outcome.requests += self._arrived > first_judged
        age = now - one.began
        if age < one.task.seconds:
            one.seen, one.due = (
                now,
                now + self._policy.wait(self._standing(one, now)).total_seconds(),
            )
            self._queue.add(one)
            return
        self._student.saw(one.task, after=one.seen - one.began, by=age)
        if first_judged <= one.number < len(self._tasks):
            found = Detected(one.task, age - one.task.seconds, one.polls)
            self._outcome.detected.append(found)
