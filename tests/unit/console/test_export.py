"""An export that is asked to end leaves nothing of itself."""

import os
import signal
from pathlib import Path

import pytest

from app.console.export import Export
from app.console.form import Form
from app.console.service import Service
from tests.fakes import Reply, Request, serving


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_export_that_a_signal_ends_leaves_what_was_there(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "tasks.csv"
    file.write_bytes(b"before")
    seen: list[int] = []

    def answer(_: Request) -> Reply:
        seen.append(len(list(tmp_path.iterdir())))
        os.kill(os.getpid(), number)
        return Reply(body=b"task_id\r\nimg_1\r\n", headers={"Connection": "close"})

    with serving(answer) as server, pytest.raises(SystemExit) as ended:
        Export(Service(server.url, "lw_somebodys"), {}, Form.CSV, None).save(file)

    assert (ended.value.code, seen) == (128 + number, [2])
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]
