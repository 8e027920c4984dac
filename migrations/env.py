"""How Alembic reaches the database: through the engine it was handed, or the settings' own."""

from alembic import context
from sqlalchemy import Connection, text

from app.clients import models as clients
from app.db.base import Base
from app.db.session import Database
from app.endpoints import models as endpoints
from app.outbox import models as outbox
from app.process.process import Process
from app.settings import load_settings
from app.tasks import models as tasks

# The tables are known once the modules that hold them have been imported.
TABLES = (clients, endpoints, outbox, tasks)
# Any number will do, as long as it is this project's own.
ADVISORY_LOCK = 5_061_736_472


def run(database: Database) -> None:
    """Migrate in one transaction: all of it or nothing."""
    with database.engine.begin() as connection:
        _wait_for_others(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        context.run_migrations()


def _wait_for_others(connection: Connection) -> None:
    # SQLite has begun IMMEDIATE and so waits already.
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        # Rather fail than make every other query queue behind a lock that does not come.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))


given = context.config.attributes.get("database")
run(given if isinstance(given, Database) else Process(load_settings()).database)
