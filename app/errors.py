"""What can stop us, as one tree; the door to HTTP translates it in `problems`.

LemonwatchError
├── Misconfigured        the operator must change a setting
├── Unreachable          what was asked does not answer, or broke off
├── NotAuthenticated     no good key
├── Forbidden            a good key, but not for that
├── TooManyRequests      the key was used too often, for now
├── NotFound             nothing of that name that the caller may see
├── Gone                 it was there once, and is kept no longer
├── Conflict             what is there already says otherwise
└── InvalidInput         the caller must change what it sent, at `pointer`
    └── Unresolved       a host has no address, at least not now
"""


class LemonwatchError(Exception):
    """Something stopped Lemonwatch."""

    def __init__(self, detail: str | None = None) -> None:
        """Say `detail`, or else the first line of the class's own docstring."""
        self.detail = detail or (type(self).__doc__ or "").partition("\n")[0]
        super().__init__(self.detail)


class Misconfigured(LemonwatchError):
    """A setting is missing or cannot be used."""


class Unreachable(LemonwatchError):
    """What was asked does not answer, or broke off in the middle."""


class NotAuthenticated(LemonwatchError):
    """Send a valid API key as `Authorization: Bearer <key>`."""


class Forbidden(LemonwatchError):
    """The key is not good for this."""


class TooManyRequests(LemonwatchError):
    """This key is used too often: wait as long as Retry-After says."""

    def __init__(self, *, retry_after: float) -> None:
        """Say in how many seconds there is room for one more."""
        super().__init__()
        self.retry_after = retry_after


class NotFound(LemonwatchError):
    """There is nothing of that name here."""


class Gone(LemonwatchError):
    """This is kept no longer."""


class Conflict(LemonwatchError):
    """What is stored already says otherwise."""


class InvalidInput(LemonwatchError):
    """What was sent cannot be used.

    `pointer` is a JSON pointer into the body, such as `/webhook_url`.
    """

    def __init__(self, detail: str, *, pointer: str = "") -> None:
        """Say what is wrong, and where in the body."""
        super().__init__(detail)
        self.pointer = pointer


class Unresolved(InvalidInput):
    """A host has no address, at least not now: at a door a mistake, later a fault that may pass."""
