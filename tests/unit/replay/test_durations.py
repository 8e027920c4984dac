"""A file of durations is read as spreadsheets write it, and refused with the line that is wrong."""

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.replay.durations import MOST, Duration, read_durations

ONE = [Duration("flux-pro", 61.5)]


def read(folder: Path, text: str | bytes) -> list[Duration]:
    """Read durations from a file that holds this."""
    file = folder / "durations.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_durations(file)


@pytest.mark.parametrize(
    ("text", "durations"),
    [
        ("model,seconds\nflux-pro,61.5\n", ONE),
        ("model,seconds\nflux-pro,61.5", ONE),
        ("seconds,model\n61.5,flux-pro\n", ONE),
        ("\ufeffmodel,seconds\r\nflux-pro,61.5\r\n", ONE),
        (' model , seconds\n "flux-pro" , 61.5\n', ONE),
        ("\nmodel,seconds\n\n,\nflux-pro,6.15e1\n  \n", ONE),
        ('model,seconds\n"a, ""b""",0\n', [Duration('a, "b"', 0)]),
        ("model,seconds\n,86400\n", [Duration("", 86400)]),
        ("model,seconds\nflux-pró,1\n", [Duration("flux-pró", 1)]),
        ("model,seconds,status\nflux-pro,61.5,completed\n", ONE),
        ("model,status,seconds\nflux-pro,failed,61.5\n", ONE),
        ("model,seconds,status\nflux-pro,61.5,\n", ONE),
        ("model,seconds\n", []),
    ],
)  # fmt: skip
def test_a_file_is_read(tmp_path: Path, text: str, durations: list[Duration]) -> None:
    assert read(tmp_path, text) == durations


def test_tasks_that_did_not_end_by_themselves_are_left_out(tmp_path: Path) -> None:
    others = "a,300,timed_out\nb,12,cancelled\nc,30,not_found\n"

    assert read(tmp_path, f"model,seconds,status\n{others}flux-pro,61.5,completed\n") == ONE


@pytest.mark.parametrize(
    "header",
    ["", "\n\n", "model\n", "seconds\n", "flux-pro,61.5\n", "model,seconds,colour\n",
     "model,seconds,seconds\n", "model;seconds\n", "model,seconds,\n"],
)  # fmt: skip
def test_a_file_whose_first_line_is_not_as_agreed_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(InvalidInput, match=r"line 1: name the columns model,seconds\[,status\]"):
        read(tmp_path, header)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("flux-pro,-1,", "give seconds from 0 to 86400, such as 61.5, not '-1'"),
        ("flux-pro,nan,", "not 'nan'"),
        ("flux-pro,inf,", "not 'inf'"),
        ("flux-pro,1e9,", "not '1e9'"),
        ("flux-pro,soon,", "not 'soon'"),
        ("flux-pro,,", "not ''"),
        ('flux-pro,"61,5",', "not '61,5'"),
        ("flux-pro,-1,cancelled", "not '-1'"),
        ("flux-pro,61.5", "give 3 cells, not 2"),
        ("flux-pro,61.5,completed,1", "give 3 cells, not 4"),
        ("flux-pro,61.5,done", "there is no status 'done'"),
        ('"flux-pro,61.5,', "give 3 cells, not 1"),
        ('"flux\npro",61.5,', "a model's name must be plain text on one line"),
        ("flux\x1b[2J,61.5,", "a model's name must be plain text on one line"),
        ('"' + "m" * 200_000 + '",61.5,', "this is not CSV"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, why: str) -> None:
    """Here the fourth of the file, whatever comes before and after it."""
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path, f"model,seconds,status\n\nflux-pro,1,failed\n{line}\nflux-pro,2,failed\n")

    assert "durations.csv, line 4: " in refused.value.detail
    assert why in refused.value.detail


@pytest.mark.parametrize(
    "text", [b"\xff\xfem\x00o\x00", b"\x89PNG\r\n\x1a\n", b"model,seconds\n\xe9,1\n"]
)
def test_what_is_no_text_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"durations\.csv is not a text file in UTF-8"):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.csv cannot be read: No such file or directory"):
        read_durations(tmp_path / "gone.csv")
    with pytest.raises(InvalidInput, match="cannot be read: Is a directory"):
        read_durations(tmp_path)


def test_a_file_that_would_take_for_ever_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="line 200002: give at most 200,000 lines"):
        read(tmp_path, "model,seconds\n" + "\n" * MOST + "m,1\n")
