"""Whether tasks end so early that hardly any should: a model that has become faster shows so first."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log1p

# As if this share of all ends were found early by far: fewer would take longer to be believed, and more
# would let each that is found in time weigh more against them.
EARLY = 0.07
# Of one end alone: whoever sends a few prompts that are refused at once has not made a model faster.
MOST = 2.0
# From here on more tasks are scouts: half of one such end, or several ordinary ones.
SUSPECTED = 1.0
CERTAIN = 10.0  # The logarithm of 22,000: in so many ends it comes once by chance, at most.
_RAREST = 1e-9  # A share of 0 would be beyond belief.


@dataclass(frozen=True, slots=True)
class Doubt:
    """The logarithm of how much likelier the latest ends are if tasks have become faster.

    Of a task's looks the first is one that its fate had no part in choosing. Where the curve fits, it
    finds an end with probability F, so that (1 + EARLY / F) / (1 + EARLY) for an end that was found by it
    and 1 / (1 + EARLY) for any other has mean 1, whatever the curve and whoever is looked at when. Their
    product from the best moment on is the CUSUM of Page (Biometrika 41:100, 1954): where nothing changes
    it takes exp(CERTAIN) ends or more in the mean to rise as high (Lorden, Annals of Mathematical
    Statistics 42:1897, 1971).
    """

    score: float = 0.0

    @property
    def is_suspicion(self) -> bool:
        """Whether it is worth a closer look."""
        return self.score > SUSPECTED

    @property
    def is_certain(self) -> bool:
        """Whether chance no longer explains it."""
        return self.score > CERTAIN

    def after(self, shares: Iterable[float | None]) -> "Doubt":
        """Return the doubt after more ends: for each found by a first look the share of all that end by then.

        None stands for one that was found by a later look.
        """
        score = self.score
        for share in shares:
            gain = 0.0 if share is None else log1p(EARLY / max(share, _RAREST))
            score = max(0.0, score + min(gain, MOST) - log1p(EARLY))
            if score > CERTAIN:
                break
        return Doubt(score)


NO_DOUBT = Doubt()
