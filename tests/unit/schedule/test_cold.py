"""Before any task has been seen, a kind is what the vendor says of it."""

import numpy as np
import pytest

from app.schedule.cold import cold_curve, lognormal
from tests.unit.schedule.curves import lognormal_survival


@pytest.mark.parametrize(
    ("median", "sigma"), [(57.0, 0.44), (15.0, 0.2), (120.0, 0.8), (600.0, 1.2)]
)
@pytest.mark.parametrize("share", [0.1, 0.5, 1.0, 1.5, 2.0, 4.0])
def test_a_lognormal_s_survival_is_exact_at_every_age(
    median: float, sigma: float, share: float
) -> None:
    age = share * median

    exact = lognormal_survival(age, median, sigma)
    assert lognormal(median, sigma).survival_at(age) == pytest.approx(exact, abs=1e-3)


def test_most_images_end_within_30_to_120_seconds() -> None:
    curve = cold_curve("image")

    assert curve.survival_at(30) - curve.survival_at(120) > 0.85


def test_little_is_believed_of_other_kinds_than_that_they_take_longer() -> None:
    assert cold_curve("video").mean > 2 * cold_curve("image").mean
    assert cold_curve("3d") is not cold_curve("image")


@pytest.mark.parametrize("kind", ["image", "video", "what is this"])
def test_whatever_the_kind_a_task_may_end_at_any_age(kind: str) -> None:
    hazard = cold_curve(kind).hazard

    assert np.all(np.isfinite(hazard))
    assert np.all(hazard > 0)
