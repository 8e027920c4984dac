"""The command line: `lemonwatch …`; each command is stated in the room that does it."""

import sys

import typer

from app.console import commands as console
from app.demo import commands as demo
from app.errors import LemonwatchError
from app.exits import TABLE, ExitCode, exit_code
from app.health import commands as health
from app.process import logs
from app.replay import commands as replay
from app.retention import commands as retention
from app.start import commands as start
from app.start.failures import SURROUNDINGS, explain
from app.verify import commands as verify

cli = typer.Typer(
    help="Watch image tasks that run at LemonData, and tell their owners when they end.",
    epilog=TABLE,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# What a command of several words is given goes on to the room's own, which is loaded only then.
ONWARD = {"allow_extra_args": True, "ignore_unknown_options": True}
RUN, USE, CARE, TRY = "Run the service", "Use it", "Look after it", "Try it out"

cli.command(rich_help_panel=RUN)(start.up)
cli.command(rich_help_panel=RUN)(start.api)
cli.command(rich_help_panel=RUN)(start.worker)
cli.command(rich_help_panel=RUN)(start.beat)
cli.command(rich_help_panel=RUN)(start.migrate)
cli.command(rich_help_panel=USE, epilog=TABLE)(console.track)
cli.command(rich_help_panel=USE)(console.tasks)
cli.command(rich_help_panel=USE)(verify.verify)
cli.command(rich_help_panel=CARE)(health.doctor)


@cli.command(rich_help_panel=CARE, add_help_option=False, context_settings=ONWARD)
def accounts(context: typer.Context) -> None:
    """Look after the LemonData accounts: list, add, change, disable, enable, test."""
    from app.accounts.commands import accounts as run  # noqa: PLC0415 - as above

    run(context.args, prog_name="lemonwatch accounts")


@cli.command(rich_help_panel=CARE, add_help_option=False, context_settings=ONWARD)
def keys(context: typer.Context) -> None:
    """Look after the API keys: list, create, revoke."""
    from app.keys.commands import keys as run  # noqa: PLC0415 - as above

    run(context.args, prog_name="lemonwatch keys")


cli.command(rich_help_panel=CARE)(retention.prune)
cli.command(rich_help_panel=CARE)(start.rekey)
cli.command(rich_help_panel=TRY)(demo.demo)
cli.command(rich_help_panel=TRY, epilog=start.MOODS)(start.simulator)
cli.command(rich_help_panel=TRY)(replay.simulate)


def main() -> None:
    """Run a command; what stops it is one line and an exit code, not a traceback."""
    logs.configure()
    try:
        cli()
    except LemonwatchError as error:
        typer.echo(f"lemonwatch: {error.detail}", err=True)
        sys.exit(exit_code(error))
    except SURROUNDINGS as error:
        typer.echo(f"lemonwatch: {explain(error)}", err=True)
        sys.exit(ExitCode.NOT_GOOD)
