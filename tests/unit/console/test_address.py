"""The service is called where the settings say that it listens."""

import pytest

from app.console.service import address
from app.errors import Misconfigured
from app.settings import Settings


@pytest.mark.parametrize(
    ("host", "at"),
    [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"),
        ("fd00::1", "[fd00::1]"), ("my_host", "my_host"), ("watch.bücher.example", "watch.bücher.example"),
    ],
)  # fmt: skip
def test_a_host_is_called_by_its_name_or_address(host: str, at: str) -> None:
    assert address(Settings(host=host, port=8001)) == f"http://{at}:8001"


@pytest.mark.parametrize("host", ["a..b", "a b", "x/y", "x@y", "x?y", "a" * 64, "\udcff"])
def test_what_is_no_host_is_said(host: str) -> None:
    with pytest.raises(Misconfigured, match="leads nowhere: see to LEMONWATCH_HOST"):
        address(Settings(host=host))
