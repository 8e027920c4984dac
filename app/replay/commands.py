"""`lemonwatch simulate`, as it is typed."""

from pathlib import Path
from typing import Annotated

import typer

from app.schedule.names import PolicyName
from app.settings import load_settings


def simulate(
    *,
    durations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Durations, with the columns model,seconds[,status]; oldest first.",
        ),
    ] = None,
    from_history: Annotated[
        bool,
        typer.Option(
            "--from-history", help="Take the durations of the latest tasks that were tracked."
        ),
    ] = False,
    arrivals_per_minute: Annotated[
        float, typer.Option(help="How many tasks begin in a minute.", min=0.001, max=1e6)
    ] = 60.0,
    rpm: Annotated[
        int | None,
        typer.Option(
            help="The budget, in requests a minute; LEMONDATA_RPM if none.", min=1, max=1_000_000
        ),
    ] = None,
    policy: Annotated[
        PolicyName | None, typer.Option(help="The policy; LEMONWATCH_POLICY if none.")
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option(
            help="The shortest interval between two polls, in seconds.", min=0.05, max=3600
        ),
    ] = None,
    cap: Annotated[
        float | None,
        typer.Option(
            help="The longest interval between two polls, in seconds; the policy learning may wait "
            "longer before the first.",
            min=0.05,
            max=86400,
        ),
    ] = None,
    interval: Annotated[
        float | None,
        typer.Option(
            help="The interval of the policy fixed; the floor if none.", min=0.05, max=3600
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The same seed lets tasks begin at the same times.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw a picture as well.")
    ] = None,
) -> None:
    """Say what the detection delay would be: the first half of the tasks teaches, the other is judged."""
    from app.replay import simulate as replay  # noqa: PLC0415

    asked = replay.Question(
        durations=durations, from_history=from_history, arrivals_per_minute=arrivals_per_minute,
        rpm=rpm, policy=policy, floor=floor, cap=cap, interval=interval, seed=seed,
    )  # fmt: skip
    replay.simulate(load_settings(), asked, as_json=as_json, picture=svg)
