"""kill -9 at every boundary of a delivery's way, and outages of what it stands on.

What `docs/crash-matrix.md` says is what is measured here.
"""

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.db.migrate import migrate
from app.db.session import Database
from app.deliver.cycle import DeliverCycle
from app.outbox.states import DeliveryState
from tests.chaos.dying import Boundary
from tests.chaos.scene import HOOK, OWED, OWN, TASKS, Logged, Scene, Standing, staged
from tests.e2e.service import eventually
from tests.servers.postgres import OwnPostgres, own_postgres
from tests.servers.process import Ended

PUBLISHED = Path(__file__).parents[2] / "docs" / "crash-matrix.md"
ALL = len(TASKS)
# Where it dies, what has been done by then, and how often each webhook has come in the end.
MATRIX = [
    (Boundary.RECORDING, Standing(events=0, leased=0, logged=0, posts=0), 1),
    (Boundary.RECORDED, Standing(events=ALL, leased=0, logged=0, posts=0), 1),
    (Boundary.CLAIMING, Standing(events=ALL, leased=0, logged=0, posts=0), 1),
    (Boundary.CLAIMED, Standing(events=ALL, leased=OWED, logged=0, posts=0), 1),
    (Boundary.POSTED, Standing(events=ALL, leased=OWED, logged=0, posts=OWED), 2),
    (Boundary.REPLIED, Standing(events=ALL, leased=OWED, logged=0, posts=OWED), 2),
    (Boundary.SETTLING, Standing(events=ALL, leased=OWED, logged=0, posts=OWED), 2),
    (Boundary.SETTLED, Standing(events=ALL, leased=0, logged=OWED, posts=OWED), 1),
]


@pytest.fixture
def scene(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Three tasks that have ended, each owed to two places."""
    with staged(database_url, tmp_path, monkeypatch) as scene:
        yield scene


@pytest.mark.parametrize(("at", "then", "times"), MATRIX, ids=[at for at, _, _ in MATRIX])
def test_a_worker_killed_at_any_boundary_loses_nothing(
    scene: Scene, at: Boundary, then: Standing, times: int
) -> None:
    """And doubles only what receivers had, and it had not settled."""
    if not at.is_of_recording:
        scene.record()
    code = scene.crash(at)
    found = scene.standing()
    scene.finish()

    assert code == -signal.SIGKILL
    assert found == then
    assert_all_told(scene, unheard=OWED if then.leased else 0)
    assert set(scene.inbox.times().values()) == {times}


def test_each_crash_sends_again_at_most_once(scene: Scene) -> None:
    """Two crashes, three times: what was settled by neither is settled by the third."""
    scene.record()
    codes = [scene.crash(Boundary.SETTLING, posts=count * OWED) for count in (1, 2)]
    scene.finish()

    assert codes == [-signal.SIGKILL] * 2
    assert_all_told(scene, unheard=2 * OWED)
    assert set(scene.inbox.times().values()) == {3}


def test_what_a_killed_worker_had_claimed_is_sent_by_another(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other had claimed itself comes once."""
    share = OWED // 2
    with staged(database_url, tmp_path, monkeypatch, in_flight=share) as scene:
        scene.record()
        scene.process.get(DeliverCycle).run()
        eventually(lambda: len(scene.inbox.posts) == share, what="one has its hands full")
        # With room for three, one of each may go to tasks' own URLs: a third waits.
        code = scene.crash(Boundary.POSTED, posts=OWED - 1)
        ours, lost = set(scene.inbox.posts[:share]), set(scene.inbox.posts[share:])
        scene.finish()

        assert code == -signal.SIGKILL
        assert ours.isdisjoint(lost)
        assert_all_told(scene, unheard=len(lost))
        times = scene.inbox.times()
        assert times == {post: 2 if post in lost else 1 for post in times}


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL], ids=["fast", "immediate", "killed"]
)
def test_a_restart_of_postgres_costs_deliveries_only_time(
    own: OwnPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """Receivers answer while it is away, and what they answered is written once it is back."""
    url = migrated(own)
    with staged(url, tmp_path, monkeypatch) as scene, capture_logs() as lines:
        scene.record()
        scene.process.get(DeliverCycle).run()
        eventually(lambda: len(scene.inbox.posts) == OWED, what="all is posted")
        own.stop(number)
        scene.inbox.opened.set()
        missed = "round.waits_for_the_database"
        eventually(lambda: missed in {line["event"] for line in lines}, what="it is missed")
        eventually(lambda: has_started(own), what="it is back")
        scene.finish()

        assert_all_told(scene)
        assert set(scene.inbox.times().values()) == {1}


@pytest.fixture
def own() -> Iterator[OwnPostgres]:
    """A PostgreSQL that may be stopped."""
    with own_postgres() as own:
        yield own


def has_started(own: OwnPostgres) -> bool:
    """Start it again, if those that a killed one left behind have gone."""
    with suppress(Ended):
        own.start()
        return True
    return False


def migrated(own: OwnPostgres) -> str:
    """Make a database there, and return its URL."""
    url = own.server.create_database()
    database = Database(url)
    migrate(database)
    database.close()
    return url


def test_the_published_matrix_says_of_each_boundary_what_is_measured() -> None:
    """A row for each, in which a webhook comes twice or does not."""
    rows = [line.split("|") for line in PUBLISHED.read_text().splitlines() if "`[" in line]
    published = {row[-2].strip(" `[]"): row[3].strip() for row in rows}

    assert published == {at: "no" if times == 1 else "yes" for at, _, times in MATRIX}


def assert_all_told(scene: Scene, *, unheard: int = 0) -> None:
    """Every end is one event, which each place has, in the same bytes, signed, and on record."""
    events = scene.events()
    assert set(events) == set(TASKS)
    assert set(scene.inbox.times()) == {
        (place, one) for one, _ in events.values() for place in (OWN, HOOK)
    }
    assert scene.inbox.bodies() == set(events.values())
    scene.inbox.verify(scene.secrets)
    log = scene.log()
    assert {one._replace(log=one.log[-1:]) for one in log} == {
        Logged(DeliveryState.DELIVERED, 1, ((1, 204),))
    }
    # Each that a crash cut off from its answer is on record too.
    before = [attempt for one in log for attempt in one.log[:-1]]
    assert before == [(1, None)] * unheard
    assert len(log) == OWED
