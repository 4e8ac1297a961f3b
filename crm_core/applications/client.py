"""What a client's page, panel and timeline tell of his applications. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import KIND, STAGE
from crm_core.applications.states import DECIDED, OPEN, ApplicationState, VoteChoice
from crm_core.database import moment
from crm_core.models import (
    ApplicationEvent,
    CoApplicant,
    CreditApplication,
    EmployeeRow,
)
from crm_core.parties.signals import Signal, SignalCode
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from crm_core.worktime import clocks
from crm_core.worktime.sla import ClockState
from routing.ids import PartyId

_UNTOLD = frozenset(DECIDED.values())
_SHOWN = 5
_RUN_OUT = frozenset({ClockState.BREACHED, ClockState.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationGlance:
    """One application in the first second. `untold`: decided, and the client does not know yet;
    `late`: the stage where it stands takes longer than its norm. `answer_wanted`: it waits for the
    client."""

    application: str
    number: str
    state: ApplicationState
    stage: str | None
    decision: VoteChoice | None
    decided_at: datetime | None
    untold: bool
    late: bool

    @property
    def answer_wanted(self) -> bool:
        return self.state is ApplicationState.WAITING_CLIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationsGlance:
    """A party's applications that are open or whose decision it has not been told, latest first."""

    items: tuple[ApplicationGlance, ...]


async def glance(session: AsyncSession, party: PartyId) -> ApplicationsGlance | None:
    """What there is to know of the party's own applications now, if anything."""
    row = CreditApplication
    untold = row.state.in_(_UNTOLD) & row.client_informed_at.is_(None)
    statement = select(row).where(row.party == party, or_(row.state.in_(OPEN), untold))
    rows = list(await session.scalars(statement.order_by(row.updated_at.desc()).limit(_SHOWN)))
    if not rows:
        return None
    now = moment(session)
    shown = await clocks.readings(session, KIND, [one.id for one in rows], now=now)
    late = {
        application
        for application, readings in shown.items()
        if any(one.metric == STAGE and one.state in _RUN_OUT for one in readings)
    }
    return ApplicationsGlance(
        items=tuple(
            ApplicationGlance(
                application=one.id,
                number=one.number,
                state=one.state,
                stage=one.stage,
                decision=one.decision,
                decided_at=one.decided_at,
                untold=one.state in _UNTOLD and one.client_informed_at is None,
                late=one.stage is not None and one.id in late,
            )
            for one in rows
        )
    )


async def signals(session: AsyncSession, party: PartyId) -> Sequence[Signal]:
    """Why the client may be calling: a decision he has not heard, or an application under way."""
    found = await glance(session, party)
    return [_signal(one) for one in found.items] if found else []


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """What happened to the party's applications, those it is a co-applicant of included."""
    event, row = ApplicationEvent, CreditApplication
    at, ref = event.at.expression, event.id.expression
    together = select(CoApplicant.application).where(CoApplicant.party == party)
    statement = (
        select(event, row.number, EmployeeRow.name)
        .join(row, row.id == event.application)
        .outerjoin(EmployeeRow, EmployeeRow.id == event.actor)
        .where(or_(row.party == party, row.id.in_(together)))
        .where(earlier(before, TimelineKind.APPLICATION, at, ref))
        .order_by(event.at.desc(), event.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=one.at,
            kind=TimelineKind.APPLICATION,
            ref=one.id,
            title_code="application.timeline",
            detail={"number": number, "what": f"application.event.{one.move}"},
            text=one.note,
            actor=name or "",
        )
        for one, number, name in await session.execute(statement)
    ]


def _signal(one: ApplicationGlance) -> Signal:
    detail = {"number": one.number, "state": f"application.state.{one.state}"}
    if one.untold and one.decided_at is not None:
        told = detail | {"decided_at": one.decided_at.isoformat()}
        return Signal(code=SignalCode.APPLICATION_DECIDED, ref=one.application, detail=told)
    return Signal(code=SignalCode.APPLICATION_OPEN, ref=one.application, detail=detail)
