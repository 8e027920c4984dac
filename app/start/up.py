"""Everything in one process: API, worker and beat, and a simulator where there is no key."""

import socket
from ipaddress import ip_network

from pydantic import SecretStr

from app.accounts.environment import SIMULATOR_KEY
from app.db.migrate import migrate
from app.errors import Misconfigured
from app.main import create_app
from app.process import process as processes
from app.process.process import Process
from app.settings import Settings
from app.simulator.app import create_simulator
from app.start.banner import banner
from app.start.files import allow_many
from app.start.prepare import ensure_account, ensure_caller
from app.start.serve import make_server, serve, serve_beside
from app.start.sockets import ELSEWHERE, listen, listen_near, url_of
from app.start.ticking import Ticking
from app.waiting.waiting import Waiting
from app.worker import make_celery

GRACE = 1.0  # seconds; Ctrl-C is to end it within five
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def up(settings: Settings) -> None:
    """Run the whole service until a signal; raise Misconfigured when it could not run or go on."""
    allow_many()
    bound = listen(settings.host, settings.port, advice=ELSEWHERE)
    simulator_socket = simulator = None
    if settings.lemondata_api_key is None:
        simulator_socket = listen_near("127.0.0.1", bound.getsockname()[1] + 1)
        simulator = url_of(simulator_socket)
        settings = simulated(settings, simulator)
    process = Process(settings, simulator=simulator)
    processes.use(process)
    try:
        migrate(process.database)
        admin_key = ensure_caller(process)
        ensure_account(process)
        _run(process, bound, simulator_socket, admin_key=admin_key)
    finally:
        process.close(grace=GRACE)


def simulated(settings: Settings, url: str) -> Settings:
    """Return settings that ask the simulator at `url` in LemonData's place."""
    return settings.model_copy(
        update={
            "lemondata_base_url": url,
            "lemondata_api_key": SecretStr(SIMULATOR_KEY),
            "webhook_allow": settings.webhook_allow or LOOPBACK,
        }
    )


def _run(
    process: Process, bound: socket.socket, simulator_socket: socket.socket | None, *,
    admin_key: str | None,
) -> None:  # fmt: skip
    crashes: list[bool] = []

    def crash() -> None:
        crashes.append(True)
        api.should_exit = True

    def greet() -> None:
        print(text, flush=True)  # noqa: T201 - this is what the person who starts it reads

    text = banner(
        process.settings, api=url_of(bound), admin_key=admin_key, key=SIMULATOR_KEY,
        simulator=process.simulator,
    )  # fmt: skip
    api = make_server(create_app(process), started=greet, stopping=process.get(Waiting).stop)
    ticking = Ticking(make_celery(process.settings), crashed=crash)
    if simulator_socket:
        simulator = create_simulator(api_key=SIMULATOR_KEY, seed=0)
        serve_beside(make_server(simulator, dated=True), simulator_socket)
    ticking.start()
    try:
        serve(api, bound)
    finally:
        ticking.stop(timeout=1)
    if crashes:
        raise Misconfigured("The worker or beat ended by itself; the log says why.")
