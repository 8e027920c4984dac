"""The commands that run the service, in one process or in parts, as they are typed."""

from typing import Annotated

import typer

from app.settings import load_settings
from app.simulator.moods.words import describe

MOODS = f"Moods:\n\n\b\n{describe()}"


def up() -> None:
    """Run everything in one process: API, worker and beat; embedded unless told otherwise."""
    from app.start.up import up as run  # noqa: PLC0415 - a command loads what it needs, no more

    run(load_settings())


def api() -> None:
    """Run the API alone."""
    from app.start.parts import api as run  # noqa: PLC0415

    run(load_settings())


def worker() -> None:
    """Run a worker: it polls LemonData and delivers webhooks."""
    from app.start.parts import worker as run  # noqa: PLC0415

    run(load_settings())


def beat() -> None:
    """Run the beat, which rings the workers; a second one does no harm."""
    from app.start.parts import beat as run  # noqa: PLC0415

    run(load_settings())


def migrate() -> None:
    """Bring the database to this release's schema."""
    from app.start.parts import migrate as run  # noqa: PLC0415

    run(load_settings())


def rekey() -> None:
    """Put every stored secret under LEMONWATCH_SECRET_KEY, from LEMONWATCH_SECRET_KEYS_BEFORE."""
    from app.start.parts import rekey as run  # noqa: PLC0415

    run(load_settings())


def simulator(
    port: Annotated[
        int, typer.Option(help="Where to listen, on 127.0.0.1.", min=0, max=65535)
    ] = 8001,
    key: Annotated[
        str | None, typer.Option(help="The one key to accept; any sk-… if none.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same durations.")] = 0,
    latency: Annotated[float, typer.Option(help="Seconds that each answer takes.", min=0)] = 0.0,
    mood: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="A mood to start in, of those below; for more, again."
        ),
    ] = None,
) -> None:
    """Run a LemonData to try against, whose /moods can be changed and whose /report can be read."""
    from app.start.parts import simulator as run  # noqa: PLC0415

    run(port=port, key=key, seed=seed, latency=latency, moods=mood or [])
