"""Logging: one line of JSON an event on standard error, from structlog and from `logging` alike.

Logs carry ids. As a last line of defence anything that looks like a telephone or card number is
masked before it leaves.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NUMBER = re.compile(r"(?<![\w.:-])\+?\d{9,19}(?![\w.:-])")
_SECRETS = re.compile(
    r"(?:^|_)(?:password|secret|token|pin|digits|authorization)(?:_|$)", re.IGNORECASE
)


def mask(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out whatever must not be in a log."""
    for key, value in event.items():
        if _SECRETS.search(key):
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = _NUMBER.sub("***", value)
    return event


def set_up_logs(level: str) -> None:
    """Send all logs through one pipeline to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "panoramisk", "websockets", "alembic", "aiosqlite"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
