"""What every table shares: the names of its constraints, and how a column holds time, JSON or a choice."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """The registry of tables."""

    # SQLite can only alter a constraint that has a name, so each has one from its first day.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware and in UTC on both sides of SQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; they would mean another instant on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Add the zone that SQLite drops; convert what PostgreSQL gives in the session's zone."""
        return None if value is None else as_utc(value)


def as_utc(value: datetime) -> datetime:
    """Return an instant as a driver gives it, in UTC: from SQLite it comes without a zone."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts rows by itself only in a column that is called INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")


def choice(values: type[StrEnum], *, check: bool = True) -> Enum:
    """Return the type of a column that holds one of `values`, with a CHECK that says so, if wanted."""
    return Enum(
        values,
        name=values.__name__.lower(),
        native_enum=False,
        create_constraint=check,
        length=20,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )
