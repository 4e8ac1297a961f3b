"""The roster in routing and on the screens, kept as the database and the configuration have it.

Whoever changed staff, queues, skills or rules says so; besides, the roster is read every few
seconds, for changes made from the command line and for the days of the schedules, which are handed
in some weeks ahead. Only a roster that differs is handed on: that is a fact like any other, takes
its turn in the loop, and disturbs no call.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.ports import Intake
from config.freshness import keep_fresh
from config.queueing import QueuePlan
from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.staff import employees
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission
from crm_core.worktime import calendars
from crm_core.worktime.opening import schedule
from routing.facts import RosterLoaded
from routing.ids import FactId, ScheduleId
from routing.ports import Clock
from routing.roster import Roster
from routing.rules.terms import NO_RULES, RuleSet
from routing.terms import PhoneKind
from telephony.endpoints import AgentPhones, EndpointBook

Rules = Callable[[AsyncSession], Awaitable[RuleSet]]
_log = logging.getLogger(__name__)


class Screens(Protocol):
    """Who shows names, queues and pools."""

    def load(self, roster: Roster) -> None: ...


async def no_rules(_session: AsyncSession) -> RuleSet:
    """For a bank that has none."""
    return NO_RULES


class RosterKeeper:
    """Implements `agent_ui.ports.Rosters`. `run` lives as long as its owner's task group."""

    def __init__(
        self,
        db: Database,
        plan: QueuePlan,
        *,
        clock: Clock,
        intake: Intake,
        screens: Screens,
        book: EndpointBook,
        rules: Rules = no_rules,
    ) -> None:
        self._db = db
        self._plan = plan
        self._clock = clock
        self._intake = intake
        self._screens = screens
        self._book = book
        self._rules = rules
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._handed_in: Roster | None = None

    def holds(self, schedule: ScheduleId) -> bool:
        """Whether a schedule holds now, by the roster in force."""
        known = self._handed_in.schedules if self._handed_in else ()
        now = self._clock.now()
        return any(one.schedule == schedule and one.holds(now) for one in known)

    def changed(self) -> None:
        """Read the roster as soon as may be."""
        self._changed.set()

    async def run(self) -> None:
        """Keep the roster until cancelled."""
        await keep_fresh("roster", self._changed, self.reload)

    async def reload(self) -> bool:
        """Read the roster and hand it in if it differs; whether it did.

        Raises StorageAway, Overloaded.
        """
        async with self._one_at_a_time:
            async with self._db.reading() as session:
                people = await employees.employees(session)
                roster = await self.since(session, self._clock.now())
            self._book.load(_phones(people))
            if roster == self._handed_in:
                return False
            now = self._clock.now()
            fact = RosterLoaded(id=FactId(f"roster:{new_id()}"), at=now, roster=roster)
            self._intake.submit(fact)
            self._screens.load(roster)
            self._handed_in = roster
            return True

    async def since(self, session: AsyncSession, moment: datetime) -> Roster:
        """The roster as it is today, with opening hours worked out from that moment on."""
        calendar = await calendars.calendar(session)
        return await employees.roster(
            session,
            self._plan.queues,
            default_queue=self._plan.default_queue,
            entries=self._plan.entries,
            flows=self._plan.flows,
            schedules=[schedule(one, calendar, moment) for one in self._plan.schedules.opening],
            rules=await self._rules(session),
        )


def _phones(people: Sequence[Employee]) -> list[AgentPhones]:
    """The phones of all employees, of those who have left too: a last call may still be on."""
    return [
        AgentPhones(
            agent=person.id,
            name=person.name,
            browser=person.browser_endpoint,
            desk=person.desk_endpoint,
            always=PhoneKind.BROWSER if person.may(Permission.SUPERVISE_CALLS) else None,
        )
        for person in people
    ]
