"""Puts every stored secret under the newest `LEMONWATCH_SECRET_KEY`."""

from sqlalchemy import MetaData, Table, select, update

from app.process.process import Process

# Where secrets rest. The rooms that hold them lie above this one, so they are known by name.
SECRETS = (
    ("account", "key"),
    ("client", "webhook_secret"),
    ("endpoint", "secret"),
    ("endpoint", "secret_before"),
    ("endpoint", "header_values"),
    ("task", "webhook_secret"),
)
BATCH = 500


def rekey(process: Process) -> int:
    """Encrypt anew whatever is stored, in small transactions; return how many secrets there were."""
    return sum(_rekey(process, table, column) for table, column in SECRETS)


def _rekey(process: Process, name: str, column: str) -> int:
    table = Table(name, MetaData(), autoload_with=process.database.engine)
    secret, count, last = table.c[column], 0, 0
    while True:
        rows = select(table.c.id, secret).where(table.c.id > last, secret.is_not(None))
        with process.database.writing() as session:
            found = session.execute(rows.order_by(table.c.id).limit(BATCH).with_for_update()).all()
            for row_id, stored in found:
                renewed = {column: process.cipher.renew(stored)}
                session.execute(update(table).where(table.c.id == row_id).values(renewed))
        if not found:
            return count
        count, last = count + len(found), found[-1][0]
