"""The table of LemonData accounts: the key, the budget, and what answers have shown of each."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Float, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.state import AccountState, Health
from app.db.base import Base, Id, Json, UtcDateTime, choice


class Account(Base):
    """One account at LemonData. It is never deleted, since tasks go by its name; it can be disabled."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    base_url: Mapped[str] = mapped_column(String(500))
    key: Mapped[str | None] = mapped_column(String(1000))  # Encrypted.
    rpm: Mapped[int]
    # Rises with each change of key, place or state: answers asked for before say nothing of it.
    epoch: Mapped[int]
    # A digest of what the environment said when it was last taken over; None for all but `default`.
    environment: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # The budget: see `budget` and `usage`.
    spent_until: Mapped[datetime] = mapped_column(UtcDateTime)
    minute_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used: Mapped[int]
    used_before: Mapped[int]

    # The health, field by field: see `Health`.
    state: Mapped[AccountState] = mapped_column(choice(AccountState))
    why: Mapped[str | None] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int]
    denials: Mapped[int]
    worked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    canary_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard: Mapped[str | None] = mapped_column(String(200))
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime] = mapped_column(UtcDateTime)
    limited_until: Mapped[datetime] = mapped_column(UtcDateTime)
    peak: Mapped[float] = mapped_column(Float)
    peak_at: Mapped[datetime] = mapped_column(UtcDateTime)
    learnt: Mapped[float | None] = mapped_column(Float)
    learnt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ceiling: Mapped[int | None]
    ramp_from: Mapped[datetime] = mapped_column(UtcDateTime)

    # What a poll costs, by client, where there are more to be wanted than may be had: see `prices`.
    prices: Mapped[dict[str, float]] = mapped_column(Json, server_default=text("'{}'"))
    is_short: Mapped[bool] = mapped_column(server_default=false())
    priced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Counters, since the account was made.
    requests: Mapped[int]
    limits: Mapped[int]  # 429s.
    outages: Mapped[int]

    @property
    def health(self) -> Health:
        """What this row knows, as the value that deciding works on."""
        return Health(**{field.name: getattr(self, field.name) for field in fields(Health)})

    @health.setter
    def health(self, health: Health) -> None:
        for field in fields(Health):
            setattr(self, field.name, getattr(health, field.name))
