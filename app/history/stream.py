"""Sends all that a client wants of its history, however much, a page in memory at a time."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.clock import utc_now
from app.curves.forecasts import Forecasts
from app.history.cursor import Cursor
from app.history.formats import FORMATS, Format
from app.history.page import read_page
from app.history.wanted import Wanted
from app.process.process import Process

AT_ONCE = 1000  # tasks


class _Chunk(NamedTuple):
    """A page as text, and where the next begins, if there is one."""

    text: str
    behind: Cursor | None


class _Reader(NamedTuple):
    """Reads page after page, each in a transaction of its own, on a thread that it then lets go."""

    process: Process
    wanted: Wanted
    format: Format

    def read(self, after: Cursor | None) -> _Chunk:
        book = self.process.get(Forecasts).book
        with self.process.database.reading() as session:
            page = read_page(session, self.wanted, book, after=after, limit=AT_ONCE, now=utc_now())
        return _Chunk(self.format.write(page.items), page.behind)

    async def rest(self, chunk: _Chunk) -> AsyncIterator[str]:
        """Send what there is, then what comes; who has gone away ends it at the next chunk.

        What fails ends it in the middle, and the connection with it: without the last chunk of HTTP's
        own, which says that all has been sent.
        """
        yield self.format.beginning + chunk.text
        while chunk.behind is not None:
            chunk = await run_in_threadpool(self.read, chunk.behind)
            yield chunk.text


def stream(
    process: Process, wanted: Wanted, media_type: str, *, after: Cursor | None
) -> StreamingResponse:
    """Answer with all that is behind the cursor; what fails before the first page is a problem still."""
    reader = _Reader(process, wanted, FORMATS[media_type])
    return StreamingResponse(
        reader.rest(reader.read(after)),
        media_type=reader.format.media_type,
        headers=reader.format.headers | {"Cache-Control": "no-store", "Vary": "Accept"},
    )
