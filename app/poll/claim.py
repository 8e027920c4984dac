"""A claim: the right to ask, under a lease with a fencing token."""

from dataclasses import dataclass
from typing import NamedTuple

from app.accounts.access import Access
from app.tasks.watch import Watch


class Claim(NamedTuple):
    """The right to ask for one task, and to write what came of it while `token` is the row's own."""

    task_id: int
    token: int
    upstream_id: str
    watch: Watch
    access: Access
    is_canary: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """The right to ask once with an account that has no task to ask for."""

    access: Access
