"""A simulated task is wholly in its id."""

from binascii import crc_hqx
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.chance import HABITS
from app.simulator.ids import decode, encode
from app.simulator.lifecycle import Outcome, SimulatedTask

MILLISECOND = timedelta(milliseconds=1)
TASK = SimulatedTask(
    model="midjourney",
    images=4,
    created=datetime(2026, 8, 1, 12, 0, 0, 123_000, tzinfo=UTC),
    duration=timedelta(seconds=61.5),
    outcome=Outcome.COMPLETED,
    salt=0xBEEF,
)
TASKS = st.builds(
    SimulatedTask,
    model=st.sampled_from(list(HABITS)),
    images=st.integers(1, 10),
    created=st.integers(0, 2**47).map(lambda n: datetime.fromtimestamp(0, UTC) + n * MILLISECOND),
    duration=st.integers(0, 2**32 - 1).map(lambda n: n * MILLISECOND),
    outcome=st.sampled_from(Outcome),
    salt=st.integers(0, 2**16 - 1),
)


def with_checksum(fields: str) -> str:
    """Make an id of 28 digits, whatever they say, with a checksum that fits."""
    raw = bytes.fromhex(fields)
    return f"ldtask_{raw.hex()}{crc_hqx(raw, int.from_bytes(b'LD')):04x}"


@given(TASKS)
def test_an_id_gives_back_the_task_it_was_made_from(task: SimulatedTask) -> None:
    task_id = encode(task)

    assert decode(task_id) == task


def test_ids_never_change_their_meaning() -> None:
    """An id given by an earlier release must still be known, so this one is written out."""
    assert encode(TASK) == "ldtask_019fbd32067b0000f03c0403beefaa43"


@given(TASKS, st.integers(0, 31), st.integers(1, 15))
def test_an_id_with_one_wrong_digit_is_unknown(
    task: SimulatedTask, place: int, change: int
) -> None:
    digits = int(encode(task).removeprefix("ldtask_"), 16) ^ change << 4 * place

    assert decode(f"ldtask_{digits:032x}") is None


@pytest.mark.parametrize(
    "task_id",
    [
        "",
        "ldtask_",
        "ldtask_" + "0" * 32,
        "ldtask_" + "f" * 32,
        "ldtask_0123456789abcdef0123456789abcdef",
        "img_abc123def456",  # The vendor's older shape.
        encode(TASK).upper(),
        encode(TASK) + "\n",
        encode(TASK) + "00",
        encode(TASK).removeprefix("ldtask_"),
    ],
)
def test_an_id_of_another_make_is_unknown(task_id: str) -> None:
    assert decode(task_id) is None


@pytest.mark.parametrize(
    "fields",
    [
        "019fbd32067b 0000f03c 84 03 beef",  # There is no fifth outcome.
        "019fbd32067b 0000f03c 00 03 beef",  # No image at all.
        "019fbd32067b 0000f03c 0b 03 beef",  # Eleven images.
        "019fbd32067b 0000f03c 04 ff beef",  # No such model.
        "ffffffffffff 0000f03c 04 03 beef",  # Created after the year 9999.
    ],
)
def test_a_good_checksum_does_not_make_nonsense_a_task(fields: str) -> None:
    assert decode(with_checksum(fields)) is None
