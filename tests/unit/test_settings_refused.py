"""Each setting that cannot be used gets one line that names it, and no secret is repeated."""

import os
from pathlib import Path

import pytest

from app.errors import Misconfigured
from app.settings import load_settings

BAD = [
    ("LEMONDATA_BASE_URL", "api.lemondata.cc"),
    ("LEMONDATA_BASE_URL", "ftp://api.lemondata.cc"),
    ("LEMONDATA_BASE_URL", "https://"),
    ("LEMONDATA_BASE_URL", "http://["),
    ("LEMONDATA_BASE_URL", "https://api.lemondata.cc?key=1"),
    ("LEMONDATA_BASE_URL", "https://api.lemondata.cc#x"),
    ("LEMONDATA_BASE_URL", "http://host:99999"),
    ("LEMONDATA_BASE_URL", "https://exa mple"),
    ("LEMONDATA_BASE_URL", "https://@x"),
    ("LEMONWATCH_DATABASE_URL", "nonsense"),
    ("LEMONWATCH_DATABASE_URL", "mysql://host/name"),
    ("LEMONWATCH_DATABASE_URL", "postgresql+asyncpg://host/name"),
    ("LEMONWATCH_BROKER_URL", "nonsense"),
    ("LEMONWATCH_BROKER_URL", "foo://host"),
    ("LEMONWATCH_BROKER_URL", "redis://host:port/0"),
    ("LEMONWATCH_PORT", "http"),
    ("LEMONWATCH_PORT", "-1"),
    ("LEMONWATCH_PORT", "65536"),
    ("LEMONWATCH_WEBHOOK_ALLOW", "localhost"),
    ("LEMONWATCH_WEBHOOK_ALLOW", "10.0.0.0/33"),
    ("LEMONWATCH_WEBHOOK_ALLOW", "10.0.0.1/8"),
    ("LEMONWATCH_WEBHOOK_PORTS", "https"),
    ("LEMONWATCH_WEBHOOK_PORTS", "0"),
    ("LEMONWATCH_WEBHOOK_PORTS", "-1"),
    ("LEMONWATCH_WEBHOOK_PORTS", "443,99999"),
    ("LEMONWATCH_POLICY", "guess"),
    ("LEMONWATCH_POLL_FLOOR", "0"),
    ("LEMONWATCH_POLL_FLOOR", "-3"),
    ("LEMONWATCH_POLL_FLOOR", "3s"),
    ("LEMONWATCH_POLL_FLOOR", "nan"),
    ("LEMONWATCH_POLL_CAP", "inf"),
    ("LEMONWATCH_POLL_CAP", "1e300"),
    ("LEMONWATCH_DEADLINE", "1e-9"),
    ("LEMONWATCH_DEADLINE", "five minutes"),
    ("LEMONWATCH_DEADLINE", "8e13"),
    ("LEMONWATCH_RETENTION", "0"),
    ("LEMONWATCH_RETENTION", "-1"),
    ("LEMONWATCH_RETENTION", "nan"),
    ("LEMONWATCH_RETENTION", "90d"),
    ("LEMONWATCH_RETENTION", "for ever"),
    ("LEMONWATCH_RETENTION", "1e6"),
    ("LEMONWATCH_RETENTION", "1e300"),
    ("LEMONWATCH_POLL_IN_FLIGHT", "0"),
    ("LEMONWATCH_DELIVER_IN_FLIGHT", "10001"),
]
SECRETS = [
    ("LEMONWATCH_API_KEY", "hunter2"),
    ("LEMONWATCH_API_KEY", "hunter2 hunter2"),
    ("LEMONDATA_API_KEY", "sk-hunter2\u2013pasted"),
    ("LEMONDATA_API_KEY", "sk-hunter2\nX-Other: 1"),
    ("LEMONWATCH_SECRET_KEY", "too short a secret"),
    ("LEMONDATA_BASE_URL", "https://user:hunter2@api.lemondata.cc"),
]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start without any setting and in an empty folder."""
    for name in os.environ:
        if name.startswith(("LEMONWATCH_", "LEMONDATA_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal() -> list[str]:
    """Return the lines that say which settings cannot be used."""
    with pytest.raises(Misconfigured) as refused:
        load_settings()
    first, *lines = str(refused.value).splitlines()
    assert first == "These settings cannot be used:"
    return [line.strip() for line in lines]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_gets_one_line_that_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    (line,) = refusal()

    assert line.startswith(f"{name}: ")


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_a_bad_secret_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    (line,) = refusal()

    assert line.startswith(f"{name}: ")
    assert value not in line
    assert "hunter2" not in line


def test_all_bad_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEMONWATCH_PORT", "http")
    monkeypatch.setenv("LEMONWATCH_DEADLINE", "soon")
    monkeypatch.setenv("LEMONDATA_BASE_URL", "lemon")

    named = {line.partition(":")[0] for line in refusal()}

    assert named == {"LEMONWATCH_PORT", "LEMONWATCH_DEADLINE", "LEMONDATA_BASE_URL"}


def test_a_floor_above_the_cap_is_refused_and_both_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEMONWATCH_POLL_FLOOR", "31")
    monkeypatch.setenv("LEMONWATCH_POLL_CAP", "30")

    (line,) = refusal()

    assert "LEMONWATCH_POLL_FLOOR must not be above LEMONWATCH_POLL_CAP" in line
