"""Groups of parties: households, groups of companies, holdings and others; members over time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.dated import end, held
from crm_core.errors import FieldRefused, PartyUnknown, Unknown
from crm_core.ids import new_id
from crm_core.models import GroupKind, Party, PartyGroup, PartyGroupMember
from crm_core.relations.risk import worst_days
from routing.ids import PartyId

MOST_MEMBERS = 500


class GroupUnknown(Unknown):
    """There is no such group, or it has been closed."""

    code = "group_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A party of a group; `days_past_due` of its own worst agreement."""

    party: PartyId
    name: str
    is_head: bool
    since: datetime
    days_past_due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSummary:
    """A group in a list; `members` counts them now."""

    id: str
    kind: GroupKind
    name: str
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group with its members now, the head first, then by name."""

    id: str
    kind: GroupKind
    name: str
    head: PartyId | None
    members: tuple[Member, ...]

    @property
    def worst(self) -> int:
        """The most days past due of any member."""
        return max((one.days_past_due for one in self.members), default=0)


async def add_group(
    session: AsyncSession, kind: GroupKind, name: str, members: Collection[PartyId], *, by: str
) -> str:
    """Found a group. Its id. Raises FieldRefused, PartyUnknown."""
    now = moment(session)
    row = PartyGroup(
        id=new_id(), kind=kind, name=_name(name), head=None, created_at=now, updated_at=now
    )
    session.add(row)
    await session.flush()
    await _set_members(session, row, members)
    await _record(session, Action.GROUP_KEPT, row.id, by=by)
    return row.id


async def rename_group(
    session: AsyncSession, group: str, kind: GroupKind, name: str, *, head: PartyId | None, by: str
) -> None:
    """Give the group another kind, name or head, who must be a member. Raises FieldRefused."""
    row = await _held(session, group)
    if head is not None and head not in await _member_ids(session, group):
        raise FieldRefused("head", "not_a_member")
    row.kind, row.name, row.head, row.updated_at = kind, _name(name), head, moment(session)
    await session.flush()
    await _record(session, Action.GROUP_KEPT, group, by=by)


async def set_members(
    session: AsyncSession, group: str, members: Collection[PartyId], *, by: str
) -> None:
    """From now on these belong to it. Raises GroupUnknown, PartyUnknown, FieldRefused."""
    row = await _held(session, group)
    await _set_members(session, row, members)
    await _record(session, Action.GROUP_MEMBERS_SET, group, by=by)


async def close_group(session: AsyncSession, group: str, *, by: str) -> None:
    """The group is no more; its members are history. Raises GroupUnknown."""
    row = await _held(session, group)
    await _set_members(session, row, ())
    row.closed_at = row.updated_at = moment(session)
    await session.flush()
    await _record(session, Action.GROUP_KEPT, group, by=by)


async def group(session: AsyncSession, group: str, at: datetime | None = None) -> Group:
    """The group with its members, now or at a time. Raises GroupUnknown."""
    row = await session.get(PartyGroup, group)
    if row is None:
        raise GroupUnknown
    member = PartyGroupMember
    statement = (
        select(Party.id, Party.display_name, member.valid_from)
        .join(Party, Party.id == member.party)
        .where(member.group == group, held(member, at or moment(session)))
        .order_by(Party.display_name, Party.id)
        .limit(MOST_MEMBERS)
    )
    rows = (await session.execute(statement)).all()
    days = await worst_days(session, [party for party, _, _ in rows])
    members = [
        Member(
            party=party,
            name=name,
            is_head=party == row.head,
            since=since,
            days_past_due=days.get(party, 0),
        )
        for party, name, since in rows
    ]
    members.sort(key=lambda one: not one.is_head)
    return Group(id=row.id, kind=row.kind, name=row.name, head=row.head, members=tuple(members))


async def groups_of(session: AsyncSession, party: PartyId) -> list[GroupSummary]:
    """The groups that the party belongs to now, by name."""
    member = PartyGroupMember
    mine = select(member.group).where(member.party == party, held(member, moment(session)))
    return await _summaries(session, PartyGroup.id.in_(mine), MOST_MEMBERS)


async def groups(
    session: AsyncSession,
    *,
    kind: GroupKind | None = None,
    named: str = "",
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[GroupSummary]:
    """Groups by name: those after the (name, id), of a kind, whose name begins so."""
    row = PartyGroup
    wanted: ColumnElement[bool] = row.closed_at.is_(None)
    if kind is not None:
        wanted = wanted & (row.kind == kind)
    if named:
        wanted = wanted & func.lower(row.name).startswith(named.lower(), autoescape=True)
    if after is not None:
        wanted = wanted & (tuple_(row.name, row.id) > after)
    return await _summaries(session, wanted, limit)


async def _summaries(
    session: AsyncSession, wanted: ColumnElement[bool], limit: int
) -> list[GroupSummary]:
    member, row = PartyGroupMember, PartyGroup
    count = select(func.count()).where(member.group == row.id, held(member, moment(session)))
    statement = select(row.id, row.kind, row.name, count.scalar_subquery()).where(wanted)
    rows = await session.execute(statement.order_by(row.name, row.id).limit(limit))
    return [GroupSummary(id=id_, kind=kind, name=name, members=n) for id_, kind, name, n in rows]


async def _set_members(
    session: AsyncSession, row: PartyGroup, members: Collection[PartyId]
) -> None:
    wanted, now = set(members), moment(session)
    if len(wanted) > MOST_MEMBERS:
        raise FieldRefused("members", "too_many")
    if set(await session.scalars(select(Party.id).where(Party.id.in_(wanted)))) != wanted:
        raise PartyUnknown
    known = await _member_ids(session, row.id)
    member, gone = PartyGroupMember, known - wanted
    await end(session, member, and_(member.group == row.id, member.party.in_(gone)), now)
    if row.head in gone:
        row.head = None
    session.add_all(
        PartyGroupMember(id=new_id(), group=row.id, party=one, valid_from=now, created_at=now)
        for one in wanted - known
    )
    await session.flush()


async def _member_ids(session: AsyncSession, group: str) -> set[PartyId]:
    member = PartyGroupMember
    found = select(member.party).where(member.group == group, held(member, moment(session)))
    return set(await session.scalars(found))


async def _held(session: AsyncSession, group: str) -> PartyGroup:
    statement = select(PartyGroup).where(PartyGroup.id == group, PartyGroup.closed_at.is_(None))
    row = await session.scalar(statement.with_for_update())
    if row is None:
        raise GroupUnknown
    return row


def _name(name: str) -> str:
    if not name.strip():
        raise FieldRefused("name", "missing")
    return name.strip()


async def _record(session: AsyncSession, action: Action, group: str, *, by: str) -> None:
    await record(session, action, actor=by, subject=Subject(kind="group", id=group), reason="")
