"""A webhook's URL can be read in one way only."""

from ipaddress import ip_network

import pytest

from app.endpoints.guard import LONGEST_URL, Guard
from app.errors import InvalidInput

ANYWHERE = Guard(allow=(ip_network("0.0.0.0/0"), ip_network("::/0")), ports=frozenset())
BAD = {
    "nothing": "",
    "no scheme": "127.0.0.1/hook",
    "no host": "https:///hook",
    "no slashes": "https:127.0.0.1/hook",
    "a relative one": "/hook",
    "another scheme": "ftp://127.0.0.1/hook",
    "a file": "file:///etc/passwd",
    "a script": "javascript:alert(1)",
    "a user": "https://user@127.0.0.1/hook",
    "a user and a password": "https://user:pass@127.0.0.1/hook",
    "an empty user": "https://@127.0.0.1/hook",
    "a second host": "https://example.com@127.0.0.1/hook",
    "a fragment": "https://127.0.0.1/hook#x",
    "a space": "https://127.0.0.1/a b",
    "a leading space": " https://127.0.0.1/",
    "a trailing new line": "https://127.0.0.1/\n",
    "a header within": "https://127.0.0.1/\r\nX-Evil: 1",
    "a tab in the host": "https://127.0.\t0.1/",
    "a NUL": "https://127.0.0.1/\0",
    "a DEL": "https://127.0.0.1/\x7f",
    "a backslash": "https://127.0.0.1\\@example.com/",
    "digits of another script": "https://\uff11\uff12\uff17.0.0.1/",
    "a dot of another script": "https://127\u30020.0.1/",
    "port 0": "https://127.0.0.1:0/",
    "a port too high": "https://127.0.0.1:65536/",
    "a port below 0": "https://127.0.0.1:-1/",
    "a port with a sign": "https://127.0.0.1:+443/",
    "a port in letters": "https://127.0.0.1:https/",
    "two ports": "https://127.0.0.1:443:80/",
    "an open bracket": "https://[::1/",
    "too long": "https://127.0.0.1/" + "a" * LONGEST_URL,
}


@pytest.mark.parametrize("url", BAD.values(), ids=BAD)
def test_a_url_that_could_be_misread_is_refused_even_where_everything_is_allowed(url: str) -> None:
    with pytest.raises(InvalidInput):
        ANYWHERE.check(url)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://127.0.0.1", "/"),
        ("https://127.0.0.1/", "/"),
        ("https://127.0.0.1?a=1", "/?a=1"),
        ("https://127.0.0.1/a/b?c=d&e=%20f", "/a/b?c=d&e=%20f"),
        ("https://127.0.0.1//a/../b", "//a/../b"),
        ("https://127.0.0.1/a@b:c", "/a@b:c"),
    ],
)
def test_path_and_query_stay_as_they_were_given(url: str, target: str) -> None:
    assert ANYWHERE.check(url).target == target


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("https://127.0.0.1/", "127.0.0.1"),
        ("https://127.0.0.1:443/", "127.0.0.1"),
        ("https://127.0.0.1:/", "127.0.0.1"),
        ("https://127.0.0.1:80/", "127.0.0.1:80"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://127.0.0.1:443/", "127.0.0.1:443"),
        ("https://[::1]/", "[::1]"),
        ("https://[::1]:8443/", "[::1]:8443"),
    ],
)
def test_the_host_header_names_the_port_unless_it_is_the_usual_one(url: str, header: str) -> None:
    assert ANYWHERE.check(url).host_header == header
