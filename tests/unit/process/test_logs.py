"""Logs are lines of one event and its fields, and hold no secrets."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from app.process import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Log afterwards as before."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, structlog.get_config())
    yield
    root.handlers[:], level, config = before
    root.setLevel(level)
    structlog.configure(**config)


def crash() -> None:
    """Fail as PostgreSQL does, with a secret among the variables."""
    secret = "sk-lemon"  # A traceback that shows variables would show it.
    assert secret
    raise RuntimeError(
        "null value in a column\nDETAIL:  Failing row contains (1, hunter2).\n[SQL: …]"
    )


def test_a_line_is_an_event_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger("app.poll").info("task.recorded", task_id="img_1", status="completed")

    line = capsys.readouterr().err
    assert "level=info event=task.recorded" in line
    assert line.endswith("task_id=img_1 status=completed\n")


def test_the_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("celery").warning("something %s", "odd")

    assert 'level=warning event="something odd"' in capsys.readouterr().err


def test_the_http_client_does_not_log_the_urls_it_asks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("httpx").info("HTTP Request: POST https://hooks.example/SECRET")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("is_terminal", [False, True], ids=["file", "terminal"])
def test_a_traceback_holds_neither_rows_nor_variables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    logs.configure()

    try:
        crash()
    except RuntimeError:
        structlog.get_logger("app.rounds").exception("round.record_failed")

    said = capsys.readouterr().err
    assert "null value in a column" in said
    assert "hunter2" not in said
    assert "sk-lemon" not in said.replace('secret = "sk-lemon"', "")
