"""A file is there whole, or as it was before."""

from pathlib import Path

import pytest

from app.console.file import whole
from app.errors import InvalidInput


def test_a_file_appears_at_the_end_alone(tmp_path: Path) -> None:
    file = tmp_path / "tasks.csv"
    with whole(file) as out:
        out.write(b"a")
        out.flush()
        assert not file.exists()

    assert file.read_bytes() == b"a"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, OSError])
def test_what_was_there_stays_where_something_goes_wrong(
    tmp_path: Path, trouble: type[BaseException]
) -> None:
    """However far it had come, and no draft is left."""
    file = tmp_path / "tasks.csv"
    file.write_bytes(b"before")

    with pytest.raises((trouble, InvalidInput)), whole(file) as out:
        out.write(b"half")
        raise trouble

    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_bytes(b"before")
    link.symlink_to(target)

    with whole(link) as out:
        out.write(b"after")

    assert (target.read_bytes(), link.is_symlink()) == (b"after", True)


@pytest.mark.parametrize("name", ["no/such.csv", ".", "/dev/null", f"{'a' * 252}.csv"])
def test_where_no_file_can_be_written_it_is_said(tmp_path: Path, name: str) -> None:
    """A device is not replaced by a file."""
    with pytest.raises(InvalidInput, match="cannot be written: "), whole(tmp_path / name):
        pass


@pytest.mark.parametrize("name", ["loop", "loop/tasks.csv"])
def test_links_that_lead_in_a_circle_lead_to_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "again")
    (tmp_path / "again").symlink_to(tmp_path / "loop")

    with pytest.raises(InvalidInput, match="cannot be written: "), whole(tmp_path / name):
        pass


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    file = tmp_path / f"{'a' * 251}.csv"

    with whole(file) as out:
        out.write(b"a")

    assert list(tmp_path.iterdir()) == [file]


def test_what_was_for_its_owner_alone_stays_so(tmp_path: Path) -> None:
    """The draft too, as soon as there is something in it."""
    file = tmp_path / "tasks.csv"
    file.touch(mode=0o600)

    with whole(file) as out:
        out.write(b"a")
        modes = {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}

    assert modes == {0o600}
    assert file.stat().st_mode & 0o777 == 0o600
