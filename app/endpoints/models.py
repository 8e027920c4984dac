"""Where a client wants its webhooks."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id, Json, UtcDateTime, choice


class EndpointState(StrEnum):
    """Whether an endpoint is sent to."""

    ENABLED = "enabled"
    FAILING = "failing"
    DISABLED = "disabled"


class Endpoint(Base):
    """A URL of a client's, with the events it wants and the secret that signs them."""

    __tablename__ = "endpoint"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str | None] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(Json)
    # Encrypted, both; the one before signs too, until then.
    secret: Mapped[str] = mapped_column(String(500))
    secret_before: Mapped[str | None] = mapped_column(String(500))
    secret_before_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[EndpointState] = mapped_column(choice(EndpointState))
    disabled_reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Kept for what was sent to it, and seen by nobody any more.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
