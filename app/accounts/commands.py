"""`lemonwatch accounts …`: the operator's way to the LemonData accounts, straight to the database."""

import sys
from typing import Annotated

import typer
from pydantic import SecretStr

from app.accounts.accounts import add_account, all_accounts, change_account, find_account
from app.accounts.schemas import AccountChange, AccountList, AccountOut, NewAccount
from app.accounts.trial import try_out
from app.clock import utc_now
from app.exits import ExitCode
from app.process.command import at_database, said_plainly, text
from app.process.table import table

accounts = typer.Typer(
    help="Look after the LemonData accounts.", invoke_without_command=True, add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

STOPPED = 130  # by Ctrl-C, as shells say it
COLUMNS = ("account", "state", "until", "used", "allowed", "rpm", "why", "place")
Name = Annotated[str, typer.Argument(help="What tasks call the account.", callback=text)]
BaseUrl = Annotated[str | None, typer.Option(help="Where its LemonData is.")]
Rpm = Annotated[int | None, typer.Option(help="Its budget, in requests a minute.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NewKey = Annotated[bool, typer.Option("--key", help="Give it a new key, read from standard input.")]


@accounts.callback()
def main(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the accounts, where no command is given."""
    if context.invoked_subcommand is None:
        listing(as_json=as_json)


@accounts.command("list")
def listing(*, as_json: AsJson = False) -> None:
    """List the accounts."""
    with at_database() as process, process.database.reading() as session:
        items = [AccountOut.of(account, now=utc_now()) for account in all_accounts(session)]
    if as_json:
        typer.echo(AccountList(items=items).model_dump_json(indent=2))
        return
    _show(items)


@accounts.command()
def add(name: Name, base_url: BaseUrl = None, rpm: Rpm = None) -> None:
    """Add an account; its key is read from standard input, or asked for."""
    given = {"name": name, "base_url": base_url, "rpm": rpm, "api_key": _read_key()}
    with at_database() as process, said_plainly():
        new = NewAccount.model_validate({k: v for k, v in given.items() if v is not None})
        with process.database.writing() as session:
            account = add_account(session, new, process.cipher, now=utc_now())
            shown = AccountOut.of(account, now=utc_now())
        _show([shown])


@accounts.command()
def change(name: Name, base_url: BaseUrl = None, rpm: Rpm = None, key: NewKey = False) -> None:
    """Change an account's place, budget or key."""
    _change(name, {"base_url": base_url, "rpm": rpm, "api_key": _read_key() if key else None})


@accounts.command()
def disable(name: Name) -> None:
    """Ask with this account no more; its tasks wait."""
    _change(name, {"state": "disabled"})


@accounts.command()
def enable(name: Name) -> None:
    """Ask with this account again."""
    _change(name, {"state": "ok"})


@accounts.command()
def test(name: Name) -> None:
    """Have a worker ask LemonData with this account, and say what came of it."""
    with at_database() as process:
        tried = try_out(process.database, name)
    typer.echo(f"{name}: {tried.says}")
    raise typer.Exit(ExitCode.GOOD if tried.ok else ExitCode.NOT_GOOD)


def _change(name: str, given: dict[str, object]) -> None:
    with at_database() as process, said_plainly():
        wanted = AccountChange.model_validate(given)
        with process.database.writing() as session:
            account = find_account(session, name, held=True)
            change_account(account, wanted, process.cipher, now=utc_now())
            shown = AccountOut.of(account, now=utc_now())
        _show([shown])


def _read_key() -> SecretStr:
    # Never an argument: those are seen by everyone on the machine, and kept in the shell's history.
    if sys.stdin.isatty():
        try:
            return SecretStr(typer.prompt("API key", hide_input=True))
        except typer.Abort:
            raise typer.Exit(STOPPED) from None
    return SecretStr(sys.stdin.readline().strip())


def _show(items: list[AccountOut]) -> None:
    """Show where accounts stand: of the last minute, requests used and those allowed."""
    for line in table(COLUMNS, map(_row, items)):
        typer.echo(line)


def _row(account: AccountOut) -> tuple[str, ...]:
    until = f"{account.paused_until:%H:%M:%S}" if account.paused_until else "-"
    return (
        account.name, account.state, until, str(account.used), f"{account.allowed_rpm:g}",
        str(account.rpm), account.why or "-", account.base_url,
    )  # fmt: skip
