"""Settings come from the environment and a `.env` file, and a bad one is named."""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from app.errors import Misconfigured
from app.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start without any setting and in an empty folder."""
    for name in os.environ:
        if name.startswith(("LEMONWATCH_", "LEMONDATA_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()

    assert settings.lemondata_base_url == "https://api.lemondata.cc"
    assert settings.lemondata_api_key is settings.database_url is settings.api_key is None
    assert (settings.home, settings.host, settings.port) == (Path(".lemonwatch"), "127.0.0.1", 8000)
    assert settings.webhook_allow == ()
    assert settings.webhook_ports == {443}
    assert (settings.poll_floor.seconds, settings.poll_cap.seconds) == (3, 30)
    assert settings.deadline is settings.retention is None
    assert (settings.lemondata_rpm, settings.lemondata_proxy) == (1000, None)
    assert settings.is_embedded


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch, LEMONDATA_BASE_URL="http://127.0.0.1:4010/", LEMONWATCH_PORT="9000",
        LEMONWATCH_BROKER_URL="redis://localhost/0", LEMONWATCH_HOME="/var/lib/lemonwatch",
        LEMONWATCH_WEBHOOK_ALLOW="10.0.0.0/8, fd00::/8, 192.168.1.5", LEMONWATCH_POLL_FLOOR="0.5",
        LEMONWATCH_WEBHOOK_PORTS=" 443, 8443,", LEMONWATCH_POLICY="fixed",
        LEMONWATCH_RETENTION="0.5",
    )  # fmt: skip

    assert (settings.lemondata_base_url, settings.port) == ("http://127.0.0.1:4010", 9000)
    assert (settings.is_embedded, settings.home) == (False, Path("/var/lib/lemonwatch"))
    assert settings.webhook_allow == (
        ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("192.168.1.5/32"),
    )  # fmt: skip
    assert (settings.poll_floor, settings.policy) == (timedelta(seconds=0.5), "fixed")
    assert settings.webhook_ports == {443, 8443}
    assert settings.retention == timedelta(hours=12)


def test_a_variable_that_is_empty_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, LEMONWATCH_PORT="", LEMONDATA_API_KEY="") == Settings()


def test_a_dotenv_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "LEMONWATCH_PORT=9000\nLEMONWATCH_HOST=0.0.0.0\nSOMETHING_ELSE=1\n"
    (tmp_path / ".env").write_text(text)

    settings = load(monkeypatch, LEMONWATCH_PORT="9001")

    assert (settings.port, settings.host) == (9001, "0.0.0.0")


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "lemon" * 8
    secrets = {
        "LEMONWATCH_DATABASE_URL": f"postgresql://u:{secret}@host/name",
        "LEMONWATCH_BROKER_URL": f"redis://:{secret}@host/0",
        "LEMONWATCH_API_KEY": secret,
        "LEMONWATCH_SECRET_KEY": secret,
    }

    settings = load(monkeypatch, LEMONDATA_API_KEY="sk-lemon", **secrets)

    assert "lemonlemon" not in repr(settings)
    assert "sk-lemon" not in str(settings)


def test_a_secret_that_is_needed_and_missing_is_named() -> None:
    with pytest.raises(Misconfigured, match="LEMONWATCH_SECRET_KEY is not set"):
        _ = load_settings().secret_key_text


@pytest.mark.parametrize(
    ("floor", "cap", "seconds"),
    [("1", "2", (1, 2)), ("60", "", (60, 60)), ("", "2", (2, 2)), ("", "", (3, 30))],
    ids=["both", "floor", "cap", "neither"],
)
def test_where_one_interval_is_chosen_the_other_s_default_gives_way(
    monkeypatch: pytest.MonkeyPatch, floor: str, cap: str, seconds: tuple[int, int]
) -> None:
    settings = load(monkeypatch, LEMONWATCH_POLL_FLOOR=floor, LEMONWATCH_POLL_CAP=cap)

    assert tuple(interval.total_seconds() for interval in settings.intervals) == seconds
