"""Where a client wants its webhooks."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Double, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id, Json, UtcDateTime, choice
from app.endpoints.state import EndpointState, Health


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
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failure: Mapped[str | None] = mapped_column(String(300))
    warned: Mapped[int] = mapped_column(server_default=text("0"))
    header_names: Mapped[list[str] | None] = mapped_column(Json)
    header_values: Mapped[str | None] = mapped_column(Text)  # Encrypted, all together.
    max_in_flight: Mapped[int] = mapped_column(server_default=text("20"))
    max_per_minute: Mapped[float | None] = mapped_column(Double)
    # What it was sent at that rate is paid for then: a bucket of tokens, as one instant.
    spent_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Kept for what was sent to it, and seen by nobody any more.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def health(self) -> Health:
        """How it is, as the value that deciding works on."""
        return Health(**{field.name: getattr(self, field.name) for field in fields(Health)})

    @health.setter
    def health(self, health: Health) -> None:
        for field in fields(Health):
            setattr(self, field.name, getattr(health, field.name))
