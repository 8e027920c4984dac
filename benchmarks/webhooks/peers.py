"""Who is measured beside whom."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["sqlite", "postgresql"]
DATABASES: tuple[Kind, ...] = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to post what is owed."""

    name: str
    about: str
    command: tuple[str, str]  # A module of this folder, and what it is told.
    database: Kind | None = None


OURS = {
    kind: Peer(f"ours, {kind}", f"our delivery cycle, on {kind}", ("ours", "deliver"), kind)
    for kind in DATABASES
}
SAME = Peer("plain, same", "a loop with the same client", ("plain", "same"))
FRESH = Peer("plain, fresh", "a loop with httpx, a connection a POST", ("plain", "fresh"))
KEPT = Peer("plain, kept", "the same with kept connections", ("plain", "kept"))
PLAIN = (SAME, FRESH, KEPT)
