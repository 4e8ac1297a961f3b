"""Making a report: what the database added up by slots is folded into intervals and groups.

Rows come in small portions, with a turn of the event loop between two: calls are routed in it too.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.reports.agent_time import time_spent
from crm_core.reports.asking import (
    BY_HOUR,
    MOST_ROWS,
    Grouping,
    Key,
    Question,
    Report,
    ReportTooLarge,
    Row,
    check,
)
from crm_core.reports.contacts import STREAM, counted
from crm_core.reports.intervals import (
    Stretch,
    interval_start,
    local_slot,
    slot_of,
    stretches,
)
from crm_core.reports.measures import NAMES, TIMES, Figures
from crm_core.reports.teams import NO_TEAMS, Teams, teams_in
from routing.ids import AgentId

Place = tuple[datetime | None, Key]

_COUNTS = tuple(name for name in NAMES if name not in TIMES)
_PORTION = 500
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)

_CLOCK: dict[Grouping, Callable[[datetime], int]] = {
    Grouping.HOUR: lambda at: at.hour,
    Grouping.WEEKDAY: lambda at: at.weekday(),
    Grouping.WEEK_HOUR: lambda at: at.weekday() * 24 + at.hour,
}


async def report(session: AsyncSession, question: Question) -> Report:
    """The answer. Raises FieldRefused, ReportTooLarge."""
    check(question)
    now = moment(session)
    teams = await teams_in(session, question.period) if question.tells_teams else NO_TEAMS
    sheet = _Sheet(question, teams)
    for stretch in stretches(question.period):
        contacts = counted(question, stretch, sheet.width)
        async for at, key, agent, *counts in await session.stream(
            contacts, execution_options=STREAM
        ):
            sheet.count(stretch, at, key, agent, counts)
        if question.tells_time:
            spent = await time_spent(session, question, stretch, sheet.width, now)
            for n, ((at, agent, kind), ms) in enumerate(spent.items()):
                sheet.spend(stretch, at, agent, kind, ms)
                if n % _PORTION == 0:
                    await asyncio.sleep(0)
    return Report(
        question=question,
        rows=await asyncio.to_thread(sheet.rows),
        total=Figures(**sheet.total),
        until=min(now, question.period.end),
    )


class _Sheet:
    """Sums by interval and group, as they grow."""

    def __init__(self, question: Question, teams: Teams) -> None:
        self._question = question
        self._teams = teams
        self._sums: dict[Place, dict[str, int]] = {}
        self.total = dict.fromkeys(NAMES, 0)
        self.width = slot_of(question.interval, hours=question.grouping in BY_HOUR)

    def count(
        self, stretch: Stretch, slot: int, key: Key, agent: AgentId | None, counts: list[int]
    ) -> None:
        """Contacts that ended in a slot."""
        sums = self._at(stretch, slot, key, agent)
        if sums is not None:
            for name, n in zip(_COUNTS, counts, strict=True):
                sums[name] += int(n)
                self.total[name] += int(n)

    def spend(self, stretch: Stretch, slot: int, agent: AgentId | None, kind: str, ms: int) -> None:
        """Time that an agent, or all of them, spent in a slot."""
        sums = self._at(stretch, slot, agent, agent)
        if sums is not None:
            sums[kind] += int(ms)
            self.total[kind] += int(ms)

    def rows(self) -> tuple[Row, ...]:
        """All that is not empty, by time and then by key, what has none last."""
        places = sorted(self._sums, key=_order)
        return tuple(
            Row(start=start, key=key, figures=Figures(**self._sums[start, key]))
            for start, key in places
        )

    def _at(
        self, stretch: Stretch, slot: int, key: Key, agent: AgentId | None
    ) -> dict[str, int] | None:
        """The sums to add to; None if the filter by team leaves it out."""
        question = self._question
        begins = stretch.local_start
        local = max(local_slot(slot, self.width), begins)
        team = self._teams.at(agent, stretch.start + (local - begins))
        if question.team is not None and team != question.team:
            return None
        zone = question.period.zone
        start = interval_start(local, question.interval, stretch.offset, zone)
        place = start, self._key(local, key, team)
        sums = self._sums.get(place)
        if sums is None:
            if len(self._sums) >= MOST_ROWS:
                raise ReportTooLarge
            sums = self._sums[place] = dict.fromkeys(NAMES, 0)
        return sums

    def _key(self, local: datetime, key: Key, team: str | None) -> Key:
        grouping = self._question.grouping
        clock = _CLOCK.get(grouping)
        if clock is not None:
            return clock(local)
        if grouping is Grouping.TEAM:
            return team
        return None if grouping is Grouping.NONE or key == "" else key


def _order(place: Place) -> tuple[datetime, bool, Any]:
    start, key = place
    return start or _ANY_TIME, key is None, key or 0
