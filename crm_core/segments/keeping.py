"""Segments and the versions of their rules. A version is never changed, only followed."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import Segment, SegmentVersion
from crm_core.segments.compiling import checked

MOST_SEGMENTS = 500
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


class SegmentUnknown(Unknown):
    """There is no such segment."""

    code = "segment_unknown"


class SegmentChanged(Refused):
    """Somebody else has changed the segment meanwhile."""

    code = "segment_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A segment with its newest rule. `members` counts them as of `evaluated_at`; a rule that was
    worded after that is not counted yet. `row_version` guards against two who change it at once."""

    id: str
    code: str
    name: str
    note: str
    active: bool
    rule: str
    version: int
    evaluated_at: datetime | None
    members: int | None
    row_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A segment as it is written down. `code` names it for ever."""

    code: str
    name: str
    rule: str
    note: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A rule as it once was."""

    n: int
    rule: str
    since: datetime
    by: str


async def add_segment(session: AsyncSession, wording: Wording, *, by: str) -> str:
    """Add a segment. Its id. Raises FieldRefused, RuleRefused."""
    if not _CODE.fullmatch(wording.code):
        raise FieldRefused("code", "malformed")
    _check(wording)
    if await session.scalar(select(Segment.id).where(Segment.code == wording.code)):
        raise FieldRefused("code", "taken")
    now = moment(session)
    row = Segment(
        id=new_id(),
        code=wording.code,
        name=wording.name.strip(),
        note=wording.note,
        active=wording.active,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    _add_version(session, row, 1, wording, now, by)
    await session.flush()
    await _record(session, row, by=by)
    return row.id


async def change_segment(
    session: AsyncSession, segment: str, wording: Wording, *, seen: int, by: str
) -> None:
    """Word it anew; its code stays. A changed rule is the next version. `seen` is the row version
    that was read. Raises SegmentUnknown, SegmentChanged, FieldRefused, RuleRefused."""
    row = await session.scalar(select(Segment).where(Segment.id == segment).with_for_update())
    if row is None:
        raise SegmentUnknown
    if row.row_version != seen:
        raise SegmentChanged
    _check(wording)
    now, last = moment(session), await _newest(session, segment)
    row.name, row.note, row.active = wording.name.strip(), wording.note, wording.active
    row.updated_at = now
    if last.rule != wording.rule:
        _add_version(session, row, last.n + 1, wording, now, by)
    await session.flush()
    await _record(session, row, by=by)


async def segments(session: AsyncSession) -> list[Kept]:
    """All segments, by name."""
    newest = select(func.max(SegmentVersion.n)).where(SegmentVersion.segment == Segment.id)
    statement = (
        select(Segment, SegmentVersion)
        .join(SegmentVersion, SegmentVersion.segment == Segment.id)
        .where(SegmentVersion.n == newest.correlate(Segment).scalar_subquery())
        .order_by(Segment.name, Segment.id)
        .limit(MOST_SEGMENTS)
    )
    return [_kept(*found) for found in await session.execute(statement)]


async def segment(session: AsyncSession, segment: str) -> Kept:
    """One segment. Raises SegmentUnknown."""
    row = await session.get(Segment, segment)
    if row is None:
        raise SegmentUnknown
    return _kept(row, await _newest(session, segment))


async def versions(session: AsyncSession, segment: str) -> list[Version]:
    """All rules that the segment had, the newest first."""
    row = SegmentVersion
    rows = await session.scalars(select(row).where(row.segment == segment).order_by(row.n.desc()))
    return [
        Version(n=one.n, rule=one.rule, since=one.created_at, by=one.created_by) for one in rows
    ]


def _check(wording: Wording) -> None:
    if not wording.name.strip():
        raise FieldRefused("name", "missing")
    checked(wording.rule)


def _add_version(
    session: AsyncSession, row: Segment, n: int, wording: Wording, now: datetime, by: str
) -> None:
    session.add(
        SegmentVersion(segment=row.id, n=n, rule=wording.rule, created_at=now, created_by=by)
    )


async def _newest(session: AsyncSession, segment: str) -> SegmentVersion:
    row = SegmentVersion
    newest = select(row).where(row.segment == segment).order_by(row.n.desc()).limit(1)
    return (await session.scalars(newest)).one()


def _kept(row: Segment, version: SegmentVersion) -> Kept:
    return Kept(
        id=row.id,
        code=row.code,
        name=row.name,
        note=row.note,
        active=row.active,
        rule=version.rule,
        version=version.n,
        evaluated_at=row.evaluated_at,
        members=row.members,
        row_version=row.row_version,
    )


async def _record(session: AsyncSession, row: Segment, *, by: str) -> None:
    subject = Subject(kind="segment", id=row.id)
    await record(session, Action.SEGMENT_KEPT, actor=by, subject=subject, reason=row.code)
