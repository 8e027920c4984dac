"""Whether a commit waits for the disk."""

from sqlalchemy.orm import Session


def flush_later(session: Session) -> None:
    """Have this transaction's commit return before it is on disk, where the database can.

    A database that crashes then loses the last half second of such commits, whole and the latest only,
    and whatever is committed later in the ordinary way takes them along to the disk. So it is for what
    is merely done again if it is lost.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET LOCAL synchronous_commit TO off")
