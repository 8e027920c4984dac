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

keys = typer.Typer(
    help="Look after the API keys.", invoke_without_command=True, add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@keys.callback()
def main(context: typer.Context) -> None:
    """List the keys, where no command is given."""
    if context.invoked_subcommand is None:
        listing()


@keys.command("list")
def listing(*, as_json: AsJson = False) -> None:
    """List the keys, revoked ones too."""
    with at_database() as process, process.database.reading() as session:
        items = [KeyOut.of(key, client=client) for key, client in all_keys(session)]
    if as_json:
        typer.echo(KeyList(items=items).model_dump_json(indent=2))
        return
    for one in items:
        typer.echo(_line(one))


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
    typer.echo(_line(shown), err=True)
    typer.echo(key)


@keys.command("revoke")
def revoking(key_id: Annotated[str, typer.Argument(help="Its id, such as key_….")]) -> None:
    """Revoke a key: it is none any more, from the next request on."""
    with at_database() as process, process.database.writing() as session:
        revoke(session, key_id, now=utc_now())
    typer.echo(f"{key_id} is revoked")


def _line(key: KeyOut) -> str:
    ends = f"  expires {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else ""
    gone = f"  revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
    used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
    scopes = " ".join(key.scopes)
    return f"{key.id}  {key.prefix}…  {key.client}  {key.name}  {scopes}  used {used}{ends}{gone}"
