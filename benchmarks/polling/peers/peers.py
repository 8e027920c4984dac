"""Who is measured beside whom."""

from benchmarks.polling.peers.ours import Ours
from benchmarks.polling.peers.peer import Peer, Script

PEERS: tuple[Peer, ...] = (
    Ours(),
    Script(
        name="bare",
        about="an asyncio loop with our HTTP client and nothing else: the limit",
        module="bare",
    ),
    Script(
        name="trigger",
        about="as Airflow's triggers: a coroutine a task, which sleeps between polls (aiohttp)",
        module="trigger",
    ),
    Script(
        name="threads",
        about="the vendor's loop, made fair: requests.Session in 20 threads",
        module="threads",
        most=10_000,
    ),
    Script(
        name="procrastinate",
        about="a job a task in the same PostgreSQL, retried every 3 s (our HTTP client)",
        module="procrastinate_retry",
        database=True,
        queues=True,
        most=5_000,
    ),
    Script(
        name="celery",
        about="a Celery task a poll, on Redis, with self.retry(countdown=3) (httpx)",
        module="celery_retry",
        broker=True,
        queues=True,
        most=3_000,
    ),
)
