"""The data folder keeps what was made at the first start, for every start after it."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from stat import S_IMODE
from threading import Barrier

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from app.errors import Misconfigured
from app.process.home import is_at_home, kept, kept_api_key, resolve
from app.settings import Settings

RIVAL = """
import sys
from pathlib import Path
from app.process.home import kept
print("ready", flush=True)
new = sys.stdin.readline().strip()
print(kept(Path(sys.argv[1]), new), flush=True)
"""


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave the folder whose `.env` would be read."""
    monkeypatch.chdir(tmp_path)


@contextmanager
def rival(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start another process that is about to keep something at `path`."""
    command = [sys.executable, "-c", RIVAL, str(path)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        yield process


def test_what_is_kept_is_made_once_and_survives(tmp_path: Path) -> None:
    first = kept(tmp_path / "key", "made at the first start")
    second = kept(tmp_path / "key", "made at the second")

    assert first == second == "made at the first start"


def test_only_its_owner_can_read_what_is_kept(tmp_path: Path) -> None:
    kept(tmp_path / "key", "lemon")

    assert S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_nothing_but_the_kept_file_is_left_behind(tmp_path: Path) -> None:
    kept(tmp_path / "key", "lemon")

    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_of_two_processes_that_make_it_at_once_one_wins_for_both(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ExitStack() as stack:
        rivals = [stack.enter_context(rival(path)) for _ in range(2)]
        assert {process.stdout and process.stdout.readline() for process in rivals} == {"ready\n"}
        for number, process in enumerate(rivals):
            print(f"key {number}", file=process.stdin, flush=True)
        answers = {process.communicate()[0] for process in rivals}

    assert answers == {f"{path.read_text()}\n"}


def test_the_embedded_default_makes_a_folder_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"

    settings = resolve(Settings(home=home))

    assert S_IMODE(home.stat().st_mode) == 0o700
    assert settings.database_url_text == f"sqlite:///{home}/lemonwatch.db"
    assert is_at_home(settings)


def test_the_secret_key_that_was_made_is_the_same_at_every_start(tmp_path: Path) -> None:
    first, second = (resolve(Settings(home=tmp_path)).secret_key_text for _ in range(2))

    assert first == second
    assert len(first) >= 32


def test_a_secret_key_that_was_set_is_not_replaced_nor_written_down(tmp_path: Path) -> None:
    settings = resolve(Settings(home=tmp_path, secret_key=SecretStr("k" * 32)))

    assert settings.secret_key_text == "k" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_one_s_own_needs_a_secret_key_of_one_s_own(tmp_path: Path) -> None:
    mine = Settings(home=tmp_path / "home", database_url=SecretStr("postgresql://db/lemonwatch"))

    with pytest.raises(Misconfigured, match="LEMONWATCH_SECRET_KEY is required"):
        resolve(mine)

    assert not (tmp_path / "home").exists()


def test_the_first_api_key_stays_the_api_key(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    keys = [kept_api_key(settings, new=new) for new in ("lw_first", "lw_second")]

    assert keys == ["lw_first", "lw_first"]


def test_threads_that_make_it_at_once_agree_on_what_is_kept(tmp_path: Path) -> None:
    for number in range(20):
        barrier = Barrier(8)

        def keep(key: int, number: int = number, barrier: Barrier = barrier) -> str:
            barrier.wait()
            return kept(tmp_path / str(number), f"key {key}")

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(keep, range(8)))) == 1


@pytest.mark.parametrize("folder", ["a?b", "a%20b", "a#b", "a b"])
def test_any_folder_can_be_home(tmp_path: Path, folder: str) -> None:
    resolved = resolve(Settings(home=tmp_path / folder))

    database = make_url(resolved.database_url_text).database
    assert database == str(tmp_path / folder / "lemonwatch.db")
