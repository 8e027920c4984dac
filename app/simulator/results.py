"""What a completed task has to show: the fields that each kind adds to its answer."""

from typing import Any

from app.simulator.chance import HABITS
from app.simulator.ids import encode
from app.simulator.kinds import Kind
from app.simulator.lifecycle import SimulatedTask

VIDEO = {"duration": 5, "width": 1280, "height": 720}
# What files a task of a kind has, each as often as there are results.
SUFFIXES = {
    Kind.IMAGE: ("png",),
    Kind.VIDEO: ("mp4",),
    Kind.MUSIC: ("mp3",),
    Kind.MODEL: ("glb", "fbx"),
}


def kind_of(task: SimulatedTask) -> Kind:
    """Return what the task makes; its model says."""
    return HABITS[task.model].kind


def results(task: SimulatedTask, *, site: str) -> dict[str, Any]:
    """Return what a completed task shows; `site` is where the files are, without a slash."""
    match kind_of(task):
        case Kind.IMAGE:
            return {"data": pictures(task, urls=_files(task, site, "png"))}
        case Kind.VIDEO:
            videos = [{"url": url} | VIDEO for url in _files(task, site, "mp4")]
            return {"video_url": videos[0]["url"], "video": videos[0], "videos": videos}
        case Kind.MUSIC:
            (url,) = _files(task, site, "mp3")
            title = f"A simulated song by {task.model}"
            return {"audio_url": url, "title": title, "lyrics": "Lemon, lemon, lemon."}
        case Kind.MODEL:
            (glb,), (fbx,) = _files(task, site, "glb"), _files(task, site, "fbx")
            return {"model_url": glb, "glb_url": glb, "fbx_url": fbx}


def placeholders(task: SimulatedTask) -> dict[str, Any]:
    """Return what a task that is not completed shows: images hold places for their URLs."""
    if kind_of(task) is Kind.IMAGE:
        return {"data": pictures(task, urls=[""] * task.images)}
    return {}


def without_urls(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with every URL of a result empty."""
    return {name: _blank(name, value) for name, value in answer.items()}


def pictures(task: SimulatedTask, *, urls: list[str]) -> list[dict[str, str]]:
    """Return the `data` of an image task."""
    # The prompt is not in the id, so the revised one is made of what is.
    caption = f"A simulated picture by {task.model}, {{}} of {task.images}"
    return [{"url": url, "revised_prompt": caption.format(n)} for n, url in enumerate(urls, 1)]


def _files(task: SimulatedTask, site: str, suffix: str) -> list[str]:
    folder = "pictures" if suffix == "png" else "files"
    numbers = range(1, task.images + 1)
    return [f"{site}/{folder}/{encode(task)}/{n}.{suffix}" for n in numbers]


def _blank(name: str, value: Any) -> Any:
    match value:
        case dict():
            return without_urls(value)
        case list():
            return [_blank("", item) for item in value]
        case str() if name == "url" or (name.endswith("_url") and name != "poll_url"):
            return ""
        case _:
            return value
