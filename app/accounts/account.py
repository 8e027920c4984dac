"""A LemonData account: where it is and the key that opens it."""

from dataclasses import dataclass

from pydantic import SecretStr

from app.errors import Misconfigured
from app.settings import Settings

DEFAULT = "default"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One account at LemonData."""

    name: str
    base_url: str
    key: SecretStr


def default_account(settings: Settings) -> Account:
    """Return the account named `default`, which the environment describes."""
    if settings.lemondata_api_key is None:
        raise Misconfigured(
            "LEMONDATA_API_KEY is not set. Set it, or start `lemonwatch up`, which brings a "
            "simulator of LemonData when there is no key."
        )
    return Account(
        name=DEFAULT, base_url=settings.lemondata_base_url, key=settings.lemondata_api_key
    )
