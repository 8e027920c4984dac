"""A LemonData account, as it comes in and as it is shown: never with its key."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from app.accounts.models import Account
from app.accounts.rate import allowed
from app.accounts.state import AccountState
from app.accounts.take import usage_of
from app.setting_types import HttpUrl, Key
from app.web.whole import WHOLE

Name = Annotated[StrictStr, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Rpm = Annotated[StrictInt, Field(ge=1, le=1_000_000), WHOLE]
ApiKey = Annotated[
    Key, Field(min_length=1, max_length=500, json_schema_extra={"pattern": "^[!-~]*$"})
]
BaseUrl = Annotated[
    HttpUrl,
    Field(max_length=500, json_schema_extra={"format": "uri", "pattern": "^https?://[^@?# ]+$"}),
]
DEFAULT_RPM = 1000
DEFAULT_BASE_URL = "https://api.lemondata.cc"

Standing = Literal["ok", "paused", "broken", "down", "disabled"]


class NewAccount(BaseModel):
    """An account to ask with."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    api_key: ApiKey
    base_url: BaseUrl = DEFAULT_BASE_URL
    rpm: Rpm = DEFAULT_RPM


class AccountChange(BaseModel):
    """What to change; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    api_key: ApiKey | None = None
    base_url: BaseUrl | None = None
    rpm: Rpm | None = None
    state: Literal["ok", "disabled"] | None = None


class AccountOut(BaseModel):
    """An account: `state` is where it stands now, `why` the reason for trouble."""

    name: str
    base_url: str
    has_key: bool
    rpm: int
    # What is allowed now, in requests a minute: less than `rpm` after 429s and outages.
    allowed_rpm: float
    used: int  # Requests in the last minute.
    state: Standing
    why: str | None
    since: datetime
    paused_until: datetime | None
    requests: int
    limits: int
    outages: int
    created_at: datetime

    @classmethod
    def of(cls, account: Account, *, now: datetime) -> Self:
        """Show `account`, without its key."""
        paused_until = account.paused_until if account.paused_until > now else None
        is_paused = paused_until is not None and account.state is AccountState.OK
        rate = allowed(account.health, account.rpm, now=now)
        return cls(
            name=account.name, base_url=account.base_url, has_key=account.key is not None,
            rpm=account.rpm, allowed_rpm=round(rate, 1), used=usage_of(account).lately(now),
            state="paused" if is_paused else account.state.value, why=account.why,
            since=account.since, paused_until=paused_until, requests=account.requests,
            limits=account.limits, outages=account.outages, created_at=account.created_at,
        )  # fmt: skip


class AccountList(BaseModel):
    """Every account, in the order they were made."""

    items: list[AccountOut]
    next_cursor: str | None = None


class AccountTest(BaseModel):
    """What LemonData answered a worker that asked with this account just now."""

    ok: bool
    says: str
    account: AccountOut
