"""What an HTTP response from LemonData says, for every version of its documentation."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from app.schedule.retry_after import parse_http_date, parse_retry_after
from app.tasks.status import Status
from app.upstream.answer import (
    Absent,
    Answer,
    Asset,
    Cancelled,
    Denied,
    Finished,
    Image,
    Nonsense,
    Outage,
    Paused,
    Refused,
    Rejected,
    Unfinished,
)
from app.upstream.body import ErrorBody, StatusBody, clean, read_body, read_json
from app.upstream.evidence import redact
from app.upstream.port import Response

LONGEST_REASON = 1000
LONGEST_PROMPT = 4000
LONGEST_MODEL = 200
LONGEST_RETRY = 86400  # seconds; what is longer is not meant
ANOTHER = "another task's answer"
_LIVE = {status.value: status for status in (Status.PENDING, Status.PROCESSING)}
_UNKNOWN_TASK = {"async_task_not_found", "task_not_found"}
_TRY_AGAIN = {408, 409, 425}
_CODE = re.compile(r"[a-z0-9_]{1,60}")
_NUMBERS = (int, float)
KEPT = 1024  # Answers of the most frequent sort.


def decode(response: Response, *, of: str, now: datetime) -> Answer:
    """Turn a response about the task `of` into an answer; it never raises."""
    parsed = read_json(response.body)
    if response.status == 200:
        return _decode_ok(response, parsed, of)
    return _decode_error(response, read_body(parsed), now)


def _decode_ok(response: Response, parsed: dict[str, Any] | None, of: str) -> Answer:
    if response.is_cut:
        return Nonsense("an answer too large")
    if "html" in response.headers.get("content-type", "").lower():
        return Nonsense("an HTML page")
    if parsed is None:
        return Nonsense("not a JSON object")
    # A cache or a gateway in trouble can serve what was meant for somebody else.
    if not _is_about(of, parsed):
        return Nonsense(ANOTHER)
    said = parsed.get("status")
    # Most answers by far; the types of all the other fields need not be read for them.
    if isinstance(said, str) and said in _LIVE:
        return _unfinished(said, parsed)
    body = read_body(parsed)
    return Nonsense("not a JSON object") if body is None else _decode_status(body)


def _is_about(of: str, parsed: dict[str, Any]) -> bool:
    name, other = parsed.get("task_id"), parsed.get("id")
    return of in (name, other) or (name is None and other is None)


def _unfinished(said: str, parsed: dict[str, Any]) -> Unfinished:
    model, progress = parsed.get("model"), parsed.get("progress")
    name = model if isinstance(model, str) else None
    # Not by isinstance: to Python, a boolean is a number.
    told = progress if type(progress) in _NUMBERS else None
    # Kept is nothing that is longer than the name of a model.
    is_kept = name is None or len(name) <= LONGEST_MODEL
    return (_alike if is_kept else _alike.__wrapped__)(said, name, told)


@lru_cache(KEPT)
def _alike(said: str, model: str | None, progress: float | None) -> Unfinished:
    """Make the answer, or take one that was made before: there are few different ones."""
    whole = int(progress) if progress is not None and 0 <= progress <= 100 else None
    return Unfinished(_LIVE[said], whole, _cut(clean(model), LONGEST_MODEL))


def _decode_status(body: StatusBody) -> Answer:
    match body.status:
        case "completed":
            images, assets = _images(body), _assets(body)
            if images or assets:
                return Finished(images, assets, _model(body))
            return Nonsense("completed without a URL")
        case "failed" if body.cancelled or body.cancellation_status == "cancelled":
            return Cancelled(_reason(body.complaint, otherwise="cancelled at LemonData"))
        case "failed":
            return Refused(_reason(body.complaint, otherwise="LemonData gave no reason"))
        case _:
            return Nonsense("an unknown status")


def _decode_error(response: Response, body: StatusBody | None, now: datetime) -> Answer:
    error = body.complaint if body else ErrorBody()
    code = error.code if error.code and _CODE.fullmatch(error.code) else ""
    why = f"HTTP {response.status} {code}".strip()
    is_envelope = error != ErrorBody()
    answer: Answer
    match response.status:
        case 404 if _is_unknown_task(error):
            answer = Absent()
        case 400 if is_envelope:
            answer = Rejected(_reason(error, otherwise=why))
        case 429:
            answer = Paused(_wait(response, error, now))
        case 401:
            answer = Denied(why, certain=True)
        # Without the envelope it is some gateway that denies, and not LemonData.
        case 402 | 403 if is_envelope:
            answer = Denied(why, certain=False)
        case status if status >= 500 or status in _TRY_AGAIN:
            answer = Outage(why, _wait(response, error, now))
        case _:
            answer = Nonsense(why)
    return answer


def _images(body: StatusBody) -> tuple[Image, ...]:
    return tuple(
        Image(item.url, _cut(item.revised_prompt, LONGEST_PROMPT), index)
        for index, item in enumerate(body.data)
        if item.url
    )


def _assets(body: StatusBody) -> tuple[Asset, ...]:
    """Collect what other kinds yield, each URL once: a video is told in up to three places."""
    videos = [link.url for link in (body.video, *body.videos) if link]
    named = [
        *(("video", url) for url in (body.video_url, *videos)),
        ("audio", body.audio_url),
        ("model", body.model_url), ("glb", body.glb_url), ("fbx", body.fbx_url),
    ]  # fmt: skip
    kinds: dict[str, str] = {}
    for kind, url in named:
        if url:
            kinds.setdefault(url, kind)
    return tuple(Asset(kind, url) for url, kind in kinds.items())


def _is_unknown_task(error: ErrorBody) -> bool:
    """Tell LemonData's own 404 from a gateway's, which says nothing about the task."""
    if error.code is None:
        return (error.message or "").startswith("Task not found")
    return error.code in _UNKNOWN_TASK


def _wait(response: Response, error: ErrorBody, now: datetime) -> timedelta | None:
    """Read how long to wait: from the header, else from the envelope's own `retry_after`, in seconds.

    A date is read against the response's own `Date`: their clock may be another than ours.
    """
    theirs = parse_http_date(response.headers.get("date")) or now
    told = parse_retry_after(response.headers.get("retry-after"), now=theirs)
    if told is None and error.retry_after is not None:
        told = timedelta(seconds=min(error.retry_after, LONGEST_RETRY))
    return told


def _model(body: StatusBody) -> str | None:
    return _cut(body.model, LONGEST_MODEL)


def _reason(error: ErrorBody, *, otherwise: str) -> str:
    # A message may quote the request, and with it the key.
    return _cut(redact(error.message or ""), LONGEST_REASON) or otherwise


def _cut(text: str | None, longest: int) -> str | None:
    return text[:longest] if text else None
