"""Branches of the bank, which form a tree, and which of them serve a party."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.dated import end, held
from crm_core.errors import FieldRefused, PartyUnknown, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import Branch, Party, PartyBranch
from routing.ids import PartyId

MOST = 2_000
LONGEST_ADDRESS = 200
_CODE = re.compile(r"[\w.\-]{1,32}")


class BranchUnknown(Unknown):
    """There is no such branch."""

    code = "branch_unknown"


class BranchChanged(Refused):
    """Somebody else has changed the branch meanwhile."""

    code = "branch_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchFacts:
    """What is told of a branch. `code` is what the core bank calls it; `address` is told to callers
    who ask where the bank is."""

    code: str
    name: str
    parent: str | None = None
    open: bool = True
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A branch in the tree; `depth` counts from 0 at a root."""

    id: str
    code: str
    name: str
    parent: str | None
    open: bool
    depth: int
    row_version: int
    address: str = ""


async def add_branch(session: AsyncSession, facts: BranchFacts, *, by: str) -> str:
    """Add a branch. Its id. Raises FieldRefused."""
    await _check(session, facts, None)
    now = moment(session)
    row = Branch(id=new_id(), created_at=now, updated_at=now, **_columns(facts))
    row.closed_at = None if facts.open else now
    session.add(row)
    await session.flush()
    await _record(session, row.id, by=by)
    return row.id


async def change_branch(
    session: AsyncSession, branch: str, facts: BranchFacts, *, seen: int, by: str
) -> None:
    """Tell it anew; `seen` is the row version that was read. No branch comes to stand below itself.

    Raises BranchUnknown, BranchChanged, FieldRefused.
    """
    row = await session.scalar(select(Branch).where(Branch.id == branch).with_for_update())
    if row is None:
        raise BranchUnknown
    if row.row_version != seen:
        raise BranchChanged
    await _check(session, facts, branch)
    now = moment(session)
    for name, value in _columns(facts).items():
        setattr(row, name, value)
    row.closed_at = None if facts.open else row.closed_at or now
    row.updated_at = now
    await session.flush()
    await _record(session, branch, by=by)


async def branches(session: AsyncSession) -> list[Place]:
    """All branches as a tree: each before what stands below it, neighbours by code."""
    rows = list(await session.scalars(select(Branch).order_by(Branch.code).limit(MOST)))
    return [_place(row, depth) for row, depth in in_tree_order(rows)]


async def set_serving(
    session: AsyncSession, party: PartyId, branches: Collection[str], *, by: str
) -> None:
    """From now on these branches (ids) serve the party. Raises PartyUnknown, BranchUnknown."""
    wanted, now, row = set(branches), moment(session), PartyBranch
    if await session.scalar(select(Party.id).where(Party.id == party).with_for_update()) is None:
        raise PartyUnknown
    if set(await session.scalars(select(Branch.id).where(Branch.id.in_(wanted)))) != wanted:
        raise BranchUnknown
    now_serving = select(row.branch).where(row.party == party, held(row, now))
    known = set(await session.scalars(now_serving))
    await end(session, row, and_(row.party == party, row.branch.in_(known - wanted)), now)
    session.add_all(
        PartyBranch(id=new_id(), party=party, branch=one, valid_from=now, created_at=now)
        for one in wanted - known
    )
    await session.flush()
    subject = Subject(kind="party", id=party)
    reason = ",".join(sorted(wanted))
    await record(session, Action.SERVING_BRANCHES_SET, actor=by, subject=subject, reason=reason)


async def serving(session: AsyncSession, party: PartyId) -> list[Place]:
    """The branches that serve the party now, by code."""
    row = PartyBranch
    statement = select(Branch).join(row, row.branch == Branch.id)
    mine = statement.where(row.party == party, held(row, moment(session))).order_by(Branch.code)
    return [_place(one, 0) for one in await session.scalars(mine)]


def in_tree_order(rows: Sequence[Branch]) -> list[tuple[Branch, int]]:
    """Each row before those below it, with its depth; siblings keep their order."""
    below: dict[str | None, list[Branch]] = {}
    for row in rows:
        below.setdefault(row.parent, []).append(row)
    found: list[tuple[Branch, int]] = []
    open_ = [(row, 0) for row in reversed(below.get(None, []))]
    while open_:
        row, depth = open_.pop()
        found.append((row, depth))
        open_ += [(child, depth + 1) for child in reversed(below.get(row.id, []))]
    return found


async def _check(session: AsyncSession, facts: BranchFacts, branch: str | None) -> None:
    if not _CODE.fullmatch(facts.code):
        raise FieldRefused("code", "malformed")
    if not facts.name.strip():
        raise FieldRefused("name", "missing")
    if len(facts.address) > LONGEST_ADDRESS:
        raise FieldRefused("address", "too_long")
    same = await session.scalar(select(Branch.id).where(Branch.code == facts.code))
    if same not in (None, branch):
        raise FieldRefused("code", "taken")
    if facts.parent is None:
        return
    parents = dict((await session.execute(select(Branch.id, Branch.parent))).all())
    if facts.parent not in parents:
        raise FieldRefused("parent", "unknown_branch")
    if branch is not None and branch in _above(facts.parent, parents):
        raise FieldRefused("parent", "below_itself")


def _above(branch: str, parents: Mapping[str, str | None]) -> list[str]:
    """The branch and all above it."""
    way: list[str] = []
    one: str | None = branch
    while one is not None and one not in way:
        way.append(one)
        one = parents.get(one)
    return way


def _columns(facts: BranchFacts) -> dict[str, str | None]:
    return {
        "code": facts.code,
        "name": facts.name.strip(),
        "parent": facts.parent,
        "address": facts.address.strip(),
    }


def _place(row: Branch, depth: int) -> Place:
    return Place(
        id=row.id,
        code=row.code,
        name=row.name,
        parent=row.parent,
        open=row.closed_at is None,
        depth=depth,
        address=row.address,
        row_version=row.row_version,
    )


async def _record(session: AsyncSession, branch: str, *, by: str) -> None:
    subject = Subject(kind="branch", id=branch)
    await record(session, Action.BRANCH_KEPT, actor=by, subject=subject, reason="")
