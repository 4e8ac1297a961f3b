"""Results of commands by their id, so that one sent twice takes effect once.

A command that is still running is waited for, also by a second tab. Bounded per employee; the
fact a command makes carries the same id, so the engine takes it once even after a restart.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from agent_ui.live.patch import Document
from routing.ids import AgentId

KEPT_PER_EMPLOYEE = 256

Result = Document
Work = Callable[[], Awaitable[Result]]


class Ledger:
    """Remembers results. A result marked `retry` is given out and forgotten."""

    def __init__(self, *, kept: int = KEPT_PER_EMPLOYEE) -> None:
        self._kept = kept
        self._results: dict[AgentId, OrderedDict[str, asyncio.Future[Result]]] = {}

    async def once(self, agent: AgentId, command_id: str, *, work: Work) -> Result:
        """The result of `work`, run only if this id has no result yet. Raises what work raises."""
        known = self._results.setdefault(agent, OrderedDict())
        earlier = known.get(command_id)
        if earlier is not None:
            return await asyncio.shield(earlier)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        known[command_id] = future
        while len(known) > self._kept:
            known.popitem(last=False)
        try:
            result = await work()
        except BaseException:
            known.pop(command_id, None)
            future.set_result(_interrupted(command_id))
            raise
        if result.get("code") in PASSING:
            known.pop(command_id, None)
        future.set_result(result)
        return result


PASSING = frozenset({"unavailable", "interrupted"})
"""Codes that pass by themselves: the same command may be tried again."""


def _interrupted(command_id: str) -> Result:
    return {"type": "result", "id": command_id, "ok": False, "code": "interrupted"}
