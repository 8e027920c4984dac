"""What a caller asks for, and the task that comes of it."""

from datetime import datetime, timedelta
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from app.simulator.chance import HABITS, draw
from app.simulator.kinds import Kind
from app.simulator.lifecycle import MAX_IMAGES, Outcome, SimulatedTask

COUNTED = (Kind.IMAGE, Kind.VIDEO)


class Simulate(BaseModel):
    """The simulator's own extra: the caller decides how long the task takes and how it ends."""

    model_config = ConfigDict(extra="forbid")

    # An id has four bytes for the milliseconds; thirty days fit.
    seconds: float | None = Field(default=None, ge=0, le=30 * 86_400)
    outcome: Outcome = Outcome.COMPLETED


class CreateTask(BaseModel):
    """LemonData's create request, as far as the simulator reads it; `size` and others may come.

    `n` counts images and videos; of music or a 3D model there is always one.
    """

    model: str
    prompt: str = Field(min_length=1)
    n: int = Field(default=1, ge=1, le=MAX_IMAGES, strict=True)
    simulate: Simulate | None = None


def make_task(asked: CreateTask, *, now: datetime, rng: Random, salt: int) -> SimulatedTask:
    """Make the task; what the caller left open is drawn from `rng`.

    Raises KeyError if the model is unknown.
    """
    duration, outcome = draw(rng, asked.model)
    if asked.simulate:
        outcome = asked.simulate.outcome
        if asked.simulate.seconds is not None:
            duration = timedelta(seconds=asked.simulate.seconds)
    return SimulatedTask(
        model=asked.model,
        images=asked.n if HABITS[asked.model].kind in COUNTED else 1,
        created=now,
        duration=duration,
        outcome=outcome,
        salt=salt,
    )
