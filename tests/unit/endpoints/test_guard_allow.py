"""The operator may open a network to webhooks, and opens no other with it."""

from ipaddress import ip_network

import pytest

from app.endpoints.guard import Guard
from app.errors import InvalidInput

LOCAL = Guard(
    allow=(ip_network("127.0.0.0/8"), ip_network("::1/128"), ip_network("10.0.0.0/8")),
    ports=frozenset({443}),
)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/hook", "https://127.0.0.1:9/hook", "http://[::1]:8080/", "http://127.1",
        "http://10.20.30.40/", "http://[::ffff:10.0.0.1]:81/", "http://2130706433/",
    ],
)  # fmt: skip
def test_an_allowed_network_may_be_reached_on_any_port_and_without_tls(url: str) -> None:
    assert LOCAL.check(url).addresses


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://192.168.0.1/", "is not a public address"),
        ("http://93.184.216.34/", "use https"),
        ("https://93.184.216.34:8080/", "port 8080 is not among"),
    ],
)
def test_an_allowed_network_opens_no_other(url: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        LOCAL.check(url)

    assert reason in refused.value.detail
