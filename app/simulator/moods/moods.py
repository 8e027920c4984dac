"""What can be wrong with the simulated LemonData: every mood there is."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
# On the wire a length of time is a number of seconds, as in LemonData's own `retry_after`.
Seconds = Annotated[float, Field(ge=0, le=30 * 86_400)]
# Each strikes its share of the status answers. At most one strikes an answer, so that a share is
# exactly what it says; the order is that of the draw.
FAULTS = (
    "errors", "html_502", "html_200", "truncated", "cut", "resets", "enormous", "drips",
    "flapping_404", "odd_status",
)  # fmt: skip


class Moods(BaseModel):
    """All moods. By default the simulator is in none: it answers everything, well and at once."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    rate_limit: int | None = Field(
        None, ge=1, le=1_000_000,
        description="requests that each key has in any 60 s; 429 above (a sliding window)",
    )  # fmt: skip
    rate_headers: bool = Field(False, description="tell X-RateLimit-Limit, -Remaining and -Reset")
    retry_after: Literal["seconds", "date", "body"] = Field(
        "seconds", description="the form of Retry-After: seconds, an HTTP date, or in the body only"
    )
    pause: Seconds = Field(0, description="answer 429 to everything, this long from now")
    down: Seconds = Field(0, description="answer 5xx to everything, this long from now")
    errors: Share = Field(0, description="share answered 500, 502, 503 or 504")
    unavailable_for: int = Field(
        5, ge=0, le=86_400, description="what a 503 says to wait; 0: nothing"
    )
    html_502: Share = Field(0, description="share answered with a gateway's page, 502")
    html_200: Share = Field(0, description="share answered with a page of HTML, 200")
    truncated: Share = Field(0, description="share whose JSON ends in its middle")
    cut: Share = Field(0, description="share that end before their Content-Length")
    resets: Share = Field(0, description="share whose connection is reset, unanswered")
    enormous: Share = Field(0, description="share followed by many spaces")
    enormous_bytes: int = Field(8_000_000, ge=1, le=1 << 30, description="how many spaces")
    drips: Share = Field(0, description="share sent a byte at a time")
    drip_for: Seconds = Field(15, description="how long such an answer takes")
    flapping_404: Share = Field(0, description="share answered 404 though the task exists")
    odd_status: Share = Field(0, description="share with a status word that nobody knows")
    no_url: Share = Field(0, description="share of the answers `completed` that have no URL")
    unknown_for: Seconds = Field(0, description="a task is 404 while younger than this")
    late: Share = Field(0, description="share of tasks, by id, that are queued longer")
    late_by: Seconds = Field(60, description="how much longer")
    unified_only: bool = Field(False, description="only /v1/tasks/{id} knows tasks")
    account: Literal["good", "revoked", "out_of_quota", "denied"] = Field(
        "good", description="revoked: 401 to everything; out_of_quota: 402; denied: 403"
    )
    skew: float = Field(
        0, ge=-366 * 86_400, le=366 * 86_400,
        description="seconds that the told time is ahead (Date, created, dates of Retry-After)",
    )  # fmt: skip

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if sum(getattr(self, name) for name in FAULTS) > 1 + 1e-9:
            raise ValueError(f"the shares of {', '.join(FAULTS)} are more than 1 together")
        return self
