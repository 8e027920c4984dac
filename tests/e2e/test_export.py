"""`lemonwatch tasks` with all that there is: streamed, whole or not at all."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.exits import ExitCode
from tests.e2e.service import run
from tests.e2e.terminal import run_on_terminal
from tests.fakes import FakeServer, Reply, Request, serving

HEAD = b"task_id,error\r\n"
ROWS = [b'"img_1","two\r\nlines"\r\n', b'"img_2",""\r\n', b'"img_3",""\r\n']
LINES = [json.dumps({"task_id": f"img_{n}", "status": "failed"}).encode() + b"\n" for n in range(3)]
FILTERS = {
    "--status": "failed", "--model": "flux-pro", "--account": "a", "--kind": "video",
    "--created-after": "2026-11-27", "--created-before": "2026-11-28T01:02:03+01:00",
    "--finished-after": "2026-11-27T00:00:00Z", "--finished-before": "2026-12-01",
    "--metadata": "shop=17 b=c",
}  # fmt: skip


def streaming(request: Request) -> Reply:
    """Answer as the service would, in the form that is asked for."""
    if request.path.startswith("/v1/stats"):
        return Reply(body=b'{"counts": {"failed": 3, "completed": 4}}')
    if request.headers["accept"] == "text/csv":
        return Reply(body=HEAD + b"".join(ROWS))
    return Reply(body=b"".join(LINES))


def cut(request: Request) -> Reply:
    """Break off before the end that was announced."""
    whole = streaming(request)
    announced = {"Content-Length": str(len(whole.body) + 1), "Connection": "close"}
    return Reply(body=whole.body, headers=announced)


def at(service: FakeServer) -> dict[str, str]:
    """Return the settings that lead to it."""
    port = service.url.rpartition(":")[2]
    return {"LEMONWATCH_PORT": port, "LEMONWATCH_API_KEY": "lw_somebodys"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-o", "a.csv"], HEAD + b"".join(ROWS)),
        (["-o", "a.ndjson"], b"".join(LINES)),
        (["-o", "a.txt", "--csv", "--limit", "2"], HEAD + b"".join(ROWS[:2])),
        (["-o", "a.csv", "--json", "--limit", "1"], LINES[0]),
    ],
    ids=["csv", "ndjson", "some csv", "one json"],
)
def test_a_file_holds_what_was_asked_for(
    tmp_path: Path, options: list[str], expected: bytes
) -> None:
    """Byte for byte as the service sends it; nothing is printed to standard output."""
    with serving(streaming) as service:
        code, out, err = run("tasks", *options, folder=tmp_path, **at(service))

    file = tmp_path / options[1]
    assert (code, out, file.read_bytes()) == (ExitCode.GOOD, "", expected)
    assert err == f"{expected.count(b'img_')} tasks are in {file.name}\n"


@pytest.mark.parametrize("before", [None, b"of yesterday"])
def test_a_stream_that_is_cut_leaves_what_was_there(tmp_path: Path, before: bytes | None) -> None:
    """It is an error, and half of a file is nowhere."""
    folder = tmp_path / "exports"
    folder.mkdir()
    if before:
        (folder / "a.csv").write_bytes(before)
    with serving(cut) as service:
        code, _, err = run("tasks", "-o", "exports/a.csv", folder=tmp_path, **at(service))

    assert code == ExitCode.UNREACHABLE
    assert "broke off in the middle" in err
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == (
        {"a.csv": before} if before else {}
    )


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_a_stream_that_is_cut_on_standard_output_is_an_error_too(tmp_path: Path, form: str) -> None:
    with serving(cut) as service:
        code, out, _ = run("tasks", "--all", form, folder=tmp_path, **at(service))

    assert (code, out.count("img_")) == (ExitCode.UNREACHABLE, 3)


def test_every_filter_of_the_service_can_be_said(tmp_path: Path) -> None:
    """A day is when it begins."""
    said = [word for pair in FILTERS.items() for word in pair]
    more = ["--status", "completed", "--metadata", "n=1", "--oldest-first"]
    with serving(streaming) as service:
        run("tasks", "--csv", *said, *more, folder=tmp_path, **at(service))
        (request,) = service.requests

    assert request.headers["accept"] == "text/csv"
    assert parse_qs(urlsplit(request.path).query) == {
        "status": ["failed", "completed"], "model": ["flux-pro"], "account": ["a"],
        "kind": ["video"], "created_after": ["2026-11-27T00:00:00Z"],
        "created_before": ["2026-11-28T01:02:03+01:00"],
        "finished_after": ["2026-11-27T00:00:00Z"], "finished_before": ["2026-12-01T00:00:00Z"],
        "metadata.shop": ["17 b=c"], "metadata.n": ["1"], "order": ["asc"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["-o", "a.txt"], "say --csv or --json: a.txt ends in neither .csv nor .ndjson"),
        (["--csv", "--json"], "--json and --csv are two forms: say one"),
        (["--all", "--limit", "3"], "--all and --limit say two things: say one"),
        (["--metadata", "shop"], "give metadata as KEY=VALUE, not shop"),
        (["-o", "no/a.csv"], "no/a.csv cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_line(
    tmp_path: Path, options: list[str], says: str
) -> None:
    key = {"LEMONWATCH_PORT": "9", "LEMONWATCH_API_KEY": "lw_somebodys"}
    code, out, err = run("tasks", *options, folder=tmp_path, **key)

    assert (code, out, err) == (ExitCode.UNUSABLE, "", f"lemonwatch: {says}\n")


def test_who_looks_on_sees_how_far_it_is(tmp_path: Path) -> None:
    """Of how many, since the service has counted them; and what is printed stays as it is."""
    with serving(streaming) as service:
        code, out, shown = run_on_terminal(
            "tasks", "--csv", "--status", "failed", "--model", "flux-pro", folder=tmp_path,
            **at(service),
        )  # fmt: skip
        asked = [request.path for request in service.requests]

    assert (code, out.encode()) == (ExitCode.GOOD, HEAD + b"".join(ROWS))
    assert "/v1/stats?model=flux-pro" in asked
    assert "3 tasks" in shown
