"""An API key as it is asked for, and as it is shown."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictStr

from app.clients.models import ApiKey
from app.clients.scopes import Scope

ClientName = Annotated[
    StrictStr, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", examples=["studio"])
]


class NewKey(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        StrictStr,
        Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$", examples=["render farm"]),
    ]
    client: Annotated[
        ClientName, Field(description="Whom it acts for; the client is made if it is new")
    ]
    # One that is named twice is one: a set in Python, and in JSON a list.
    scopes: Annotated[set[Scope], Field(min_length=1, json_schema_extra={"uniqueItems": False})]
    expires_at: AwareDatetime | None = None


class KeyOut(BaseModel):
    """A key, of which no more than the beginning is known any more."""

    id: str
    name: str
    client: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: Annotated[datetime | None, Field(description="To a minute")]
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey, *, client: str) -> Self:
        """Show `key`, which acts for the client of that name."""
        return cls(
            id=key.public_id, name=key.name, client=client, prefix=key.prefix,
            scopes=sorted(key.good_for), created_at=key.created_at, expires_at=key.expires_at,
            last_used_at=key.last_used_at, revoked_at=key.revoked_at,
        )  # fmt: skip


class CreatedKey(KeyOut):
    """A key that was made just now: the only time that it is shown."""

    key: str


class KeyList(BaseModel):
    """Every key, revoked ones too, in the order they were made."""

    items: list[KeyOut]
    next_cursor: str | None = None
