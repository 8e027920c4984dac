"""How logs look: one event name and fields, ours and the libraries' alike."""

import logging
import re
import sys
from typing import Any

import structlog


def configure() -> None:
    """Log to standard error: for people on a terminal, as key=value lines elsewhere."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=_ending(), foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # httpx logs every URL at INFO, and a webhook's URL may hold a secret of its receiver's.
    logging.getLogger("app").setLevel(logging.INFO)


def _ending() -> list[structlog.typing.Processor]:
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _without_rows,
    ]
    if sys.stderr.isatty():
        # Plain: the pretty one shows the variables of each frame, and with them keys and secrets.
        plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [*shared, plain]
    keys = ["timestamp", "level", "event"]
    return [*shared, structlog.processors.LogfmtRenderer(key_order=keys, drop_missing=True)]


def _without_rows(
    _logger: Any, _name: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leave out what PostgreSQL adds to an error of its own: the values of the row."""
    if "exception" in line:
        line["exception"] = re.sub(r"DETAIL:.*", "DETAIL: (left out)", line["exception"])
    return line
