"""An application taken to be changed: its row under lock, its route, how it stands, its history.

Shared by the use cases of this room; nobody else changes an application.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import ApplicationStale, ApplicationUnknown
from crm_core.applications.rights import Standing
from crm_core.applications.route_versions import version
from crm_core.applications.routes import Route, Stage
from crm_core.applications.states import APPLICATION_MOVES, ApplicationMove
from crm_core.database import moment
from crm_core.ids import new_id
from crm_core.models import (
    ApplicationDocument,
    ApplicationEvent,
    ApplicationVote,
    CreditApplication,
)
from crm_core.states import after
from crm_core.worktime.calendars import calendar

CREATED, RECOMMEND = "create", "recommend"
"""Codes of history beside the moves; who did one of these is a maker."""

_MAKING = (CREATED, RECOMMEND, ApplicationMove.SUBMIT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An application under lock."""

    row: CreditApplication
    route: Route
    standing: Standing

    @property
    def stage(self) -> Stage:
        """The stage where it stands. Only where it stands at one."""
        if self.standing.stage is None:
            raise ValueError("the application stands at no stage")
        return self.standing.stage


async def take(session: AsyncSession, application: str, *, shown: int | None) -> Held:
    """The application, for this unit of work alone. `shown` is the version that whoever acts has
    seen; None asks for no check. Raises ApplicationUnknown, ApplicationStale."""
    row = await session.get(
        CreditApplication, application, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise ApplicationUnknown
    if shown is not None and row.row_version != shown:
        raise ApplicationStale
    route = await route_of(session, row)
    return Held(row=row, route=route, standing=await standing(session, row, route))


async def route_of(session: AsyncSession, row: CreditApplication) -> Route:
    """The route that the application began with."""
    return (await version(session, row.route_version)).routes.route(row.route)


async def standing(session: AsyncSession, row: CreditApplication, route: Route) -> Standing:
    """How the application stands now."""
    events, votes, papers = ApplicationEvent, ApplicationVote, ApplicationDocument
    making = events.application == row.id, events.move.in_(_MAKING)
    voted = votes.application == row.id, votes.round == row.round
    absent = papers.application == row.id, papers.received_at.is_(None)
    makers = await session.scalars(select(events.actor).where(*making))
    voters = await session.scalars(select(votes.voter).where(*voted))
    missing = await session.scalars(select(papers.code).where(*absent))
    return Standing(
        state=row.state,
        stage=route.stage(row.stage) if row.stage else None,
        makers=frozenset(makers),
        voters=frozenset(voters),
        missing=frozenset(missing),
        told=row.client_informed_at is not None,
        over=_over(row.decision_expires_on, await today(session)),
    )


async def today(session: AsyncSession) -> date:
    """The bank's day."""
    return (await calendar(session)).local_day(moment(session))


async def move(
    session: AsyncSession,
    row: CreditApplication,
    made: ApplicationMove,
    *,
    by: str,
    note: str = "",
    called: str = "",
    stage: str | None = None,
) -> None:
    """Bring the row to its next state and write it down, as `called` if that says more. What else
    changes with the state has been set before; `stage` is where it stood until then, if the row
    does not say so any more. Raises MoveRefused."""
    row.state, row.updated_at = after(APPLICATION_MOVES, row.state, made), moment(session)
    await session.flush()
    await remember(session, row, called or made.value, by=by, note=note, stage=stage)


async def remember(
    session: AsyncSession,
    row: CreditApplication,
    what: str,
    *,
    by: str,
    note: str = "",
    stage: str | None = None,
) -> None:
    """Write down what happened to the application."""
    session.add(
        ApplicationEvent(
            id=new_id(),
            application=row.id,
            at=moment(session),
            actor=by,
            move=what,
            state=row.state,
            stage=(row.stage or "") if stage is None else stage,
            note=note,
        )
    )
    await session.flush()


def _over(expires_on: date | None, day: date) -> bool:
    return expires_on is not None and expires_on < day
