"""Keeping what the database has in force here: read when somebody says so, and now and then."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from crm_core.errors import StorageAway
from routing.loop import Overloaded

LOOK_EVERY = 15.0
"""Seconds between two looks at whether anything was changed elsewhere, as by the command line."""

_log = logging.getLogger(__name__)


async def keep_fresh(
    what: str, changed: asyncio.Event, reload: Callable[[], Awaitable[object]]
) -> None:
    """Call `reload` after each change and every few seconds, until cancelled. What is in force
    stays where it cannot be read."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), LOOK_EVERY)
        changed.clear()
        try:
            await reload()
        except (StorageAway, Overloaded) as error:
            _log.warning("%s.not_read why=%s", what, type(error).__name__)
        except Exception:  # noqa: BLE001 - supervised: logged
            _log.exception("%s.not_read", what)
