"""Versions of the approval routes: written by one person, published by another, then unchanged.

A running application keeps the version that it began with. The first version is the standard one,
which is kept when the first application needs it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.routes import Routes, read_routes
from crm_core.applications.standard import STANDARD_ROUTES
from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.models import ApprovalRoutes
from crm_core.upsert import insert_into
from routing.ids import AgentId

_KIND = "approval_routes"
_FIRST = 1
_STANDARD_BY, _STANDARD_PUBLISHER = "tellerline", "standard"


class NothingToPublish(Refused):
    """There is no such draft any more."""

    code = "nothing_to_publish"


class PublisherIsWriter(Refused):
    """Whoever wrote routes does not publish them."""

    code = "publisher_is_writer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesVersion:
    """A version of all routes; a draft is not published yet."""

    version: int
    body: str
    drafted_by: str
    drafted_at: datetime
    published_by: str | None = None
    published_at: datetime | None = None

    @property
    def routes(self) -> Routes:
        return read_routes(self.body)


async def current(session: AsyncSession) -> RoutesVersion:
    """The published version that new applications take; needs a unit of work."""
    row = await session.scalar(_published())
    if row is None:
        await _keep_standard(session)
        row = (await session.scalars(_published())).one()
    return _version(row)


async def version(session: AsyncSession, number: int) -> RoutesVersion:
    """A version that an application began with."""
    row = await session.get_one(ApprovalRoutes, number)
    return _version(row)


async def versions(session: AsyncSession) -> tuple[RoutesVersion, ...]:
    """All versions, the newest first; at least the standard one, kept or not."""
    rows = await session.scalars(select(ApprovalRoutes).order_by(ApprovalRoutes.version.desc()))
    found = tuple(_version(row) for row in rows)
    if any(one.published_at for one in found):
        return found
    standard = RoutesVersion(
        version=_FIRST,
        body=STANDARD_ROUTES,
        drafted_by=_STANDARD_BY,
        drafted_at=moment(session),
        published_by=_STANDARD_PUBLISHER,
        published_at=moment(session),
    )
    return (*found, standard)


async def draft(session: AsyncSession, body: str, *, by: AgentId) -> int:
    """Keep a draft, in place of the one there was. Its version. Raises RoutesInvalid."""
    read_routes(body)
    published = await current(session)
    row = await session.scalar(_drafts().with_for_update())
    if row is None:
        row = ApprovalRoutes(version=published.version + 1)
        session.add(row)
    row.body, row.drafted_by, row.drafted_at = body, by, moment(session)
    await session.flush()
    subject = Subject(kind=_KIND, id=str(row.version))
    await record(session, Action.ROUTES_DRAFTED, actor=by, subject=subject, reason="")
    return row.version


async def publish(session: AsyncSession, number: int, drafted_at: datetime, *, by: AgentId) -> None:
    """Let the draft, as it was written then, hold for new applications.

    Raises NothingToPublish, PublisherIsWriter.
    """
    row = await session.scalar(_drafts().with_for_update())
    if row is None or row.version != number or row.drafted_at != drafted_at:
        raise NothingToPublish
    if row.drafted_by == by:
        raise PublisherIsWriter
    row.published_by, row.published_at = by, moment(session)
    await session.flush()
    subject = Subject(kind=_KIND, id=str(number))
    await record(session, Action.ROUTES_PUBLISHED, actor=by, subject=subject, reason="")


def _published() -> Select[ApprovalRoutes]:
    row = ApprovalRoutes
    newest = select(row).where(row.published_at.is_not(None))
    return newest.order_by(row.version.desc()).limit(1)


def _drafts() -> Select[ApprovalRoutes]:
    return select(ApprovalRoutes).where(ApprovalRoutes.published_at.is_(None)).limit(1)


async def _keep_standard(session: AsyncSession) -> None:
    now = moment(session)
    standard = insert_into(session, ApprovalRoutes).values(
        version=_FIRST,
        body=STANDARD_ROUTES,
        drafted_by=_STANDARD_BY,
        drafted_at=now,
        published_by=_STANDARD_PUBLISHER,
        published_at=now,
    )
    await session.execute(standard.on_conflict_do_nothing())


def _version(row: ApprovalRoutes) -> RoutesVersion:
    return RoutesVersion(
        version=row.version,
        body=row.body,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        published_by=row.published_by,
        published_at=row.published_at,
    )
