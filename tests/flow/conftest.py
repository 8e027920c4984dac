"""The HTTP clients that can ask LemonData, a test of one running over each; and whom webhooks trust."""

import certifi
import pytest

from app.upstream.httpx_client import HttpxTransport
from app.upstream.pyreqwest_client import PyreqwestTransport
from tests.authority import Authority
from tests.listening import Client


@pytest.fixture(params=[PyreqwestTransport, HttpxTransport], ids=["pyreqwest", "httpx"])
def client(request: pytest.FixtureRequest) -> Client:
    """The class of a transport."""
    made: Client = request.param
    return made


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that is trusted."""
    made = Authority()
    monkeypatch.setattr(certifi, "contents", lambda: made.pem)
    return made
