"""`lemonwatch simulator` as a process, in the moods that its options say."""

from pathlib import Path

from tests.e2e.service import at_simulator, make, run, running


def test_a_simulator_starts_in_the_moods_of_its_options(tmp_path: Path) -> None:
    """Several at once; and they can be changed while it runs."""
    options = ("--port", "0", "--mood", "rate_limit=2", "--mood", "unified_only=true")
    with running("simulator", *options, folder=tmp_path) as simulator:
        url = simulator.says(r"The simulator is up: (\S+)")
        with at_simulator(url) as client:
            path = make(client, seconds=60)["poll_url"]
            seen = [client.get(path).status_code for _ in range(2)]
            client.put("/moods", json={})
            seen.append(client.get(path).status_code)
            polls = client.get("/report").json()["totals"]["polls"]

    assert (seen, polls) == ([404, 429, 200], 3)


def test_a_mood_that_there_is_not_stops_the_start(tmp_path: Path) -> None:
    """It says which there are."""
    code, out, err = run("simulator", "--port", "0", "--mood", "speed=1", folder=tmp_path)

    assert (code, out) == (2, "")
    assert err.startswith("lemonwatch: --mood: There is no mood 'speed'. Known moods: rate_limit,")


def test_the_help_lists_every_mood(tmp_path: Path) -> None:
    """So nobody need read the source."""
    code, out, _ = run("simulator", "--help", folder=tmp_path)

    assert code == 0
    assert all(mood in out for mood in ("--mood", "rate_limit:", "flapping_404:", "skew:"))
