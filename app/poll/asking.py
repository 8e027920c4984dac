"""Asks LemonData what was claimed, unless the account has been paused since."""

from collections import Counter
from datetime import datetime

from app.accounts.rate import pause_of
from app.clock import EPOCH, utc_now
from app.poll.claim import Claim, Probe
from app.upstream.answer import Paused
from app.upstream.ask import Heard, Question, ask, nothing_heard
from app.upstream.paths import Kind, paths_to
from app.upstream.port import Transport

# An id that LemonData never gave: told that there is no such task, we know that the key is good.
NO_TASK = "lemonwatch-probe"
PAUSED = "the account was paused"


class Asking:
    """Asks for one claim at a time, side by side with others, on the process's loop."""

    def __init__(self, transport: Transport, *, in_flight: int) -> None:
        """Ask over `transport`; at most `in_flight` of an account's requests at once."""
        self._transport = transport
        self._in_flight = in_flight
        self._aloft: Counter[int] = Counter()
        # By account and epoch: a pause of the key before is none of the one there is now.
        self._paused: dict[tuple[int, int], datetime] = {}

    def room_of(self, account_id: int, among: int) -> int:
        """Return how many more requests the account may have in flight from this process.

        It is one `among` so many that have tasks: each has an equal share of the room, so that one
        that answers slowly, or not at all, leaves the others theirs.
        """
        return max(1, self._in_flight // max(1, among)) - self._aloft[account_id]

    async def ask(self, claim: Claim | Probe) -> Heard:
        """Ask once; whatever happens is an answer."""
        account = claim.access.account_id
        access = (account, claim.access.epoch)
        # The pause is in SQL a moment later, and until then this process at least knows of it.
        until = self._paused.get(access)
        if until and utc_now() < until:
            return nothing_heard(PAUSED)
        self._aloft[account] += 1
        try:
            heard = await ask(self._transport, _question(claim))
        finally:
            self._aloft[account] -= 1
        self._hold(access, heard)
        return heard

    async def close(self) -> None:
        """Close the connections to LemonData."""
        await self._transport.close()

    def _hold(self, access: tuple[int, int], heard: Heard) -> None:
        """Start nothing more that was claimed before this answer told of a pause."""
        pause = heard.quota.pause
        if isinstance(heard.answer, Paused):
            pause = pause_of(heard.answer.wait)
        if pause is not None:
            self._paused[access] = max(self._paused.get(access, EPOCH), utc_now() + pause)


def _question(claim: Claim | Probe) -> Question:
    match claim:
        case Claim():
            path, of = claim.watch.path, claim.upstream_id
        case Probe():
            (path, _), of = paths_to(Kind.IMAGE, NO_TASK), NO_TASK
    access = claim.access
    return Question(base_url=access.base_url, key=access.key, path=path, of=of)
