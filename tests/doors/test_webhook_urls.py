"""The door to webhooks refuses what a delivery could not be sent to, and says what to change."""

import pytest
from fastapi.testclient import TestClient

REFUSED = {
    "https://2130706433/": "127.0.0.1 is not a public address",
    "https://0x7f.1/": "127.0.0.1 is not a public address",
    "https://[::ffff:169.254.169.254]/": "::ffff:a9fe:a9fe is not a public address",
    "https://[fd00:ec2::254]/latest/meta-data/": "fd00:ec2::254 is not a public address",
    "https://localhost/": "1 is not a public address",
    "https://1.1.1.1@127.0.0.1/": "neither credentials nor a fragment",
    "https://127.0.0.1\\@1.1.1.1/": "ASCII characters without spaces",
    "https://\uff11.1.1.1/": "ASCII characters without spaces",
    "https://1.1.1.1/" + "a" * 1985: "at most 2000",
    "https://[2606:4700:4700::1111].example.com/": "not a URL",
    "https://256.256.256.256.invalid..x/": "does not resolve",
    "gopher://1.1.1.1/": "https://example.com/hook",
    "file:///etc/passwd": "https://example.com/hook",
    "": "https://example.com/hook",
    "http://1.1.1.1/": "use https",
    "https://1.1.1.1:22/": "port 22 is not among",
}


@pytest.mark.parametrize("url", REFUSED, ids=[ascii(url)[1:50] for url in REFUSED])
def test_an_endpoint_and_its_change_are_refused_with_the_reason(api: TestClient, url: str) -> None:
    """Whether it is new or was good before."""
    made = api.post("/v1/webhooks", json={"url": "https://1.1.1.1/hook"}).json()

    answers = [
        api.post("/v1/webhooks", json={"url": url}),
        api.patch(f"/v1/webhooks/{made['id']}", json={"url": url}),
    ]

    for answer in answers:
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"]) == (422, "/url")
        assert REFUSED[url] in error["detail"]
    listed = api.get("/v1/webhooks").json()["items"]
    assert [endpoint["url"] for endpoint in listed] == ["https://1.1.1.1/hook"]


@pytest.mark.parametrize("url", [None, 1, ["https://1.1.1.1/"], {"url": "https://1.1.1.1/"}])
def test_what_is_no_text_is_no_url(api: TestClient, url: object) -> None:
    answer = api.post("/v1/webhooks", json={"url": url})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/url"
