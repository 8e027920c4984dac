"""Each peer stands beside a plain loop, and each share of dead receivers beside none."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from benchmarks.webhooks.bounds import judge
from benchmarks.webhooks.load import Load
from benchmarks.webhooks.measure import Delays, Posted, delays, percentiles
from benchmarks.webhooks.report import report
from benchmarks.webhooks.results import Results
from benchmarks.webhooks.tasks import bodies


def posted(peer: str, *, cpu: float, seconds: float = 2.0) -> Posted:
    """Return what a peer did that delivered 1,000."""
    return Posted(
        peer=peer, deliveries=1_000, posts=1_001, bytes=1_001_000, seconds=seconds, cpu=cpu,
        database_cpu=None, threads={"lemonwatch-loop": 1.5, "recorder": 0.25},
    )  # fmt: skip


def late(dead: float, *, p99: float, rate: float = 100.0) -> Delays:
    """Return the delays at so many dead receivers."""
    return Delays(
        database="sqlite", dead=dead, rate=rate, recorded=99.6, count=800, awaited=0, hung=3,
        p50=0.1, p95=0.2, p99=p99,
    )  # fmt: skip


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentiles(range(100, 0, -1)) == (50, 95, 99)
    assert percentiles([]) == (0, 0, 0)


def test_what_never_came_is_as_late_as_it_is_by_now() -> None:
    committed = {"taken": 10.0, "before the clock was read": 11.0, "awaited": 12.0}
    received = {"taken": 10.5, "before the clock was read": 10.9, "of another": 1.0}

    assert delays(committed, received, until=20.0) == [0.5, 0.0, 8.0]


@pytest.mark.parametrize(("dead", "kinds"), [
    (0.0, {"answering": 200}),
    (0.01, {"answering": 198, "silent": 1, "refusing": 1}),
    (0.2, {"answering": 160, "silent": 20, "refusing": 20}),
])  # fmt: skip
def test_half_of_the_dead_are_silent_and_half_refuse(dead: float, kinds: dict[str, int]) -> None:
    load = Load(events=1_000, endpoints=200, dead=dead)

    assert Counter(load.kind_of(n) for n in range(200)) == kinds
    assert load.healthy == 5 * kinds["answering"]


def test_the_dead_lie_evenly_among_the_others() -> None:
    load = Load(events=1, endpoints=20, dead=0.2, answering=1, silent=2, refusing=3)

    dead = [n for n in range(20) if load.kind_of(n) != "answering"]

    assert dead == [4, 9, 14, 19]
    assert [load.url_of(n) for n in (3, 4, 9)] == [
        "http://127.0.0.1:1/3", "http://127.0.0.1:2/4", "http://127.0.0.1:3/9"
    ]  # fmt: skip


def test_a_load_is_handed_over_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Load(events=7, endpoints=3, rate=100, dead=0.2, said="/tmp/said")
    for name, value in load.environment.items():
        monkeypatch.setenv(name, value)

    assert Load.here() == load


def test_a_plain_loop_posts_events_of_the_same_form() -> None:
    (one, body), (other, _) = bodies(2, now=datetime(2026, 11, 22, tzinfo=UTC))

    assert one != other
    assert body.startswith(f'{{"id":"{one}","type":"task.completed",'.encode())
    assert body.count(b'"what"') == 3


def test_of_several_turns_the_middle_one_counts() -> None:
    results = Results(posted=[posted("ours, sqlite", cpu=cpu) for cpu in (3.0, 1.0, 2.0)])

    (middle,) = results.middle

    assert middle.cpu == 2
    assert len(results.as_json()["posted"]) == 3  # type: ignore[arg-type]


def test_every_peer_stands_beside_the_plain_loops() -> None:
    results = Results(
        posted=[
            posted("ours, sqlite", cpu=3.0),
            posted("plain, fresh", cpu=1.5, seconds=1.0),
            posted("plain, kept", cpu=6.0),
        ]
    )

    costs, threads = (
        line.split()[2:] for line in report(results, []) if line.startswith("ours, sqlite")
    )

    assert costs == ["500", "3,000", "-", "1,000", "2.00", "0.50", "0.50", "1.00"]
    assert threads == ["1,500", "250", "0", "0", "1,250"]


def test_every_share_of_the_dead_stands_beside_none() -> None:
    results = Results(delays=[late(0.0, p99=0.2), late(0.2, p99=0.5)])

    lines = [line.split() for line in report(results, judge(results)) if "sqlite" in line]

    assert lines[1][1:] == ["20%", "100", "800", "0", "3", "0.100", "0.200", "0.500", "1.00", "1.00",
                            "2.50"]  # fmt: skip
    assert lines[2][-4:] == ["2.5", "<=", "2", "BROKEN"]


def test_a_delay_is_judged_only_where_events_came_over_time() -> None:
    both = [late(0.0, p99=0.2), late(0.2, p99=0.4)]

    steady = [bound.holds for bound in judge(Results(delays=both))]
    burst = [bound.holds for bound in judge(Results(delays=[replace(one, rate=0) for one in both]))]

    assert steady == [None, True]
    assert burst == [None, None]
