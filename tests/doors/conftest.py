"""The API behind a test client, called with the bootstrap key."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.process.process import Process


@pytest.fixture
def anyone(process: Process) -> Iterator[TestClient]:
    """A caller without a key. What crashes inside is answered, as it is in the service."""
    with TestClient(create_app(process), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def api(anyone: TestClient) -> TestClient:
    """A caller with the bootstrap key."""
    anyone.headers["Authorization"] = "Bearer lw_bootstrap"
    return anyone
