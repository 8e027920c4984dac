"""Replays tasks against a budget, event by event, with the schedule that the service itself uses."""

from datetime import timedelta
from math import inf

import numpy as np

from app.errors import InvalidInput
from app.replay.durations import Duration
from app.replay.outcome import Detected, Outcome
from app.replay.purse import Purse
from app.replay.queue import Queue, Watched
from app.replay.student import KIND, Student
from app.replay.traffic import Arrivals, Traffic
from app.schedule.names import PolicyName
from app.schedule.plan import PRICES
from app.schedule.policies import policy
from app.schedule.policy import Standing
from app.schedule.price import demand
from app.schedule.scouts import lot
from app.schedule.sooner import sooner

TICK = 0.1  # seconds between two claims, where requests are short
STEER = 0.5  # seconds between two looks at the demand,
MANY = 1000  # or more in proportion, where there are more tasks: their demand changes slowly.
LEARN = 5.0  # seconds between two rounds of learning, at least
MOST_STEPS = 5_000_000  # Some minutes.


class Replay:
    """Asks for tasks as they arrive and fall due, until all that are judged were found to have ended.

    Answers take no time; instants are seconds since the replay began.
    """

    def __init__(
        self, tasks: list[Duration], traffic: Traffic, student: Student, name: PolicyName
    ) -> None:
        """Replay `tasks` in `traffic`, under the policy of that name, with what `student` learns."""
        self._arrivals, self._student = Arrivals(tasks, traffic), student
        self._is_learning = name == "learning"
        self._policy = policy(name, student.book)
        self._queue = Queue(student.book.floor)
        self._purse = Purse(traffic.rpm)
        self._tick_at, self._steer_at, self._learn_at = inf, 0.0, LEARN
        self._outcome = Outcome()

    def run(self, most_steps: int = MOST_STEPS) -> Outcome:
        """Run to the end; raise InvalidInput when that is more than `most_steps` away."""
        now = 0.0
        for _ in range(most_steps):
            now = max(now, min(self._arrivals.next_at, self._tick_at, self._queue.next_at()))
            self._step(now)
            if len(self._outcome.detected) == self._arrivals.judged:
                self._outcome.since = self._arrivals.judging_since
                self._outcome.until = min(now, self._arrivals.over_at)
                return self._outcome
        raise InvalidInput(
            f"the replay is not over after {most_steps:,} steps: give fewer tasks, a longer interval, "
            "fewer arrivals a minute or a larger budget"
        )

    def _step(self, now: float) -> None:
        """Do what is to be done at one instant."""
        if now >= self._arrivals.next_at:
            self._arrive(now)
        if self._is_learning and now >= self._learn_at:
            self._policy = policy("learning", self._student.learn(now))
            self._learn_at = now + LEARN
        if self._is_learning and now >= self._steer_at:
            self._steer(now)
        is_tick = now >= self._tick_at
        self._claim(now, early=is_tick)
        self._tick_at = min(inf if is_tick else self._tick_at, self._next_tick(now))

    def _next_tick(self, now: float) -> float:
        """Return when to claim again though nothing falls due: at the next token, or to be early."""
        if self._queue.late:
            return max(now + TICK, self._purse.ripe_at)
        return inf if self._purse.is_free or not len(self._queue) else now + TICK

    def _arrive(self, now: float) -> None:
        number, task = self._arrivals.take(now)
        new = Watched(number, task, began=now, seen=now, due=now)
        new.due += self._policy.first(self._standing(new, now)).total_seconds()
        self._queue.add(new)

    def _standing(self, one: Watched, now: float) -> Standing:
        return Standing(
            kind=KIND, model=one.task.model, age=timedelta(seconds=one.age(now)), polls=one.polls,
            price=self._purse.price, lot=lot(str(one.number)),
        )  # fmt: skip

    def _wait(self, one: Watched, now: float) -> float:
        age, price = timedelta(seconds=one.age(now)), self._purse.price
        wait = self._policy.wait(KIND, one.task.model, age=age, polls=one.polls, price=price)
        return wait.total_seconds()

    def _steer(self, now: float) -> None:
        wanted = np.zeros(len(PRICES))
        for model, tasks in self._queue.by_model().items():
            ages = [one.age(now) for one in tasks if one.polls]
            plan = self._student.book.plan_of(KIND, model)
            wanted += demand(plan, ages, fresh=len(tasks) - len(ages))
        self._purse.steer(wanted, late=self._queue.late)
        self._queue.bring_forward(self._sooner, now)
        self._steer_at = now + STEER * max(1.0, len(self._queue) / MANY)

    def _sooner(self, one: Watched) -> float | None:
        """Return when to look at it first, if that is to be much sooner than it was to be."""
        plan = self._student.book.plan_of(KIND, one.task.model)
        age = sooner(plan, one.due - one.began, price=self._purse.price, lot=lot(str(one.number)))
        return None if age is None else one.began + age

    def _claim(self, now: float, *, early: bool) -> None:
        room = self._purse.room(now)
        taken = self._queue.take(room, now)
        if early and not self._purse.is_free:
            taken += self._queue.take_early(self._purse.spare(room - len(taken)), now)
        self._purse.pay(len(taken), now)
        for one in taken:
            self._poll(one, now)

    def _poll(self, one: Watched, now: float) -> None:
        one.polls += 1
        if self._arrivals.judging_since <= now <= self._arrivals.over_at:
            self._outcome.requests += 1
        if one.age(now) < one.task.seconds:
            one.seen = now
            one.due = now + self._wait(one, now)
            self._queue.add(one)
            return
        self._student.saw(one.task, after=one.age(one.seen), by=one.age(now))
        if self._arrivals.is_judged(one.number):
            found = Detected(one.task, one.age(now) - one.task.seconds, one.polls)
            self._outcome.detected.append(found)
