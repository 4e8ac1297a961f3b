"""What supervisors do from the board: each deed is in the audit before it takes effect.

Where SQL is away nobody is listened to and nobody's state is forced: there is no unaudited
supervision. Whether a wish came true is told by routing's notices, as for agents.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TypedDict

from agent_ui.errors import Refused
from agent_ui.live.asks import SUPERVISORS, Stamp
from agent_ui.live.hub import Hub
from agent_ui.live.messages import (
    CallArgs,
    ForceArgs,
    MessageArgs,
    MessageReadArgs,
    MonitorArgs,
    StartPhone,
)
from agent_ui.live.patch import Document
from agent_ui.live.specials import Handler, Special
from agent_ui.options import LiveOptions
from agent_ui.ports import Intake, Phones
from crm_core.audit import Action, Subject, record
from crm_core.database import Database
from crm_core.staff.employees import Employee
from crm_core.supervision import messages
from routing import facts
from routing.ids import AgentId, CallId, FactId


class Supervising:
    """Runs supervisors' commands, and lets agents say that they have read a message."""

    def __init__(
        self, *, db: Database, hub: Hub, intake: Intake, phones: Phones, options: LiveOptions
    ) -> None:
        self._db = db
        self._hub = hub
        self._intake = intake
        self._phones = phones
        self._options = options

    def specials(self) -> dict[str, Special]:
        """All commands of supervision by name."""
        return {
            "phone.start": Special(StartPhone, self._start_phone, SUPERVISORS),
            "monitor.start": Special(MonitorArgs, self._monitor, SUPERVISORS),
            "monitor.stop": self._on_call(Action.CALL_MONITOR_STOPPED, facts.MonitorStopAsked),
            "call.take_over": self._on_call(Action.CALL_TAKEN_OVER, facts.TakeOverAsked),
            "assistance.take": self._on_call(Action.ASSISTANCE_TAKEN, facts.AssistanceTaken),
            "agent.force": Special(ForceArgs, self._force, SUPERVISORS),
            "agent.message": Special(MessageArgs, self._message, SUPERVISORS),
            "message.read": Special(MessageReadArgs, self._read),
        }

    async def _start_phone(self, employee: Employee, _stamp: Stamp, args: StartPhone) -> Document:
        async with asyncio.timeout(self._options.phone_timeout):
            account = await self._phones.issue(employee.id, args.phone)
        return {"sip": asdict(account) if account else None}

    # ── Calls ───────────────────────────────────────────────────────────────────────────────

    async def _monitor(self, employee: Employee, stamp: Stamp, args: MonitorArgs) -> None:
        self._known_call(args.call)
        detail = {"mode": args.mode.value}
        await self._audit(employee, Action.CALL_MONITORED, _call(args.call), detail)
        self._intake.submit(
            facts.MonitorAsked(**_by(stamp), call=CallId(args.call), mode=args.mode)
        )

    def _on_call(self, action: Action, kind: Callable[..., facts.CallSupervised]) -> Special:
        async def do(employee: Employee, stamp: Stamp, args: CallArgs) -> None:
            self._known_call(args.call)
            await self._audit(employee, action, _call(args.call), {})
            self._intake.submit(kind(**_by(stamp), call=CallId(args.call)))

        handler: Handler = do
        return Special(CallArgs, handler, SUPERVISORS)

    def _known_call(self, call: str) -> None:
        if CallId(call) not in self._hub.picture.calls:
            raise Refused("call_is_over")

    # ── Agents ──────────────────────────────────────────────────────────────────────────────

    async def _force(self, employee: Employee, stamp: Stamp, args: ForceArgs) -> None:
        agent = self._known_agent(args.agent)
        detail = {"availability": args.availability.value}
        if args.reason is not None:
            detail["reason"] = args.reason.value
        await self._audit(employee, Action.STATE_FORCED, _employee(agent), detail)
        self._intake.submit(
            facts.AvailabilityForced(
                id=stamp["id"],
                at=stamp["at"],
                agent=agent,
                by=employee.id,
                availability=args.availability,
                reason=args.reason,
            )
        )

    async def _message(self, employee: Employee, _stamp: Stamp, args: MessageArgs) -> Document:
        agent = self._known_agent(args.agent)
        async with self._db.unit_of_work() as session:
            message = await messages.send(session, to=agent, text=args.text, by=employee.id)
        self._hub.refresh_lists(agent, employee.id)
        return {"message": message}

    async def _read(self, employee: Employee, _stamp: Stamp, args: MessageReadArgs) -> None:
        async with self._db.unit_of_work() as session:
            author = await messages.read(session, args.message, by=employee.id)
        self._hub.refresh_lists(employee.id, author)

    def _known_agent(self, agent: str) -> AgentId:
        if AgentId(agent) not in self._hub.picture.agent_ids():
            raise Refused("agent_unknown")
        return AgentId(agent)

    async def _audit(
        self, employee: Employee, action: Action, subject: Subject, detail: dict[str, str]
    ) -> None:
        async with self._db.unit_of_work() as session:
            await record(
                session,
                action,
                actor=employee.id,
                subject=subject,
                reason="supervision",
                detail=detail,
            )


class _By(TypedDict):
    id: FactId
    at: datetime
    by: AgentId


def _by(stamp: Stamp) -> _By:
    return {"id": stamp["id"], "at": stamp["at"], "by": stamp["agent"]}


def _call(call: str) -> Subject:
    return Subject(kind="call", id=call)


def _employee(agent: AgentId) -> Subject:
    return Subject(kind="employee", id=agent)
