"""Brings the schema to what this release expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.db.session import Database
from app.errors import Misconfigured

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def config(database: Database) -> Config:
    """Return Alembic's configuration for `database`."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["database"] = database
    return settings


def migrate(database: Database) -> None:
    """Apply the migrations that are missing; two that do so at once wait for each other."""
    command.upgrade(config(database), "head")


def require_current(database: Database) -> None:
    """Raise Misconfigured unless every migration has been applied."""
    if not is_current(database):
        raise Misconfigured("The database is not up to date: run `lemonwatch migrate` first.")


def is_current(database: Database) -> bool:
    """Tell whether every migration has been applied."""
    head = ScriptDirectory.from_config(config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
