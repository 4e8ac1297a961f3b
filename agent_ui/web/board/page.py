"""The board's page: what its script is told beside the live state, and how it is shown."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from agent_ui.web.access import parts_of
from agent_ui.web.shell import render
from crm_core.staff.teams import teams


async def board(request: Request, *, wall: bool) -> Response:
    """The board; on a wall without the strip, and large."""
    context = {"wall": wall, "board": await _told(request)}
    return render(request, "board/board.html", context)


async def _told(request: Request) -> dict[str, Any]:
    """Thresholds, the teams with their members, and what day it is in the house."""
    parts = parts_of(request)
    async with parts.db.reading() as session:
        kept = await teams(session)
    today: datetime = parts.clock.now().astimezone(ZoneInfo(parts.options.timezone))
    return {
        "usual": asdict(parts.thresholds.usual),
        "limits": {queue: asdict(one) for queue, one in parts.thresholds.queues.items()},
        "teams": [
            {"id": team.id, "name": team.name, "members": [agent for agent, _ in team.members]}
            for team in kept
            if team.open
        ],
        "today": today.date().isoformat(),
    }
