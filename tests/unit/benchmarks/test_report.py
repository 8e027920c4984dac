"""The tables show each peer beside ours, and the bounds say what holds."""

from benchmarks.aligned import aligned
from benchmarks.polling.book import Lateness, Seen
from benchmarks.polling.bounds import judge
from benchmarks.polling.growth import Growth
from benchmarks.polling.measure import Cpu, Figures
from benchmarks.polling.report import report
from benchmarks.polling.results import Results


def figures(peer: str, *, client: float | None, scenario: str = "saturation") -> Figures:
    """Return what a peer did that answered 40,000 polls in ten seconds."""
    late = Lateness(count=10, mean=0.1, p50=0.1, p99=0.2)
    seen = Seen(seconds=10, answered=40_000, tasks=10_000, lateness=late, first=None, overdue=0)
    cpu = Cpu(client=client, database=0.8, broker=None, upstream=1)
    return Figures(scenario=scenario, peer=peer, tasks=10_000, seen=seen, cpu=cpu)


def growth(history: int, *, database: float) -> Growth:
    """Return a growth run whose database used so many CPU seconds."""
    seen = Seen(seconds=10, answered=40_000, tasks=1, lateness=None, first=None, overdue=0)
    cpu = Cpu(client=1, database=database, broker=0, upstream=1)
    of = Figures(scenario="growth", peer="ours", tasks=1, seen=seen, cpu=cpu)
    grown = {"poll": 2_000_000, "event": 1}
    return Growth(
        history=history, figures=of, grown=grown, size=5, wal=40_000_000, hot=0.5, recorded=39_999
    )


def test_cpu_is_told_for_each_thousand_polls() -> None:
    ours = figures("ours", client=6)

    assert ours.rate == 4_000
    assert ours.per_thousand("client") == 150
    assert ours.per_thousand("client", "database", "broker") == 170
    assert ours.per_thousand("broker") is None
    assert ours.share("client") == 0.6


def test_every_peer_stands_beside_ours() -> None:
    results = Results(figures=[figures("ours", client=6), figures("celery", client=240)])

    lines = list(report(results, judge(results)))

    celery = next(line for line in lines if line.startswith("celery"))
    assert celery.split() == ["celery", "4,000", "6,000", "20", "-", "6,020", "40.00", "35.41",
                              "1.00", "2400%", "18%"]  # fmt: skip


def test_of_several_turns_the_middle_one_counts() -> None:
    """By CPU for each poll; all of them are in the JSON."""
    ours = [figures("ours", client=client) for client in (9, 5, 6)]
    results = Results(figures=[*ours, figures("celery", client=240)])

    found = results.find("saturation", "ours")

    assert found is not None
    assert found.cpu.client == 6
    assert [one.peer for one in results.of("saturation")] == ["ours", "celery"]
    assert len(results.as_json()["figures"]) == 4  # type: ignore[arg-type]


def test_a_bound_is_judged_only_by_what_was_measured() -> None:
    results = Results(figures=[figures("ours", client=6), figures("celery", client=200)])

    judged = {bound.says: bound.holds for bound in judge(results) if bound.measured is not None}

    assert judged == {"client CPU of Celery / ours": False, "polls/s on one core": True}


def test_the_database_is_judged_with_history_and_without() -> None:
    results = Results(growth=[growth(0, database=0.8), growth(5_000_000, database=1)])

    held = {bound.says: bound.holds for bound in judge(results) if bound.measured is not None}
    rows = [line.split() for line in report(results, []) if line.startswith(("0 ", "5,000,000"))]

    assert list(held.values()) == [True, False]
    assert [row[4] for row in rows] == ["20.0", "25.0"]
    assert rows[0][5:10] == ["1,000", "50%", "+2.0", "+0.0", "+0.0"]


def test_where_cpu_cannot_be_read_the_rest_is_told_all_the_same() -> None:
    results = Results(figures=[figures("ours", client=None)])

    assert any(line.startswith("ours    4,000") for line in report(results, judge(results)))


def test_columns_are_aligned() -> None:
    assert list(aligned([["peer", "n"], ["ours", 10.5], ["b", None]])) == [
        "peer     n",
        "ours  10.5",
        "b        -",
    ]
