"""The command line: `lemonwatch …`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.console import commands as console
from app.errors import LemonwatchError
from app.process import logs
from app.retention import commands as retention
from app.schedule.policies import PolicyName
from app.settings import load_settings
from app.simulator.moods.words import describe
from app.start.failures import SURROUNDINGS, explain

cli = typer.Typer(
    help="Watch image tasks that run at LemonData, and tell their owners when they end.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


cli.command()(console.track)
cli.command()(console.tasks)
cli.command()(retention.prune)


@cli.command()
def up() -> None:
    """Run everything in one process: API, worker and beat; embedded unless told otherwise."""
    from app.start.up import up as run  # noqa: PLC0415 - a command loads what it needs, no more

    run(load_settings())


@cli.command()
def api() -> None:
    """Run the API alone."""
    from app.start.parts import api as run  # noqa: PLC0415

    run(load_settings())


@cli.command()
def worker() -> None:
    """Run a worker: it polls LemonData and delivers webhooks."""
    from app.start.parts import worker as run  # noqa: PLC0415

    run(load_settings())


@cli.command()
def beat() -> None:
    """Run the beat, which rings the workers; a second one does no harm."""
    from app.start.parts import beat as run  # noqa: PLC0415

    run(load_settings())


@cli.command()
def migrate() -> None:
    """Bring the database to this release's schema."""
    from app.start.parts import migrate as run  # noqa: PLC0415

    run(load_settings())


@cli.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def accounts(context: typer.Context) -> None:
    """Look after the LemonData accounts: list, add, change, disable, enable, test."""
    from app.accounts.commands import accounts as run  # noqa: PLC0415

    run(context.args, prog_name="lemonwatch accounts")


@cli.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def keys(context: typer.Context) -> None:
    """Look after the API keys: list, create, revoke."""
    from app.keys.commands import keys as run  # noqa: PLC0415

    run(context.args, prog_name="lemonwatch keys")


@cli.command()
def rekey() -> None:
    """Put every stored secret under LEMONWATCH_SECRET_KEY, from LEMONWATCH_SECRET_KEYS_BEFORE."""
    from app.start.parts import rekey as run  # noqa: PLC0415

    run(load_settings())


@cli.command()
def doctor() -> None:
    """Check settings, database, broker and progress; say what to do."""
    from app.health.doctor import examine  # noqa: PLC0415

    findings = examine(load_settings())
    for finding in findings:
        typer.echo(f"{finding.mark} {finding.what}: {finding.says}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@cli.command(epilog=f"Moods:\n\n\b\n{describe()}")
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


@cli.command()
def simulate(
    *,
    durations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Durations, with the columns model,seconds[,status]; oldest first.",
        ),
    ] = None,
    from_history: Annotated[
        bool,
        typer.Option(
            "--from-history", help="Take the durations of the latest tasks that were tracked."
        ),
    ] = False,
    arrivals_per_minute: Annotated[
        float, typer.Option(help="How many tasks begin in a minute.", min=0.001, max=1e6)
    ] = 60.0,
    rpm: Annotated[
        int | None,
        typer.Option(
            help="The budget, in requests a minute; LEMONDATA_RPM if none.", min=1, max=1_000_000
        ),
    ] = None,
    policy: Annotated[
        PolicyName | None, typer.Option(help="The policy; LEMONWATCH_POLICY if none.")
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option(
            help="The shortest interval between two polls, in seconds.", min=0.05, max=3600
        ),
    ] = None,
    cap: Annotated[
        float | None,
        typer.Option(
            help="The longest interval between two polls, in seconds; the policy learning may wait "
            "longer before the first.",
            min=0.05,
            max=86400,
        ),
    ] = None,
    interval: Annotated[
        float | None,
        typer.Option(
            help="The interval of the policy fixed; the floor if none.", min=0.05, max=3600
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The same seed lets tasks begin at the same times.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw a picture as well.")
    ] = None,
) -> None:
    """Say what the detection delay would be: the first half of the tasks teaches, the other is judged."""
    from app.replay import simulate as replay  # noqa: PLC0415

    asked = replay.Question(
        durations=durations, from_history=from_history, arrivals_per_minute=arrivals_per_minute,
        rpm=rpm, policy=policy, floor=floor, cap=cap, interval=interval, seed=seed,
    )  # fmt: skip
    replay.simulate(load_settings(), asked, as_json=as_json, picture=svg)


@cli.command()
def verify(
    *,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header", "-H", metavar="'NAME: VALUE'", help="A header that came; for more, again."
        ),
    ] = None,
    headers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="All of them: a line each, or a JSON object."),
    ] = None,
    body: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The body, byte for byte; standard input if none."),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where the secret is; LEMONWATCH_WEBHOOK_SECRET if none."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which part of a webhook is wrong: the headers, the clock, the secret or the body."""
    from app.verify.command import verify as run  # noqa: PLC0415

    is_verified = run(
        headers=header or [], headers_file=headers, body_file=body, secret_file=secret_file,
        as_json=as_json,
    )  # fmt: skip
    raise typer.Exit(0 if is_verified else 1)


@cli.command()
def demo() -> None:
    """Register a handful of simulated tasks with the running service, and follow them to the end."""
    from app.demo.demo import demo as run  # noqa: PLC0415

    raise typer.Exit(run(load_settings()))


def main() -> None:
    """Run a command; an error of ours is one line and exit code 2, not a traceback."""
    logs.configure()
    try:
        cli()
    except LemonwatchError as error:
        typer.echo(f"lemonwatch: {error.detail}", err=True)
        sys.exit(2)
    except SURROUNDINGS as error:
        typer.echo(f"lemonwatch: {explain(error)}", err=True)
        sys.exit(1)
