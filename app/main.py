"""The door to HTTP: mounts the rooms' routes and maps errors. Nothing else."""

from importlib.metadata import version

from fastapi import FastAPI

from app.accounts import routes as accounts
from app.clients import routes as clients
from app.deliveries import recovery_routes as recoveries
from app.deliveries import routes as deliveries
from app.endpoints import routes as endpoints
from app.endpoints.inband import FailingHeader
from app.feed import routes as feed
from app.figures import routes as figures
from app.health import routes as health
from app.history import routes as history
from app.keys import routes as keys
from app.metrics import routes as metrics
from app.process.process import Process
from app.register import routes as register
from app.verify import routes as verify
from app.web import problems
from app.web.limit import BodyLimit
from app.web.openapi import DocumentedApi
from app.web.reference import route as reference


def create_app(process: Process) -> FastAPI:
    """Build the API over what `process` holds."""
    app = DocumentedApi(
        title="Lemonwatch",
        summary="Watch image tasks that run at LemonData, and tell their owners when they end.",
        version=version("lemonwatch"),
        contact={"name": "Whoever runs this Lemonwatch"},
        servers=[{"url": "/", "description": "Where this document came from"}],
        docs_url=None,  # FastAPI's own pages fetch scripts from elsewhere; ours is below.
        redoc_url=None,
        redirect_slashes=False,  # An empty id in a path must not turn into the list of all.
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.process = process
    app.add_middleware(BodyLimit)
    app.add_middleware(FailingHeader)
    for room in (
        register,
        history,
        figures,
        feed,
        verify,
        deliveries,
        recoveries,
        endpoints,
        clients,
        accounts,
        keys,
    ):
        # Not by a router of their own, which FastAPI would look through anew at each request.
        app.include_router(room.router, prefix="/v1", responses=problems.ANYWHERE)
    app.include_router(health.router)
    app.include_router(metrics.router)
    reference.install(app)
    problems.install(app)
    return app
