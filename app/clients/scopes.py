"""What a key may be used for."""

from enum import StrEnum


class Scope(StrEnum):
    """One of the things that a key can be good for; none includes another."""

    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    WEBHOOKS_WRITE = "webhooks:write"
    ADMIN = "admin"  # Accounts and keys, which are everybody's.


EVERY = frozenset(Scope)
