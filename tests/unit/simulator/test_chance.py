"""What a caller leaves open is drawn, and the same seed draws the same."""

from datetime import timedelta
from random import Random
from statistics import median

import pytest

from app.simulator.chance import HABITS, draw
from app.simulator.lifecycle import Outcome

DRAWS = 4_000


def test_models_keep_their_places() -> None:
    """An id holds its model's place, so one that moved would change the meaning of ids given before."""
    known = [
        "sim-quick",
        "flux-pro",
        "ideogram-v3",
        "midjourney",
        "sim-video",
        "sim-music",
        "sim-3d",
    ]

    assert list(HABITS)[: len(known)] == known


@pytest.mark.parametrize("model", HABITS)
def test_the_same_seed_draws_the_same(model: str) -> None:
    assert draw(Random(7), model) == draw(Random(7), model)


def test_another_seed_draws_otherwise() -> None:
    assert draw(Random(7), "flux-pro") != draw(Random(8), "flux-pro")


@pytest.mark.parametrize(
    ("model", "seconds"),
    [
        ("sim-quick", 3),
        ("flux-pro", 40),
        ("ideogram-v3", 20),
        ("midjourney", 60),
        ("sim-video", 90),
        ("sim-music", 60),
        ("sim-3d", 75),
    ],
)
def test_half_of_a_models_tasks_end_before_its_median(model: str, seconds: float) -> None:
    rng = Random(1)

    middle = median(draw(rng, model)[0].total_seconds() for _ in range(DRAWS))

    assert middle == pytest.approx(seconds, rel=0.05)


def test_nine_in_ten_of_midjourneys_tasks_take_what_lemondata_says() -> None:
    rng = Random(1)
    durations = [draw(rng, "midjourney")[0] for _ in range(DRAWS)]

    usual = sum(
        timedelta(seconds=30) <= duration <= timedelta(seconds=120) for duration in durations
    )

    assert usual / DRAWS == pytest.approx(0.9, abs=0.02)


def test_few_tasks_fail_and_the_others_complete() -> None:
    rng = Random(1)

    outcomes = [draw(rng, "flux-pro")[1] for _ in range(DRAWS)]

    assert outcomes.count(Outcome.FAILED) / DRAWS == pytest.approx(0.03, abs=0.01)
    assert set(outcomes) == {Outcome.FAILED, Outcome.COMPLETED}
