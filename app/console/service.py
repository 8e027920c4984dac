"""The running service, as the command line talks to it: over HTTP like anyone else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

from app.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LemonwatchError,
    Misconfigured,
    NotAuthenticated,
    NotFound,
    Unreachable,
)
from app.settings import Settings

JSON = dict[str, Any]
PATIENCE = 75.0  # seconds for one answer; it may wait for a minute
_NO_GOOD = "The service does not know this key: set LEMONWATCH_API_KEY to one of its keys."
_HOST = re.compile(r"[\w.:%-]+")
_ERRORS: dict[int, type[LemonwatchError]] = {
    403: Forbidden, 404: NotFound, 409: Conflict, 413: InvalidInput, 415: InvalidInput,
    422: InvalidInput,
}  # fmt: skip


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

    def get(self, path: str, *, within: float = PATIENCE, **query: Any) -> JSON:
        """Return what `GET path` answers; raise LemonwatchError with what it says is wrong."""
        return self._read("GET", path, params=query, timeout=within)

    def post(self, path: str, body: JSON, *, within: float = PATIENCE) -> JSON:
        """Return what `POST path` answers; raise LemonwatchError with what it says is wrong."""
        return self._read("POST", path, json=body, timeout=within)

    def delete(self, path: str) -> JSON:
        """Return what `DELETE path` answers; raise LemonwatchError with what it says is wrong."""
        return self._read("DELETE", path)

    def stream(self, path: str, *, accept: str, **query: Any) -> Iterator[bytes]:
        """Yield what `GET path` sends in that form, piece by piece; raise Unreachable if it breaks off."""
        head = {"Accept": accept}
        with (
            self._reaching(),
            self._client.stream("GET", path, params=query, headers=head) as answer,
        ):
            if not answer.is_success:
                answer.read()
                raise self._refusal(answer)
            yield from answer.iter_bytes()

    def _read(self, method: str, path: str, **how: Any) -> JSON:
        with self._reaching():
            answer = self._client.request(method, path, **how)
        if not answer.is_success:
            raise self._refusal(answer)
        try:
            found: JSON = answer.json()
        except ValueError:
            raise self._stranger(answer) from None
        return found

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError:
            raise InvalidInput("What was given is no text, so it cannot be sent.") from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Unreachable(f"Nothing answers at {self.url}: is the service up?") from None
        except httpx.TimeoutException:
            raise Unreachable(f"{self.url} does not answer in time.") from None
        except httpx.HTTPError:
            raise Unreachable(f"{self.url} broke off in the middle of an answer.") from None

    def _refusal(self, answer: httpx.Response) -> LemonwatchError:
        if answer.status_code == 401:
            return NotAuthenticated(_NO_GOOD)
        try:
            why = str(answer.json()["detail"])
        except (ValueError, KeyError, TypeError):
            return self._stranger(answer)
        return _error(answer.status_code, why)

    def _stranger(self, answer: httpx.Response) -> LemonwatchError:
        return Unreachable(f"{self.url} answers {answer.status_code}, and not as Lemonwatch does.")


def _error(status: int, why: str) -> LemonwatchError:
    kind = _ERRORS.get(status, LemonwatchError)
    return kind(why)


def address(settings: Settings) -> str:
    """Return where the API listens, for one who calls from this machine; raise Misconfigured for no host."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    if not _is_host(host):
        raise Misconfigured(f"{host!a} leads nowhere: see to LEMONWATCH_HOST.")
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _is_host(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:  # As for a..b, or a word of more than 63 letters.
        return False
    return _HOST.fullmatch(host) is not None


def key_of(settings: Settings) -> str:
    """Return the key to call with; raise NotAuthenticated where there is none."""
    if settings.api_key is not None:
        return settings.api_key.get_secret_value()
    kept = settings.home.absolute() / "api-key"
    if not kept.exists():
        raise NotAuthenticated(
            f"No key to call with: set LEMONWATCH_API_KEY ({kept} is not there)."
        )
    key = kept.read_bytes().strip()
    if not (key.isascii() and key.decode().isprintable()):
        raise NotAuthenticated(f"{kept} holds no key: set LEMONWATCH_API_KEY to one.")
    return key.decode()


def client(url: str, key: str) -> httpx.Client:
    """Return what calls with `key`; raise Misconfigured where `url` is none."""
    head = {"Authorization": f"Bearer {key}"}
    try:
        return httpx.Client(base_url=url, headers=head, trust_env=False, timeout=PATIENCE)
    except httpx.InvalidURL:
        raise Misconfigured(f"{url} leads nowhere: see to LEMONWATCH_HOST.") from None
