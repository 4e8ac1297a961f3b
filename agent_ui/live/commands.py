"""Commands of the browser: validated, permitted, done once, answered.

Most become a fact for routing (`asks`). A few also touch a phone or a card; those are here. A
result tells that the wish was taken, not that it came true: that is told by the deltas, or by
AskRefused. DTMF digits pass through and are never logged.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeVar

from pydantic import ValidationError

from agent_ui.errors import BadRequest, Conflict, Refused
from agent_ui.live.asks import ASKS, WITH_CALLS, Ask, Stamp, own_call
from agent_ui.live.hub import Hub
from agent_ui.live.ledger import Ledger, Result
from agent_ui.live.messages import (
    Command,
    CompleteArgs,
    DigitsArgs,
    DraftArgs,
    PartyArgs,
    Shape,
    StartShift,
    VerifyArgs,
    field_errors,
)
from agent_ui.live.patch import Document
from agent_ui.live.records import Records
from agent_ui.live.specials import Special
from agent_ui.live.supervising import Supervising
from agent_ui.options import LiveOptions
from agent_ui.ports import Clock, Intake, Phones
from crm_core import errors as crm_errors
from crm_core.cards import CardNotYours, CardUnknown
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import may
from routing.facts import ShiftStarted, WrapUpFinished
from routing.ids import CallId, FactId, PartyId
from routing.loop import Overloaded
from routing.terms import CallState

CONNECTED = frozenset({CallState.TALKING, CallState.HELD, CallState.CONSULTING})
"""States in which the customer's leg can be played digits by its owner."""

SQL_LOOK = 0.05
"""Seconds between two tries while SQL lags behind the screen."""

Found = TypeVar("Found")


class Commands:
    """Runs commands for employees; one instance serves all seats."""

    def __init__(
        self,
        *,
        hub: Hub,
        records: Records,
        supervising: Supervising,
        intake: Intake,
        phones: Phones,
        clock: Clock,
        options: LiveOptions,
    ) -> None:
        self._hub = hub
        self._records = records
        self._intake = intake
        self._phones = phones
        self._clock = clock
        self._options = options
        self._ledger = Ledger()
        self._specials: dict[str, Special] = {
            "shift.start": Special(StartShift, self._start_shift),
            "call.digits": Special(DigitsArgs, self._digits),
            "card.draft": Special(DraftArgs, self._draft, WITH_CALLS),
            "card.complete": Special(CompleteArgs, self._complete, WITH_CALLS),
            "card.party": Special(PartyArgs, self._party),
            "call.verify": Special(VerifyArgs, self._verify),
            **supervising.specials(),
        }

    async def run(self, employee: Employee, command: Command) -> Result:
        """Do it once and say what came of it."""
        return await self._ledger.once(
            employee.id, command.id, work=lambda: self._answer(employee, command)
        )

    async def _answer(self, employee: Employee, command: Command) -> Result:
        answer: Result = {"type": "result", "id": command.id, "ok": False}
        try:
            data = await self._perform(employee, command)
        except BadRequest as error:
            errors = [{"field": field, "code": code} for field, code in error.errors]
            return answer | {"code": error.code, "errors": errors}
        except Conflict as error:
            return answer | {"code": error.code, "data": error.data}
        except (Refused, crm_errors.Refused) as error:
            return answer | {"code": error.code}
        except (OSError, TimeoutError, Overloaded):
            return answer | {"code": "unavailable"}
        return answer | {"ok": True, "data": data or {}}

    async def _perform(self, employee: Employee, command: Command) -> Document | None:
        wish: Ask | Special | None = ASKS.get(command.name) or self._specials.get(command.name)
        if wish is None:
            raise Refused("unknown_command")
        if not any(may(employee.role, permission) for permission in wish.needs):
            raise Refused("forbidden")
        args = _validated(wish.args, command)
        stamp: Stamp = {
            "id": FactId(f"ui:{employee.id}:{command.id}"),
            "at": self._clock.now(),
            "agent": employee.id,
        }
        if isinstance(wish, Special):
            return await wish.handler(employee, stamp, args)
        wish.allowed(self._hub.picture, stamp, args)
        self._intake.submit(wish.fact(stamp, args))
        return None

    # ── Phones ──────────────────────────────────────────────────────────────────────────────

    async def _start_shift(self, employee: Employee, stamp: Stamp, args: StartShift) -> Document:
        async with asyncio.timeout(self._options.phone_timeout):
            account = await self._phones.issue(employee.id, args.phone)
        self._intake.submit(ShiftStarted(**stamp, phone=args.phone))
        return {"sip": asdict(account) if account else None}

    async def _digits(self, employee: Employee, _stamp: Stamp, args: DigitsArgs) -> None:
        call = own_call(self._hub.picture, employee.id, args.call)
        if call.state not in CONNECTED:
            raise Refused("not_now")
        async with asyncio.timeout(self._options.phone_timeout):
            await self._phones.digits(call.call, employee.id, args.digits)

    # ── Cards ───────────────────────────────────────────────────────────────────────────────

    async def _draft(self, employee: Employee, _stamp: Stamp, args: DraftArgs) -> Document:
        saved = await self._once_written(
            employee, args.call, lambda: self._records.save_draft(employee, args)
        )
        self._hub.refresh(CallId(args.call))
        return saved

    async def _complete(self, employee: Employee, stamp: Stamp, args: CompleteArgs) -> None:
        call = CallId(args.call)
        await self._once_written(
            employee, args.call, lambda: self._records.complete(employee, args)
        )
        self._hub.finished(employee.id, call)
        self._hub.refresh(call)
        self._intake.submit(WrapUpFinished(**stamp, call=call))

    async def _party(self, employee: Employee, _stamp: Stamp, args: PartyArgs) -> None:
        call = CallId(args.call)
        party = PartyId(args.party) if args.party else None
        await self._once_written(
            employee, args.call, lambda: self._records.choose_party(employee, call, party=party)
        )
        self._hub.refresh(call)

    async def _verify(self, employee: Employee, _stamp: Stamp, args: VerifyArgs) -> None:
        call = own_call(self._hub.picture, employee.id, args.call)
        await self._once_written(employee, args.call, lambda: self._records.verify(employee, args))
        self._hub.refresh(call.call)

    async def _once_written(
        self, employee: Employee, call: str, work: Callable[[], Awaitable[Found]]
    ) -> Found:
        """Do the work once SQL knows of the call what the screen shows: it follows by a moment."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._options.sql_patience
        while True:
            try:
                return await work()
            except (CardUnknown, CardNotYours):
                shown = self._hub.picture.calls.get(CallId(call))
                if shown is None or shown.agent != employee.id or loop.time() >= end:
                    raise
            await asyncio.sleep(SQL_LOOK)


def _validated(shape: type[Shape], command: Command) -> Shape:
    try:
        return shape.model_validate(command.args)
    except ValidationError as error:
        raise BadRequest("bad_args", field_errors(error)) from None
