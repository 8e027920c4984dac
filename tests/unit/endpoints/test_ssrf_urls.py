"""A URL that would mean one host to us and another to somebody else is refused, and told why."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from app.endpoints.guard import Guard
from app.errors import InvalidInput

GUARD = Guard(allow=(), ports=frozenset({443}))
FORM = "give a URL such as https://example.com/hook"
ASCII = "a URL is at most 2000 ASCII characters without spaces"
SECRET = "a URL must hold neither credentials nor a fragment"
NO_URL = "this is not a URL"
PUBLIC = "1.1.1.1"
REFUSED = {
    "gopher://1.1.1.1:443/_POST": FORM,
    "dict://1.1.1.1:443/d": FORM,
    "ws://1.1.1.1/": FORM,
    "wss://1.1.1.1/": FORM,
    "sftp://1.1.1.1/": FORM,
    "ldap://1.1.1.1/": FORM,
    "jar:https://1.1.1.1!/": FORM,
    "data:text/plain,https://1.1.1.1/": FORM,
    "view-source:https://1.1.1.1/": FORM,
    "https+unix://1.1.1.1/": FORM,
    "httpss://1.1.1.1/": FORM,
    "unix:///var/run/docker.sock": FORM,
    "//1.1.1.1/hook": FORM,
    "://1.1.1.1/hook": FORM,
    "1.1.1.1": FORM,
    "1.1.1.1:443": FORM,
    "https": FORM,
    "https:": FORM,
    "https://": FORM,
    "https://:443/": FORM,
    "https://?host=1.1.1.1": FORM,
    "https:/1.1.1.1/": FORM,
    "https:////1.1.1.1/": FORM,
    "https:1.1.1.1": FORM,
    "https://#1.1.1.1": FORM,
    "https%3A//1.1.1.1/": FORM,
    "https://1.1.1.1:00/": FORM,
    "https://1.1.1.1@127.0.0.1/": SECRET,
    "https://127.0.0.1@1.1.1.1/": SECRET,
    "https://a@b@1.1.1.1/": SECRET,
    "https://:@1.1.1.1/": SECRET,
    "https://user:1.1.1.1@[::1]/": SECRET,
    "https://1.1.1.1;@127.0.0.1/": SECRET,
    "https://1.1.1.1%00@127.0.0.1/": SECRET,
    "https://1.1.1.1/#@127.0.0.1/": SECRET,
    "https://1.1.1.1#@127.0.0.1/": SECRET,
    "https://1.1.1.1/?a=1#b": SECRET,
    "https:\\\\1.1.1.1\\": ASCII,
    "https://1.1.1.1\\.example/": ASCII,
    "https://1.1.1.1/\\..\\": ASCII,
    "https://127.0.0.1\\@1.1.1.1/": ASCII,
    "\thttps://1.1.1.1/": ASCII,
    "ht\ntps://1.1.1.1/": ASCII,
    "https://1.1.1.1\r/": ASCII,
    "https://1.1.1.1/\x0b": ASCII,
    "https://1.1.1.1 @127.0.0.1/": ASCII,
    "https://1.1.1.1/\u00a0": ASCII,
    "https://\u2460.1.1.1/": ASCII,
    "https://1\uff0e1\uff0e1\uff0e1/": ASCII,
    "https://\u0661.1.1.1/": ASCII,
    "https://exampl\u00e9.com/": ASCII,
    "https://l\u00f3calhost/": ASCII,
    "https://1.1.1.1\u200b/": ASCII,
    "https://1.1.1.1\uff0f@127.0.0.1/": ASCII,
    "https://1.1.1.1/" + "a" * 1985: ASCII,
    "https://1.1.1.1:99999/": NO_URL,
    "https://1.1.1.1:4_43/": NO_URL,
    "https://1.1.1.1:0x1bb/": NO_URL,
    "https://1.1.1.1:443:443/": NO_URL,
    "https://::1/": NO_URL,
    "https://2606:4700:4700::1111/": NO_URL,
    "https://[1.1.1.1]/": NO_URL,
    "https://[localhost]/": NO_URL,
    "https://[]/": NO_URL,
    "https://[[2606:4700:4700::1111]]/": NO_URL,
    "https://2606:4700:4700::1111]/": NO_URL,
    "https://[2606:4700:4700::11111]/": NO_URL,
    "https://[v1.example.com]/": NO_URL,
    "https://[vF.127.0.0.1]/": NO_URL,
    "https://[2606:4700:4700::1111].example.com/": NO_URL,
    "https://[2606:4700:4700::1111]example.com:443/": NO_URL,
    "https://example.com[2606:4700:4700::1111]/": NO_URL,
    "https://127.0.0.1:443[2606:4700:4700::1111]/": NO_URL,
    "http://1.1.1.1/": "use https: plain http is for networks in LEMONWATCH_WEBHOOK_ALLOW",
    "http://1.1.1.1:443/": "use https: plain http is for networks in LEMONWATCH_WEBHOOK_ALLOW",
    "https://1.1.1.1:1/": "port 1 is not among LEMONWATCH_WEBHOOK_PORTS",
    "https://1.1.1.1:6379/": "port 6379 is not among LEMONWATCH_WEBHOOK_PORTS",
    "https://1.1.1.1:00080/": "port 80 is not among LEMONWATCH_WEBHOOK_PORTS",
    "https://1.1.1.1:65535/": "port 65535 is not among LEMONWATCH_WEBHOOK_PORTS",
}
HARMLESS = {
    "HTTPS://1.1.1.1/": "/",
    "https://1.1.1.1:000443/": "/",
    "https://1.1.1.1/?url=http://169.254.169.254/latest/": "/?url=http://169.254.169.254/latest/",
    "https://1.1.1.1/?next=//127.0.0.1": "/?next=//127.0.0.1",
    "https://1.1.1.1?@127.0.0.1/": "/?@127.0.0.1/",
    "https://1.1.1.1/@127.0.0.1/": "/@127.0.0.1/",
    "https://1.1.1.1/http://127.0.0.1/": "/http://127.0.0.1/",
    "https://1.1.1.1//127.0.0.1/": "//127.0.0.1/",
    "https://1.1.1.1/../../etc/passwd": "/../../etc/passwd",
    "https://1.1.1.1/%0d%0aX-Evil:%201": "/%0d%0aX-Evil:%201",
    "https://1.1.1.1/[::1]/": "/[::1]/",
    "https://1.1.1.1/" + "a" * 1984: "/" + "a" * 1984,
}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to a public address, so that nothing is refused for where it leads."""

    def look_up(host: str, port: int, **_: Any) -> Any:
        try:
            at = str(ip_address(host))
        except ValueError:
            at = PUBLIC
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    ("url", "reason"), REFUSED.items(), ids=[ascii(url)[1:60] for url in REFUSED]
)
def test_a_url_is_refused_for_its_form_and_told_why(url: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        GUARD.check_input(url, pointer="/url")

    assert (refused.value.detail, refused.value.pointer) == (reason, "/url")


@pytest.mark.parametrize(("url", "target"), HARMLESS.items(), ids=[url[:60] for url in HARMLESS])
def test_what_only_looks_like_another_host_is_part_of_the_path(url: str, target: str) -> None:
    """It is for the receiver to read; what is connected to is the host."""
    place = GUARD.check(url)

    assert (place.host, place.port, place.target) == (PUBLIC, 443, target)
    assert place.addresses == (ip_address(PUBLIC),)
