"""Every knob, read once from the environment and a `.env` file."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import Misconfigured
from app.setting_types import (
    BrokerUrl,
    Commas,
    DatabaseUrl,
    Days,
    HttpUrl,
    Key,
    OwnKey,
    Port,
    ProxyUrl,
    Seconds,
    SecretKey,
)

EMBEDDED_BROKER = "memory://localhost/"


class Settings(BaseSettings):
    """The settings table of the README, typed."""

    model_config = SettingsConfigDict(
        env_prefix="LEMONWATCH_", env_file=".env", env_ignore_empty=True, extra="ignore",
        frozen=True, validate_default=False, populate_by_name=True,
    )  # fmt: skip

    lemondata_api_key: Key | None = Field(None, alias="LEMONDATA_API_KEY")
    lemondata_base_url: HttpUrl = Field("https://api.lemondata.cc", alias="LEMONDATA_BASE_URL")
    lemondata_rpm: int = Field(1000, alias="LEMONDATA_RPM", ge=1, le=1_000_000)
    lemondata_proxy: ProxyUrl | None = Field(None, alias="LEMONDATA_PROXY")

    database_url: DatabaseUrl | None = None
    broker_url: BrokerUrl = SecretStr(EMBEDDED_BROKER)
    broker_prefix: str = ""  # Before every key, on a Redis that others use too.
    home: Path = Path(".lemonwatch")
    api_key: OwnKey | None = None
    secret_key: SecretKey | None = None
    # What secrets were stored under before; they are read, and nothing is written with them.
    secret_keys_before: Annotated[tuple[SecretKey, ...], NoDecode, Commas] = ()

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    api_rpm: int = Field(6000, ge=1, le=10_000_000)

    webhook_allow: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, Commas] = ()
    webhook_ports: Annotated[frozenset[Port], NoDecode, Commas] = frozenset({443})

    policy: Literal["learning", "backoff", "fixed"] = "learning"
    poll_floor: Seconds = timedelta(seconds=3)
    poll_cap: Seconds = timedelta(seconds=30)
    poll_in_flight: int = Field(512, ge=1, le=10_000)
    poll_cadence: Seconds = timedelta(seconds=0.1)
    deliver_in_flight: int = Field(256, ge=1, le=10_000)
    deadline: Seconds | None = None  # By kind, unless it is set.
    retention: Days | None = None  # Of what has ended: for ever, unless it is set.

    @property
    def is_embedded(self) -> bool:
        """Whether Celery's messages stay within one process."""
        return self.broker_url.get_secret_value().startswith("memory:")

    @property
    def database_url_text(self) -> str:
        """The database's URL, once `home.resolve` has seen to it."""
        return _known(self.database_url, "LEMONWATCH_DATABASE_URL")

    @property
    def secret_key_text(self) -> str:
        """The secret key, once `home.resolve` has seen to it."""
        return _known(self.secret_key, "LEMONWATCH_SECRET_KEY")

    @model_validator(mode="after")
    def _floor_is_below_cap(self) -> Self:
        if {"poll_floor", "poll_cap"} <= self.model_fields_set and self.poll_floor > self.poll_cap:
            raise ValueError("LEMONWATCH_POLL_FLOOR must not be above LEMONWATCH_POLL_CAP")
        return self

    @property
    def intervals(self) -> tuple[timedelta, timedelta]:
        """The shortest and the longest; where one alone was chosen, the other's default gives way."""
        if "poll_cap" in self.model_fields_set:
            return min(self.poll_floor, self.poll_cap), self.poll_cap
        return self.poll_floor, max(self.poll_floor, self.poll_cap)


def load_settings() -> Settings:
    """Read the settings; raise Misconfigured with a line for each that cannot be used."""
    try:
        return Settings()
    except ValidationError as invalid:
        lines = [f"{_variable(e['loc'])}: {e['msg']}" for e in invalid.errors(include_input=False)]
        raise Misconfigured("These settings cannot be used:\n  " + "\n  ".join(lines)) from None


def _known(secret: SecretStr | None, variable: str) -> str:
    if secret is None:
        raise Misconfigured(f"{variable} is not set")
    return secret.get_secret_value()


def _variable(loc: tuple[int | str, ...]) -> str:
    if not loc:
        return "together"
    name = str(loc[0])
    return name if name.isupper() else f"LEMONWATCH_{name.upper()}"
