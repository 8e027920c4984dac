"""Asks LemonData what was claimed, unless the account has been paused since."""

from collections import defaultdict
from datetime import datetime, timedelta

from app.accounts.rate import pause_of
from app.clock import EPOCH, utc_now
from app.poll.claim import ASKING, Claim, Probe
from app.rounds.flight import LINE, Landed
from app.upstream.answer import Paused
from app.upstream.heard import Heard, hear, no_response, nothing_heard
from app.upstream.paths import Kind, paths_to
from app.upstream.port import Transport, Unanswered

# An id that LemonData never gave: told that there is no such task, we know that the key is good.
NO_TASK = "lemonwatch-probe"
PROBED, _ = paths_to(Kind.IMAGE, NO_TASK)
PAUSED = "the account was paused"
TOO_LATE = "the lease was about to end"


class Asking:
    """Asks for one claim at a time, side by side with others, on the process's loop."""

    def __init__(self, transport: Transport, *, in_flight: int) -> None:
        """Ask over `transport`; at most `in_flight` of an account's requests at once."""
        self._transport = transport
        self._in_flight = in_flight
        self._aloft: defaultdict[int, int] = defaultdict(int)
        # By account and epoch: a pause of the key before is none of the one there is now.
        self._paused: dict[tuple[int, int], datetime] = {}

    def room_of(self, account_id: int, among: int) -> int:
        """Return how many more of the account's tasks this process may claim.

        It is one `among` so many that have tasks: each has an equal share of what is in flight, so that
        one that answers slowly, or not at all, leaves the others theirs. One alone may also have some
        that wait for their turn.
        """
        share = self._in_flight // among if among > 1 else (1 + LINE) * self._in_flight
        return max(1, share) - self._aloft.get(account_id, 0)

    async def ask(self, claim: Claim | Probe, now: datetime) -> Landed[Claim | Probe, Heard]:
        """Ask once, `now`; whatever happens is an answer."""
        if isinstance(claim, Probe):
            access, path, of = claim.access, PROBED, NO_TASK
        else:
            access, path, of = claim.access, claim.watch.path, claim.upstream_id
            if claim.until - now < ASKING:  # Another may ask for it before this is answered.
                return Landed(claim, nothing_heard(TOO_LATE), now, now)
        account = access.account_id
        # The pause is in SQL a moment later, and until then this process at least knows of it.
        if self._paused and now < self._paused.get((account, access.epoch), EPOCH):
            return Landed(claim, nothing_heard(PAUSED), now, now)
        self._aloft[account] += 1
        try:
            response = await self._transport.get(access.base_url + path, key=access.key)
        except Unanswered as unanswered:
            heard, heard_at = no_response(unanswered), utc_now()
        else:
            heard_at = utc_now()
            heard = hear(response, key=access.key, of=of, now=heard_at)
        finally:
            self._aloft[account] -= 1
        if (pause := _pause(heard)) is not None:
            self._hold((account, access.epoch), heard_at + pause)
        return Landed(claim, heard, now, heard_at)

    async def close(self) -> None:
        """Close the connections to LemonData."""
        await self._transport.close()

    def _hold(self, access: tuple[int, int], until: datetime) -> None:
        """Start nothing more that was claimed before an answer told of a pause."""
        self._paused[access] = max(self._paused.get(access, EPOCH), until)


def _pause(heard: Heard) -> timedelta | None:
    """Return for how long the account is not to be asked, if it is not."""
    return pause_of(heard.answer.wait) if isinstance(heard.answer, Paused) else heard.quota.pause
