"""What is to be told: events, the deliveries that each one owes, and every attempt at one."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    false,
    literal,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id, Json, UtcDateTime, choice
from app.outbox.states import DeliveryState, RecoveryState

# Leased some day, in the very words of its index: both databases find it by these alone.
IS_ALOFT = text("leased_until > '1970-01-02'")


IS_APART = text("task_id IS NULL")
IS_ASKED = text("back_to IS NOT NULL")
IS_OPEN = text("state IN ('due', 'held')")


class Stream(Base):
    """A count without gaps: of a client's events, or of what an endpoint is sent; see `stream`."""

    __tablename__ = "stream"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
    # Of a client's events the last that was pruned, with its id: what comes after it is there whole.
    pruned: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    pruned_id: Mapped[str | None] = mapped_column(String(40))


class Event(Base):
    """Something that happened, in the very bytes that are sent and signed."""

    __tablename__ = "event"
    __table_args__ = (
        # A version of a task is announced once, whoever comes to record it.
        UniqueConstraint("task_id", "version"),
        UniqueConstraint("client_id", "sequence"),
        # Those that concern no task, which are found by no task's age.
        Index(
            "ix_event_apart",
            "created_at",
            "id",
            sqlite_where=IS_APART,
            postgresql_where=IS_APART,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)  # Of the client's events.
    # An event that concerns no task has neither.
    task_id: Mapped[int | None] = mapped_column(Id, ForeignKey("task.id"))
    version: Mapped[int | None]
    type: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One event owed to one place: an endpoint, or where there is none, the task's own URL."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        # Each place's own, those that were tried least first: a place that has much costs no other.
        Index(
            "ix_delivery_turn",
            "place_id",
            "attempts",
            "due_at",
            "id",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_delivery_aloft",
            "place_id",
            sqlite_where=IS_ALOFT,
            postgresql_where=IS_ALOFT,
        ),
        Index("ix_delivery_endpoint_id", "endpoint_id", "id"),
        # What somebody asked to be sent once more.
        Index(
            "ix_delivery_asked",
            "due_at",
            sqlite_where=IS_ASKED,
            postgresql_where=IS_ASKED,
        ),
        # What an endpoint is still to be sent, by its number.
        Index(
            "ix_delivery_open",
            "endpoint_id",
            "sequence",
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        Index(
            "ix_delivery_held",
            "endpoint_id",
            "id",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    event_id: Mapped[int] = mapped_column(Id, ForeignKey("event.id"))
    endpoint_id: Mapped[int | None] = mapped_column(Id, ForeignKey("endpoint.id"))
    # With whom it shares room: an endpoint's id, or what stands for the host of tasks' own URLs.
    place_id: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int | None] = mapped_column(BigInteger)  # Of what goes to its endpoint.
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[int]
    attempts: Mapped[int]  # Of the schedule; what was sent beside it does not count.
    # Where it goes back to if what somebody asked to be sent once more fails.
    back_to: Mapped[DeliveryState | None] = mapped_column(choice(DeliveryState, check=False))
    back_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def stands(state: DeliveryState, one: type[Delivery] = Delivery) -> ColumnElement[bool]:
    """Tell whether a delivery stands so, written out: PostgreSQL finds an index of a state by that alone."""
    return one.state == literal(state, Delivery.state.type, literal_execute=True)


def is_open(one: type[Delivery] = Delivery) -> ColumnElement[bool]:
    """Tell whether it is still to be sent, in the words of the index of those."""
    states = bindparam("open", [DeliveryState.DUE, DeliveryState.HELD], Delivery.state.type,
                       expanding=True, literal_execute=True)  # fmt: skip
    return one.state.in_(states)


class Attempt(Base):
    """One POST, and what came of it."""

    __tablename__ = "attempt"
    # A claim makes one attempt: written again, it is the same one.
    __table_args__ = (UniqueConstraint("delivery_id", "token"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(Id, ForeignKey("delivery.id"))
    token: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int]
    status_code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(300))
    response: Mapped[str | None] = mapped_column(Text)
    is_truncated: Mapped[bool] = mapped_column(server_default=false())
    is_resend: Mapped[bool] = mapped_column(server_default=false())


class Recovery(Base):
    """Deliveries to an endpoint that are sent again, by time and state: how far that has come."""

    __tablename__ = "recovery"
    __table_args__ = (
        Index(
            "ix_recovery_running",
            "endpoint_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    endpoint_id: Mapped[int] = mapped_column(Id, ForeignKey("endpoint.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    states: Mapped[list[str]] = mapped_column(Json)
    types: Mapped[list[str] | None] = mapped_column(Json)  # All, if there are none.
    state: Mapped[RecoveryState] = mapped_column(choice(RecoveryState))
    total: Mapped[int]  # When it was asked for.
    done: Mapped[int]
    last_id: Mapped[int] = mapped_column(BigInteger)  # Of the last delivery that was made due.
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
