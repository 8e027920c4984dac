"""The running service, as the command line talks to it: over HTTP like anyone else."""

from typing import Any, Self

import httpx

from app.errors import LemonwatchError, Misconfigured
from app.settings import Settings

JSON = dict[str, Any]
PATIENCE = 75.0  # seconds for one answer; it may wait for a minute


class Service:
    """The API at a place, with a key."""

    def __init__(self, url: str, key: str) -> None:
        """Call the API at `url` with `key`."""
        self.url = url
        self._client = client(url, key)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Find the service that these settings describe."""
        return cls(address(settings), key_of(settings))

    def get(self, path: str, **query: Any) -> JSON:
        """Return what `GET path` answers; raise LemonwatchError with what it says is wrong."""
        return self._read("GET", path, params=query)

    def post(self, path: str, body: JSON) -> JSON:
        """Return what `POST path` answers; raise LemonwatchError with what it says is wrong."""
        return self._read("POST", path, json=body)

    def _read(self, method: str, path: str, **how: Any) -> JSON:
        try:
            answer = self._client.request(method, path, **how)
        except httpx.HTTPError:
            raise Misconfigured(f"Nothing answers at {self.url}: is the service up?") from None
        if answer.is_success:
            found: JSON = answer.json()
            return found
        try:
            why = answer.json()["detail"]
        except (ValueError, KeyError, TypeError):
            why = f"{self.url} answers {answer.status_code}, and not as Lemonwatch does"
        raise LemonwatchError(why)


def address(settings: Settings) -> str:
    """Return where the API listens, for one who calls from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def key_of(settings: Settings) -> str:
    """Return the key to call with; raise Misconfigured where there is none."""
    if settings.api_key is not None:
        return settings.api_key.get_secret_value()
    kept = settings.home.absolute() / "api-key"
    if not kept.exists():
        raise Misconfigured(f"No key to call with: set LEMONWATCH_API_KEY ({kept} is not there).")
    return kept.read_text().strip()


def client(url: str, key: str) -> httpx.Client:
    """Return what calls with `key`."""
    return httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=PATIENCE
    )
