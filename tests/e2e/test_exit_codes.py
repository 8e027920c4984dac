"""How the commands that call the service end, for whatever it answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.service import run
from tests.e2e.terminal import run_on_terminal
from tests.fakes import Reply, Request, serving

Answer = Callable[[Request], Reply]
TASK: dict[str, Any] = {
    "task_id": "img_1", "kind": "image", "model": None, "polls": 3, "error": None, "progress": None,
    "images": [], "assets": [], "eta": None, "metadata": {},
    "created_at": "2026-11-27T08:00:00Z", "registered_at": "2026-11-27T08:00:00Z",
}  # fmt: skip
BROKEN = Reply(200, b"", {"Content-Length": "9", "Connection": "close"})


def task(status: str) -> Reply:
    """Answer with the task, which stands so."""
    ended = None if status in {"pending", "processing"} else "2026-11-27T08:00:09Z"
    return Reply(body=json.dumps({**TASK, "status": status, "finished_at": ended}).encode())


def problem(status: int, detail: str) -> Answer:
    """Answer with a problem."""
    return lambda _: Reply(status, json.dumps({"detail": detail}).encode())


def console(folder: Path, answer: Answer, *arguments: str) -> tuple[int, str, str]:
    """Run a command beside a service that answers so."""
    with serving(answer) as service:
        port = service.url.rpartition(":")[2]
        key = {"LEMONWATCH_API_KEY": "lw_somebodys"}
        return run(*arguments, folder=folder, LEMONWATCH_PORT=port, **key)


@pytest.mark.parametrize(
    ("status", "code"),
    [("completed", 0), ("failed", 5), ("not_found", 5), ("cancelled", 5), ("timed_out", 5)],
)
def test_the_code_of_a_wait_is_how_the_task_ended(tmp_path: Path, status: str, code: int) -> None:
    """Also where it is seen only later that it did."""

    def answer(request: Request) -> Reply:
        return task(status if request.method == "GET" else "processing")

    found, out, err = console(tmp_path, answer, "track", "img_1", "--wait")

    assert (found, out, err) == (code, f"img_1  {status}  9.0 s\n", "")


def test_who_looks_on_sees_how_the_task_stands(tmp_path: Path) -> None:
    """On standard error, if that is a terminal, and gone at the end; the answer is as ever."""
    stands = iter(["pending", "processing", "completed"])
    with serving(lambda _: task(next(stands))) as service:
        key = {"LEMONWATCH_API_KEY": "lw_somebodys"}
        code, out, shown = run_on_terminal(
            "track", "img_1", "--wait", folder=tmp_path,
            LEMONWATCH_PORT=service.url.rpartition(":")[2], **key,
        )  # fmt: skip

    assert (code, out) == (0, "img_1  completed  9.0 s\n")
    assert "processing" in shown
    assert "3 polls" in shown


def test_a_wait_goes_on_where_the_service_is_started_anew(tmp_path: Path) -> None:
    """What broke off in the meantime is asked again."""
    answers = iter([task("pending"), BROKEN, BROKEN, task("completed")])

    found, out, err = console(tmp_path, lambda _: next(answers), "track", "img_1", "--wait")

    assert (found, out, err) == (0, "img_1  completed  9.0 s\n", "")


def test_who_does_not_wait_is_told_that_it_is_tracked(tmp_path: Path) -> None:
    """Which is what was asked for, unless it is over already, and badly."""
    assert console(tmp_path, lambda _: task("pending"), "track", "img_1")[0] == 0
    assert console(tmp_path, lambda _: task("failed"), "track", "img_1")[0] == 5


def test_a_timeout_shows_the_task_as_it_is_by_then(tmp_path: Path) -> None:
    waiting = ("track", "img_1", "--wait", "--timeout", "0.1")
    code, out, err = console(tmp_path, lambda _: task("processing"), *waiting)

    assert (code, out, err) == (6, "img_1  processing\n", "")


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (problem(401, "Send a valid API key"), 4, "set LEMONWATCH_API_KEY"),
        (problem(403, "needs tasks:read"), 4, "needs tasks:read"),
        (problem(422, "?kind: no such"), 2, "?kind: no such"),
        (problem(500, "It failed."), 1, "It failed."),
        (lambda _: Reply(200, b"<html>"), 3, "answers 200, and not as Lemonwatch does"),
        (lambda _: Reply(502, b"<html>"), 3, "answers 502, and not as Lemonwatch does"),
        (
            lambda _: Reply(200, b"", {"Content-Length": "9", "Connection": "close"}),
            3,
            "broke off in the middle",
        ),
    ],
    ids=["no key", "no scope", "no use", "a fault", "a page", "a proxy", "broken off"],
)
def test_what_the_service_refuses_is_a_line_and_a_code(
    tmp_path: Path, answer: Answer, code: int, says: str
) -> None:
    found, out, err = console(tmp_path, answer, "tasks")

    assert (found, out) == (code, "")
    assert err.startswith("lemonwatch: ")
    assert says in err
    assert err.count("\n") == 1


def test_where_there_is_no_key_it_is_said_where_it_should_be(tmp_path: Path) -> None:
    code, out, err = run("tasks", folder=tmp_path)

    assert (code, out) == (4, "")
    assert err.startswith("lemonwatch: No key to call with: set LEMONWATCH_API_KEY")


@pytest.mark.parametrize("kept", ["ключ", "lw_a\nb", "\udcff"], ids=["no ASCII", "lines", "bytes"])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, kept: str) -> None:
    """And what it holds is not shown."""
    (tmp_path / ".lemonwatch").mkdir()
    (tmp_path / ".lemonwatch" / "api-key").write_bytes(kept.encode(errors="surrogateescape"))

    code, out, err = run("tasks", folder=tmp_path)

    assert (code, out, err.count("\n")) == (4, "", 1)
    assert "api-key holds no key" in err
    assert kept not in err


@pytest.mark.parametrize(
    ("words", "settings", "says"),
    [
        (("track", "a\udcffb"), {}, "What was given is no text"),
        (("tasks", "--metadata", "a=\udcff"), {}, "What was given is no text"),
        (("tasks",), {"LEMONWATCH_HOST": "ex:ample"}, "see to LEMONWATCH_HOST"),
    ],
)
def test_what_cannot_be_sent_is_said_in_a_line(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], says: str
) -> None:
    key = {"LEMONWATCH_API_KEY": "lw_somebodys"}
    code, out, err = run(*words, folder=tmp_path, **key, **settings)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_timeout_without_a_wait_is_refused(tmp_path: Path) -> None:
    assert run("track", "img_1", "--timeout", "3", folder=tmp_path) == (
        2, "", "lemonwatch: --timeout is for --wait\n"
    )  # fmt: skip
