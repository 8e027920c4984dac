"""How logs look: one event name and fields, ours and the libraries' alike."""

import logging
import sys

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
    first = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if sys.stderr.isatty():
        return [first, structlog.dev.ConsoleRenderer()]
    keys = ["timestamp", "level", "event"]
    return [
        first,
        structlog.processors.format_exc_info,
        structlog.processors.LogfmtRenderer(key_order=keys, drop_missing=True),
    ]
