"""`lemonwatch keys …`: the operator's way to the API keys, straight to the database."""

from datetime import timedelta
from typing import Annotated

import typer

from app.clients.keys import DEFAULT_CLIENT, make_key
from app.clients.scopes import EVERY, Scope
from app.clock import utc_now
from app.keys.issue import all_keys, issue, revoke
from app.keys.schemas import CreatedKey, KeyList, KeyOut, NewKey
from app.process.command import at_database, said_plainly
from app.process.table import table

keys = typer.Typer(
    help="Look after the API keys.", invoke_without_command=True, add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

COLUMNS = ("id", "key", "client", "name", "scopes", "last used", "state")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@keys.callback()
def main(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the keys, where no command is given."""
    if context.invoked_subcommand is None:
        listing(as_json=as_json)


@keys.command("list")
def listing(*, as_json: AsJson = False) -> None:
    """List the keys, revoked ones too."""
    with at_database() as process, process.database.reading() as session:
        items = [KeyOut.of(key, client=client) for key, client in all_keys(session)]
    if as_json:
        typer.echo(KeyList(items=items).model_dump_json(indent=2))
        return
    _show(items)


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    *,
    client: Annotated[
        str, typer.Option(help="Whom it acts for; made if it is new.")
    ] = DEFAULT_CLIENT,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it is good for; for more, again. All but admin if none."),
    ] = None,
    expires_in_days: Annotated[
        float | None, typer.Option(help="When it ends; never if none.", min=0.001, max=36500)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and print it: the only time that it is shown."""
    now, key = utc_now(), make_key()
    ends = None if expires_in_days is None else now + timedelta(days=expires_in_days)
    with at_database() as process, said_plainly():
        new = NewKey(
            name=name, client=client, scopes=set(scope or EVERY - {Scope.ADMIN}), expires_at=ends
        )
        with process.database.writing() as session:
            row = issue(session, new, key, process.cipher, now=now)
            shown = KeyOut.of(row, client=client)
    if as_json:
        typer.echo(CreatedKey(**shown.model_dump(), key=key).model_dump_json(indent=2))
        return
    _show([shown], err=True)
    typer.echo(key)


@keys.command("revoke")
def revoking(key_id: Annotated[str, typer.Argument(help="Its id, such as key_….")]) -> None:
    """Revoke a key: it is none any more, from the next request on."""
    with at_database() as process, process.database.writing() as session:
        revoke(session, key_id, now=utc_now())
    typer.echo(f"{key_id} is revoked")


def _show(items: list[KeyOut], *, err: bool = False) -> None:
    for line in table(COLUMNS, map(_row, items)):
        typer.echo(line, err=err)


def _row(key: KeyOut) -> tuple[str, ...]:
    used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
    return (
        key.id, f"{key.prefix}…", key.client, key.name, " ".join(key.scopes), used, _state(key),
    )  # fmt: skip


def _state(key: KeyOut) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    return f"expires {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else "good"
