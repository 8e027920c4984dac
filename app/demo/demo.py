"""A minute's tour: a service of its own, and ten tasks from registering to webhooks and the history."""

from collections.abc import Mapping
from contextlib import ExitStack
from time import monotonic, sleep

from app.clock import utc_now
from app.demo.cast import SINGLY, TOGETHER, Part
from app.demo.closing import closing
from app.demo.own import own_service
from app.demo.receiver import Receiver, receiving
from app.demo.scene import Scene
from app.demo.screen import Screen, screen
from app.demo.service import Talk
from app.demo.verdict import Seen, complaints
from app.exits import ExitCode
from app.process.ending import ends_by_signals
from app.tasks.status import Status

PATIENCE = 90.0  # seconds until all is over
CANCEL_AFTER = 8.0
LOOK = 0.4


def demo() -> ExitCode:
    """Show the tour and check all that it shows; what it started is gone when it ends, however it does."""
    with ends_by_signals(), ExitStack() as stack:
        with screen() as shown:
            shown.say("starting", "a service of its own, in a folder that goes with it")
            talk = Talk(*stack.enter_context(own_service()))
            receiver = stack.enter_context(receiving())
            shown.say("up", f"{talk.api.url}, asking a simulator in LemonData's place")
            cast = _register(talk, receiver, shown)
            _follow(talk, receiver, shown, cast)
        return _close(talk, receiver, cast)


def _register(talk: Talk, receiver: Receiver, shown: Screen) -> dict[str, Part]:
    """Ask for webhooks, then make the tasks and hand them over; return who is who."""
    receiver.secret = talk.endpoint(receiver.url)
    shown.say("endpoint", f"{receiver.url} is told of every end")
    cast: dict[str, Part] = {}
    for part in SINGLY:
        task = talk.register(part)
        cast[task["task_id"]] = part
        shown.say("registered", f"{part.name:<11} {part.model:<12} {task['task_id']}")
    for part, task in zip(TOGETHER, talk.register_together(TOGETHER), strict=True):
        cast[task["task_id"]] = part
        shown.say("in a batch", f"{part.name:<11} {part.model:<12} {task['task_id']}")
    return cast


def _follow(talk: Talk, receiver: Receiver, shown: Screen, cast: Mapping[str, Part]) -> None:
    """Show how things stand until all is over and told of, or for as long as patience lasts."""
    began = monotonic()
    doomed = [task_id for task_id, part in cast.items() if part.ends == Status.CANCELLED]
    while monotonic() - began < PATIENCE:
        scene = Scene(at=utc_now(), cast=cast, tasks=talk.tasks(), arrivals=receiver.arrivals[:])
        shown.show(scene)
        if scene.is_over:
            return
        while doomed and monotonic() - began > CANCEL_AFTER:
            task_id = doomed.pop()
            talk.cancel(task_id)
            shown.say("cancelled", f"{cast[task_id].name}, by DELETE")
        sleep(LOOK)


def _close(talk: Talk, receiver: Receiver, cast: Mapping[str, Part]) -> ExitCode:
    """Print what the service kept, and whether all is as it should be."""
    tasks, stats = talk.tasks(), talk.api.get("/v1/stats")
    slow = next(task_id for task_id, part in cast.items() if part.name == "slow")
    seen = Seen(
        cast=cast, tasks=tasks, told=[(one.task_id, one.type) for one in receiver.arrivals],
        refused=receiver.refused, timelines={slow: talk.timeline(slow)}, counts=stats["counts"],
    )  # fmt: skip
    found = complaints(seen)
    closing(seen, stats, found)
    return ExitCode.NOT_GOOD if found else ExitCode.GOOD
