"""The tables of what has been learnt of how long tasks take: a queue of what was seen, and its sums."""

from datetime import datetime

from sqlalchemy import Float, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.curves.arrays import packed, unpacked
from app.db.base import Base, Id, Json, UtcDateTime
from app.schedule.doubt import Doubt
from app.schedule.surprise import Surprise
from app.schedule.tally import Tally

# The model of the row that stands for all of a kind. Not NULL, which a unique key would let in twice.
ALL = ""


class Observation(Base):
    """What was seen of one ended task, ages in seconds; it is here until the learner takes it away."""

    __tablename__ = "observation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(200))
    after: Mapped[float] = mapped_column(Float)
    by: Mapped[float | None] = mapped_column(Float)  # None where its end was not seen.
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CurveRow(Base):
    """The sums of one model of a kind, or of all of them."""

    __tablename__ = "curve"
    __table_args__ = (UniqueConstraint("kind", "model"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(String(200))
    # By bin of `schedule.ages`, cut after the last that is not 0.
    ended: Mapped[list[float]] = mapped_column(Json)
    exposed: Mapped[list[float]] = mapped_column(Json)
    weight: Mapped[float] = mapped_column(Float)  # Ends, faded since they were seen.
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # Until when they have faded.
    # Rises when what is known has become news; readers load a row when its version has changed.
    version: Mapped[int]
    version_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken: Mapped[float] = mapped_column(Float)  # Ends since that version.
    # How far the latest ends lay from what was expected, and how many they are: see `Surprise`.
    off: Mapped[float] = mapped_column(Float)
    latest: Mapped[float] = mapped_column(Float)
    # How much speaks for tasks having become faster: see `Doubt`.
    doubt: Mapped[float] = mapped_column(Float, server_default="0")

    @property
    def tally(self) -> Tally:
        """The sums, as the value that estimating works on."""
        surprise = Surprise(off=self.off, ends=self.latest)
        doubt = Doubt(self.doubt)
        return Tally(unpacked(self.ended), unpacked(self.exposed), surprise, doubt)

    @tally.setter
    def tally(self, tally: Tally) -> None:
        self.ended, self.exposed = packed(tally.ended), packed(tally.exposed)
        self.weight = tally.weight
        self.off, self.latest = tally.surprise.off, tally.surprise.ends
        self.doubt = tally.doubt.score
