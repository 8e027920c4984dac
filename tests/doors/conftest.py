"""The API behind a test client, called with the bootstrap key."""

from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.process.process import Process


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The API, made once: it keeps nothing but the process that it is given."""
    return create_app(cast(Process, None))


@pytest.fixture
def anyone(app: FastAPI, process: Process) -> Iterator[TestClient]:
    """A caller without a key. What crashes inside is answered, as it is in the service."""
    app.state.process = process
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def api(anyone: TestClient) -> TestClient:
    """A caller with the bootstrap key."""
    anyone.headers["Authorization"] = "Bearer lw_bootstrap"
    return anyone
