"""The service in parts, each a process of its own, for a database and a broker that they share."""

from collections.abc import Sequence
from datetime import timedelta

import typer

from app.db import migrate as schema
from app.errors import Misconfigured
from app.main import create_app
from app.process import process as processes
from app.process.process import Process
from app.process.rekey import rekey as renew_secrets
from app.settings import Settings
from app.simulator.app import create_simulator
from app.simulator.moods.words import parse_moods
from app.start.files import allow_many
from app.start.prepare import (
    ensure_account,
    ensure_caller,
    require_account,
    require_database,
)
from app.start.serve import make_server, serve
from app.start.signals import on_stop
from app.start.sockets import ELSEWHERE, listen, url_of
from app.waiting.waiting import Waiting
from app.worker import make_beat, make_celery, make_worker, stop_worker

GRACE = 16.0  # seconds, a little more than a post may take; compose waits for 30


def migrate(settings: Settings) -> None:
    """Bring the database to this release's schema."""
    process = Process(settings)
    schema.migrate(process.database)
    process.close()
    typer.echo("The database is up to date.")


def rekey(settings: Settings) -> None:
    """Put every stored secret under the newest secret key."""
    process = Process(settings)
    schema.require_current(process.database)
    typer.echo(f"{renew_secrets(process)} secrets are under LEMONWATCH_SECRET_KEY now.")
    process.close()


def api(settings: Settings) -> None:
    """Serve the API until a signal."""
    process = _prepare(settings, "api")
    admin_key = ensure_caller(process)
    bound = listen(settings.host, settings.port, advice=ELSEWHERE)
    where = url_of(bound)
    if admin_key:
        typer.echo(f"Admin key, shown this once:\n  {admin_key}")
    greeting = f"The API is up: {where}  (reference: {where}/docs)"
    server = make_server(
        create_app(process),
        started=lambda: typer.echo(greeting),
        stopping=process.get(Waiting).stop,
    )
    serve(server, bound)
    process.close()


def worker(settings: Settings) -> None:
    """Run a worker until a signal."""
    process = _prepare(settings, "worker")
    require_account(process)
    running = make_worker(make_celery(process.settings))
    on_stop(stop_worker)
    try:
        running.start()
    finally:
        # What is asked and posted already is heard out and recorded, and not done again by another.
        process.close(grace=GRACE)
    if running.exitcode:
        raise Misconfigured("The worker ended by itself; the log says why.")


def beat(settings: Settings) -> None:
    """Ring the workers until a signal."""
    process = _prepare(settings, "beat")
    running = make_beat(make_celery(process.settings))
    on_stop(running.stop)
    running.start()
    process.close()


def simulator(
    *, port: int, key: str | None, seed: int, latency: float, moods: Sequence[str] = ()
) -> None:
    """Serve a LemonData to try against, in these moods, until a signal."""
    try:
        start = parse_moods(moods)
    except ValueError as error:
        raise Misconfigured(f"--mood: {error}") from None
    bound = listen("127.0.0.1", port, advice="Choose another with --port.")
    app = create_simulator(api_key=key, seed=seed, latency=timedelta(seconds=latency), moods=start)
    typer.echo(f"The simulator is up: {url_of(bound)}  (any model of: sim-quick, flux-pro, …)")
    serve(make_server(app, dated=True), bound)


def _prepare(settings: Settings, part: str) -> Process:
    if settings.is_embedded:
        raise Misconfigured(
            f"`lemonwatch {part}` alone needs a broker that other processes share: messages on "
            "memory:// never leave their process. Set LEMONWATCH_BROKER_URL, such as "
            "redis://127.0.0.1:6379/0, or run everything in one with `lemonwatch up`."
        )
    allow_many()
    process = Process(settings)
    processes.use(process)
    require_database(process)
    ensure_account(process)
    return process
