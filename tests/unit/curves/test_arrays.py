"""Numbers by age are kept short and come back as they were, to six digits."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.curves.arrays import packed, unpacked
from app.schedule.ages import BINS


def test_nothing_is_kept_as_nothing() -> None:
    assert packed(np.zeros(BINS)) == []
    assert np.array_equal(unpacked([]), np.zeros(BINS))


def test_what_follows_the_last_value_is_left_out() -> None:
    values = np.zeros(BINS)
    values[2] = 1 / 3

    assert packed(values) == [0.0, 0.0, 0.333333]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1e12), max_size=BINS))
def test_values_come_back_from_json_to_six_digits(values: list[float]) -> None:
    array = unpacked(values)

    back = unpacked(json.loads(json.dumps(packed(array))))

    assert back == pytest.approx(array, rel=1e-5)
