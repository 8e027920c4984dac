"""A task's id, which is all the simulator ever remembers of it.

The 32 digits are 16 bytes: when it was created (6) and how long it takes (4), both in milliseconds,
outcome and number of images (1), model (1), salt (2), checksum (2). A restart forgets nothing, and
a second simulator knows the tasks of the first.
"""

import re
import struct
from binascii import crc_hqx
from datetime import UTC, datetime

from app.simulator.chance import HABITS
from app.simulator.lifecycle import MAX_IMAGES, MILLISECOND, Outcome, SimulatedTask

PREFIX = "ldtask_"
_SHAPE = re.compile(PREFIX + "[0-9a-f]{32}")
_FIELDS = struct.Struct(">6sIBBH")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OUTCOMES = tuple(Outcome)
_MODELS = tuple(HABITS)
_IMAGE_BITS = 5


def encode(task: SimulatedTask) -> str:
    """Write the task as an id, its times cut to whole milliseconds."""
    fields = _FIELDS.pack(
        ((task.created - _EPOCH) // MILLISECOND).to_bytes(6),
        task.duration // MILLISECOND,
        _OUTCOMES.index(task.outcome) << _IMAGE_BITS | task.images,
        _MODELS.index(task.model),
        task.salt,
    )
    return PREFIX + (fields + _checksum(fields)).hex()


def decode(task_id: str) -> SimulatedTask | None:
    """Read a task from its id, or None if no simulator ever gave this id."""
    if not _SHAPE.fullmatch(task_id):
        return None
    digits = bytes.fromhex(task_id.removeprefix(PREFIX))
    fields, checksum = digits[: _FIELDS.size], digits[_FIELDS.size :]
    return _read(fields) if checksum == _checksum(fields) else None


def _read(fields: bytes) -> SimulatedTask | None:
    created, duration, kind, model, salt = _FIELDS.unpack(fields)
    outcome, images = kind >> _IMAGE_BITS, kind & (1 << _IMAGE_BITS) - 1
    if not 1 <= images <= MAX_IMAGES:
        return None
    try:
        return SimulatedTask(
            model=_MODELS[model],
            images=images,
            created=_EPOCH + int.from_bytes(created) * MILLISECOND,
            duration=duration * MILLISECOND,
            outcome=_OUTCOMES[outcome],
            salt=salt,
        )
    except (IndexError, OverflowError):
        # One made-up id in 65,536 has a good checksum all the same.
        return None


def _checksum(fields: bytes) -> bytes:
    # A CRC, unlike a cut-off digest, surely notices any one mistyped digit. It guards no secret:
    # whoever forges an id gets a simulated picture. "LD" as start keeps all zeros from being valid.
    return crc_hqx(fields, int.from_bytes(b"LD")).to_bytes(2)
