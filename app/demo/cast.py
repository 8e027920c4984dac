"""Who appears in the demo: the tasks that are made at the simulator, and how each is to end."""

from dataclasses import dataclass

from app.simulator.kinds import Kind
from app.tasks.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One task: what it is called, what is asked for, and how it ends, in the simulator's time."""

    name: str
    model: str
    seconds: float
    kind: Kind = Kind.IMAGE
    images: int = 1
    ends: Status = Status.COMPLETED

    @property
    def wanted(self) -> dict[str, object]:
        """What the simulator is asked for; one that we cancel would go on there for long."""
        outcome = "failed" if self.ends == Status.FAILED else "completed"
        return {
            "model": self.model, "prompt": f"a lemon, {self.name}", "n": self.images,
            "simulate": {"seconds": self.seconds, "outcome": outcome},
        }  # fmt: skip


SINGLY = (
    Part(name="quick", model="sim-quick", seconds=3),
    Part(name="two images", model="flux-pro", seconds=9, images=2),
    Part(name="refused", model="ideogram-v3", seconds=6, ends=Status.FAILED),
    Part(name="a video", model="sim-video", seconds=22, kind=Kind.VIDEO),
    Part(name="a song", model="sim-music", seconds=15, kind=Kind.MUSIC),
    Part(name="slow", model="midjourney", seconds=32),
    Part(name="stopped", model="flux-pro", seconds=600, ends=Status.CANCELLED),
)
TOGETHER = (
    Part(name="batch 1", model="ideogram-v3", seconds=7),
    Part(name="batch 2", model="ideogram-v3", seconds=12),
    Part(name="batch 3", model="ideogram-v3", seconds=18),
)
EVERYBODY = SINGLY + TOGETHER
