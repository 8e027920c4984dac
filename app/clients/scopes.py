"""What a key may be used for."""

from collections.abc import Sequence
from enum import StrEnum


class Scope(StrEnum):
    """One of the things that a key can be good for; none includes another."""

    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    WEBHOOKS_WRITE = "webhooks:write"
    ADMIN = "admin"  # Accounts and keys, which are everybody's.


EVERY = frozenset(Scope)


def good_for(scopes: Sequence[str] | None) -> frozenset[Scope]:
    """Return what a key of these scopes may be used for; None is of the bootstrap key.

    What a newer release may know of is nothing to this one.
    """
    return EVERY if scopes is None else frozenset(scope for scope in Scope if scope in scopes)
