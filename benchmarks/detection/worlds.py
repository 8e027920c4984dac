"""The worlds that policies are tried in: how long tasks take, in the order in which they come."""

from collections.abc import Callable
from math import exp
from random import Random
from typing import TypeAlias

from app.replay.durations import Duration

# A task's model and seconds, by chance and by how much of the world is over, from 0 to 1.
World: TypeAlias = Callable[[Random, float], Duration]


def _lognormal(chance: Random, median: float, sigma: float, model: str = "flux-pro") -> Duration:
    return Duration(model, min(median * exp(sigma * chance.gauss(0, 1)), 3600.0))


def _of_sigma(sigma: float) -> World:
    return lambda chance, _: _lognormal(chance, 60, sigma)


def _exponential(chance: Random, _: float) -> Duration:
    return Duration("flux-pro", chance.expovariate(1 / 60))


def _gamma(chance: Random, _: float) -> Duration:
    return Duration("flux-pro", chance.gammavariate(3, 20))


def _mixture(chance: Random, _: float) -> Duration:
    """Of one model, two kinds of request."""
    return _lognormal(chance, 20 if chance.random() < 0.5 else 90, 0.2)


def _heavy_tail(chance: Random, _: float) -> Duration:
    """None sooner than 20 s, and some very late: a Pareto's."""
    return Duration("flux-pro", min(20 * chance.paretovariate(1.5), 3600.0))


def _early_failures(chance: Random, _: float) -> Duration:
    """Three in ten are refused within seconds."""
    if chance.random() < 0.3:
        return _lognormal(chance, 2, 0.3)
    return _lognormal(chance, 60, 0.42)


def _two_models(chance: Random, _: float) -> Duration:
    if chance.random() < 0.5:
        return _lognormal(chance, 15, 0.3, "quick")
    return _lognormal(chance, 75, 0.3, "slow")


def _eight_models(chance: Random, _: float) -> Duration:
    place = chance.randrange(8)
    return _lognormal(chance, 10 * 1.45**place, 0.3, f"model-{place + 1}")


def _drift(chance: Random, over: float) -> Duration:
    """From 40 s to 90 s, little by little."""
    return _lognormal(chance, 40 + 50 * over, 0.3)


def _step(chance: Random, over: float) -> Duration:
    """Twice as fast from one moment on, in the middle of those that are judged."""
    return _lognormal(chance, 60 if over < 0.75 else 30, 0.3)


WORLDS: dict[str, World] = {
    "lognormal 0.1": _of_sigma(0.1),
    "lognormal 0.25": _of_sigma(0.25),
    "lognormal 0.42": _of_sigma(0.42),
    "lognormal 0.7": _of_sigma(0.7),
    "exponential": _exponential,
    "gamma": _gamma,
    "mixture": _mixture,
    "heavy tail": _heavy_tail,
    "early failures": _early_failures,
    "two models": _two_models,
    "eight models": _eight_models,
    "drift": _drift,
    "step": _step,
}


def durations(name: str, count: int, *, seed: int) -> list[Duration]:
    """Draw the tasks of a world; the same seed draws the same."""
    chance = Random(f"{name} {seed}")  # noqa: S311 - it keeps no secret
    return [WORLDS[name](chance, place / count) for place in range(count)]
