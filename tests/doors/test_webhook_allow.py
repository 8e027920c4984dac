"""Where the operator has opened a network, an endpoint may be made there, and nowhere beside it."""

import pytest
from fastapi.testclient import TestClient

from app.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Allow it."""
    allow = Settings(webhook_allow="10.20.0.0/16,fd12::/16").webhook_allow
    return settings.model_copy(update={"webhook_allow": allow})


@pytest.mark.parametrize(
    "url", ["http://10.20.0.1:8080/hook", "https://169083393/", "http://[fd12::1]/"]
)
def test_an_address_within_is_taken_as_it_was_given(api: TestClient, url: str) -> None:
    answer = api.post("/v1/webhooks", json={"url": url})

    assert (answer.status_code, answer.json()["url"]) == (201, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.21.0.1/", "http://[fd13::1]/", "http://127.0.0.1/", "http://1.1.1.1/",
        "https://[::10.20.0.1]/", "https://[64:ff9b::10.20.0.1]/", "http://a@10.20.0.1/",
    ],
)  # fmt: skip
def test_no_other_is(api: TestClient, url: str) -> None:
    answer = api.post("/v1/webhooks", json={"url": url})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/url"
