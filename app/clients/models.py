"""Who may call us: clients, and the keys they call with."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.clients.scopes import Scope, good_for
from app.db.base import Base, Id, Json, UtcDateTime


class Client(Base):
    """A team that tracks tasks; it sees its own and no others."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    # Signs the webhooks of tasks that brought a URL and no secret; encrypted.
    webhook_secret: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Base):
    """A key to the API, stored as its hash."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    # None of the bootstrap key, which is good for everything and has no rate.
    scopes: Mapped[list[str] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # How much of the hash its id shows: enough to tell keys apart, and nothing of the key.
    SHOWN: ClassVar = 16

    @property
    def public_id(self) -> str:
        """What the API calls it."""
        return f"key_{self.digest[: self.SHOWN]}"

    @property
    def good_for(self) -> frozenset[Scope]:
        """What it may be used for."""
        return good_for(self.scopes)
