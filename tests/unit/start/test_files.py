"""As many files as the system allows, in a process of its own: limits are for ever."""

import subprocess
import sys

import pytest

LIMITS = """
import resource
from app.start.files import ENOUGH, allow_many

resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_many()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(("soft", "hard"), [(256, 512), (512, 512)])
def test_the_limit_in_force_is_raised_to_the_one_that_may_be(soft: int, hard: int) -> None:
    """And what may be stays."""
    script = LIMITS.format(soft=soft, hard=hard)
    limits = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert limits.split() == [str(hard), str(hard)]
