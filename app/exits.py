"""How a command ends, as a number that scripts can rely on."""

from enum import IntEnum

from app.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LemonwatchError,
    Misconfigured,
    NotAuthenticated,
    NotFound,
    Unreachable,
)


class ExitCode(IntEnum):
    """The codes of every command; 130 is Ctrl-C, but for what serves until then, which ends with 0."""

    GOOD = 0
    NOT_GOOD = 1
    UNUSABLE = 2
    UNREACHABLE = 3
    NOT_ALLOWED = 4
    ENDED_OTHERWISE = 5
    NOT_OVER = 6


MEANS = {
    ExitCode.GOOD: "as it should be; for `track --wait`: the task is completed",
    ExitCode.NOT_GOOD: "not as it should be: what was looked into is wrong, or something failed",
    ExitCode.UNUSABLE: "an option, a setting or what was given cannot be used",
    ExitCode.UNREACHABLE: "the service does not answer, or broke off",
    ExitCode.NOT_ALLOWED: "no key, not a good one, or not good for this",
    ExitCode.ENDED_OTHERWISE: "the task is over, and failed, not_found, cancelled or timed_out",
    ExitCode.NOT_OVER: "the task was not over when --timeout was",
}
TABLE = "\b\nExit codes:\n" + "\n".join(f"{code:d}  {means}" for code, means in MEANS.items())
_CODES: dict[type[LemonwatchError], ExitCode] = {
    Unreachable: ExitCode.UNREACHABLE,
    NotAuthenticated: ExitCode.NOT_ALLOWED,
    Forbidden: ExitCode.NOT_ALLOWED,
    Misconfigured: ExitCode.UNUSABLE,
    NotFound: ExitCode.UNUSABLE,
    Conflict: ExitCode.UNUSABLE,
    InvalidInput: ExitCode.UNUSABLE,
    LemonwatchError: ExitCode.NOT_GOOD,
}


def exit_code(error: LemonwatchError) -> ExitCode:
    """Return the code of what stopped a command: that of the nearest of its classes."""
    return next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)
