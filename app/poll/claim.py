"""A claim: the right to ask, under a lease with a fencing token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.accounts.access import Access
from app.tasks.watch import Watch
from app.upstream.wire import DEADLINE

ASKING = timedelta(seconds=DEADLINE)  # At most.
# Nothing is asked for that another may claim meanwhile, and most of it is for waiting in line.
LEASE = 3 * ASKING


class Claim(NamedTuple):
    """The right to ask for one task, and to write what came of it while `token` is the row's own."""

    task_id: int
    token: int
    upstream_id: str
    watch: Watch
    access: Access
    until: datetime  # When the lease ends.
    is_canary: bool = False

    def following(self, watch: Watch, *, until: datetime) -> "Claim":
        """Return the claim on the next look, as recording this one under the same lease leaves it."""
        return Claim(self.task_id, self.token + 1, self.upstream_id, watch, self.access, until)


@dataclass(frozen=True, slots=True)
class Probe:
    """The right to ask once with an account that has no task to ask for."""

    access: Access
