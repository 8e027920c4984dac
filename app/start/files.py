"""How many files and connections the process may have open: each client that waits is one."""

from contextlib import suppress

ENOUGH = 32_768


def allow_many() -> None:
    """Raise the limit that is in force as far as the system lets us, though not beyond what is enough.

    Where it is usual to stop at 1024, who waits would soon keep others from being heard.
    """
    try:
        import resource  # noqa: PLC0415 - there is none on Windows, and no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # macOS may have a lower one beside, and say infinity.
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
