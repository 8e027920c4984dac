"""The tables of what is counted: a queue of what is to be added, and the sums."""

from datetime import datetime

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id, Json, UtcDateTime, choice
from app.statistics.grains import Grain
from app.statistics.series import Series, Subject


class Increment(Base):
    """What is to be added to a client's sums; it is here until that is done.

    To add it at once would make all who record for one client wait for one row. It refers to nothing:
    what was counted stays counted when the task is gone.
    """

    __tablename__ = "rollup_increment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    account: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(String(200))
    sums: Mapped[dict[str, int]] = mapped_column(Json)


class Rollup(Base):
    """The sums of one series of a client's, in one stretch of time."""

    __tablename__ = "rollup"
    __table_args__ = (
        UniqueConstraint(
            "client_id", "grain", "starts_at", "subject", "account", "kind", "model",
            name="uq_rollup_key",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger)  # 0 for all of them together.
    grain: Mapped[Grain] = mapped_column(choice(Grain))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    account: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(String(200))
    sums: Mapped[dict[str, int]] = mapped_column(Json)

    @property
    def key(self) -> "tuple[int, Grain, datetime, Series]":
        """What the sums are of, as a value."""
        series = Series(self.subject, self.account, self.kind, self.model)
        return self.client_id, self.grain, self.starts_at, series
