"""Versions of a text: drafted, proposed, and published by another person.

    draft -> proposed -> published -> replaced
                      `-> rejected

There is one draft at most, one proposal at most, and one version at most that is published. What
was proposed is never changed; to go back is to propose an earlier text again. Everybody who changes
anything takes his turn at the row of the first version.

What the text means is no concern of this module: `check` raises if it could not hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import Refused, Unknown
from crm_core.four_eyes.errors import (
    NothingChanged,
    ProposalWaits,
    SameEyes,
    VersionChanged,
    VersionUnknown,
)
from crm_core.four_eyes.kept import AT_FIRST_START, BY_SETTINGS, Kept, kept, reason
from crm_core.four_eyes.states import VERSION_MOVES, VersionMove, VersionState
from crm_core.models.versions import Version
from crm_core.states import after
from crm_core.upsert import insert_into
from routing.ids import AgentId

Check = Callable[[str], object]
"""Raises if the text could not hold."""
R = TypeVar("R", bound=Version)
_FIRST = 1
_BACK = (VersionState.REPLACED, VersionState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """The audit's names of what is done to versions."""

    draft: Action
    propose: Action
    publish: Action
    reject: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Generic[R]):
    """The versions of one text. `scope` are the values of the columns that tell it from other texts
    of the table; `subject` is what the audit calls it."""

    table: type[R]
    subject: str
    deeds: Deeds
    scope: Mapping[str, str] = field(default_factory=dict)
    unknown: type[Unknown] = VersionUnknown
    changed: type[Refused] = VersionChanged

    # ── Reading ─────────────────────────────────────────────────────────────────────────────

    async def listed(
        self, session: AsyncSession, *, before: int | None = None, limit: int = 50
    ) -> list[Kept]:
        """Versions, the newest first."""
        statement = self._all().order_by(self.table.version.desc()).limit(limit)
        if before is not None:
            statement = statement.where(self.table.version < before)
        return [kept(one) for one in await session.scalars(statement)]

    async def one(self, session: AsyncSession, number: int) -> Kept:
        """One version. Raises `unknown`."""
        return kept(await self._row(session, number))

    async def in_state(self, session: AsyncSession, state: VersionState) -> Kept | None:
        """The draft, the proposal or the published version, if there is one."""
        row = await self._row_in(session, state)
        return None if row is None else kept(row)

    # ── Writing ─────────────────────────────────────────────────────────────────────────────

    async def keep_first(self, session: AsyncSession, body: str) -> None:
        """Publish the text that a new bank starts with, unless there is a version already."""
        now = moment(session)
        values = self._new_values(body, by=BY_SETTINGS, session=session) | {
            "version": _FIRST,
            "state": VersionState.PUBLISHED,
            "proposed_by": BY_SETTINGS,
            "proposed_at": now,
            "decided_by": AT_FIRST_START,
            "decided_at": now,
            "row_version": 1,
        }
        await session.execute(self._insert(session, values))

    async def begin(self, session: AsyncSession, body: str, *, by: AgentId) -> int:
        """Begin a text that has no version yet with a draft. Its version. Raises `changed` if
        there is one."""
        values = self._new_values(body, by=by, session=session)
        values |= {"version": _FIRST, "row_version": 1}
        done = await session.execute(self._insert(session, values).returning(self.table.version))
        if done.first() is None:
            raise self.changed
        row = await self._row(session, _FIRST)
        await self._record(session, self.deeds.draft, row, by=by)
        return _FIRST

    async def keep_draft(
        self, session: AsyncSession, body: str, *, check: Check, seen: int, by: AgentId
    ) -> int:
        """Keep the text as the draft. `seen` is the row version of the draft that was shown, 0 if
        there was none. Its version. Raises what `check` does, `unknown`, `changed`."""
        check(body)
        await self._turn(session)
        row = await self._row_in(session, VersionState.DRAFT)
        if (row.row_version if row else 0) != seen:
            raise self.changed
        if row is None:
            row = await self._new(session, body, by=by)
        row.body, row.drafted_by, row.drafted_at = body, by, moment(session)
        await session.flush()
        await self._record(session, self.deeds.draft, row, by=by)
        return row.version

    async def propose(
        self, session: AsyncSession, number: int, *, check: Check, seen: int, why: str, by: AgentId
    ) -> None:
        """Ask for the draft to be published. Raises what `check` does, `unknown`, `changed`,
        ProposalWaits, NothingChanged, MoveRefused, FieldRefused."""
        row = await self._seen(session, number, seen)
        await self._propose(session, row, check=check, why=reason(why), by=by)
        await self._record(session, self.deeds.propose, row, by=by)

    async def publish(
        self,
        session: AsyncSession,
        number: int,
        *,
        check: Check,
        seen: int,
        over: int,
        why: str,
        by: AgentId,
    ) -> None:
        """Let the proposal hold from now on. `over` is the published version that it was shown
        beside, 0 if there was none.

        Raises what `check` does, `unknown`, `changed`, SameEyes, MoveRefused, FieldRefused.
        """
        row = await self._seen(session, number, seen)
        held = await self._row_in(session, VersionState.PUBLISHED)
        if (held.version if held else 0) != over:
            raise self.changed
        after(VERSION_MOVES, row.state, VersionMove.PUBLISH)
        if kept(row).seen_by(by):
            raise SameEyes
        check(row.body)
        if held is not None:
            held.state = after(VERSION_MOVES, held.state, VersionMove.REPLACE)
            held.replaced_at = moment(session)
            await session.flush()
        await self._decide(session, row, VersionMove.PUBLISH, why=reason(why), by=by)
        await self._record(session, self.deeds.publish, row, by=by)

    async def reject(
        self, session: AsyncSession, number: int, *, seen: int, why: str, by: AgentId
    ) -> None:
        """Refuse the proposal, or take one's own back. Raises as `publish` does, but for
        SameEyes."""
        row = await self._seen(session, number, seen)
        await self._decide(session, row, VersionMove.REJECT, why=reason(why), by=by)
        await self._record(session, self.deeds.reject, row, by=by)

    async def roll_back(
        self, session: AsyncSession, number: int, *, check: Check, why: str, by: AgentId
    ) -> int:
        """Propose an earlier version's text again. The new version.

        Raises what `check` does, `unknown`, ProposalWaits, NothingChanged, FieldRefused.
        """
        await self._turn(session)
        earlier = await self._row(session, number)
        if earlier.state not in _BACK:
            raise self.unknown
        row = await self._new(session, earlier.body, by=by)
        row.equals = number
        await self._propose(session, row, check=check, why=reason(why), by=by)
        detail = {"equals": str(number)}
        await self._record(session, self.deeds.propose, row, by=by, detail=detail)
        return row.version

    # ── Steps ───────────────────────────────────────────────────────────────────────────────

    async def _propose(
        self, session: AsyncSession, row: R, *, check: Check, why: str, by: AgentId
    ) -> None:
        row.state = after(VERSION_MOVES, row.state, VersionMove.PROPOSE)
        row.proposed_by, row.proposed_at, row.proposed_why = by, moment(session), why
        with session.no_autoflush:
            if await self._row_in(session, VersionState.PROPOSED) is not None:
                raise ProposalWaits
            held = await self._row_in(session, VersionState.PUBLISHED)
        if held is not None and held.body == row.body:
            raise NothingChanged
        check(row.body)
        await session.flush()

    async def _decide(
        self, session: AsyncSession, row: R, move: VersionMove, *, why: str, by: AgentId
    ) -> None:
        row.state = after(VERSION_MOVES, row.state, move)
        row.decided_by, row.decided_at, row.decided_why = by, moment(session), why
        await session.flush()

    async def _turn(self, session: AsyncSession) -> None:
        """Raises `unknown` if there is no version at all."""
        first = self._all().where(self.table.version == _FIRST).with_for_update()
        if await session.scalar(first) is None:
            raise self.unknown

    async def _seen(self, session: AsyncSession, number: int, seen: int) -> R:
        await self._turn(session)
        row = await self._row(session, number)
        if row.row_version != seen:
            raise self.changed
        return row

    def _all(self) -> Select[R]:
        return select(self.table).filter_by(**self.scope)

    async def _row(self, session: AsyncSession, number: int) -> R:
        row: R | None = await session.scalar(self._all().where(self.table.version == number))
        if row is None:
            raise self.unknown
        return row

    async def _row_in(self, session: AsyncSession, state: VersionState) -> R | None:
        found: R | None = await session.scalar(self._all().where(self.table.state == state))
        return found

    async def _new(self, session: AsyncSession, body: str, *, by: AgentId) -> R:
        last = select(func.max(self.table.version)).filter_by(**self.scope)
        values = self._new_values(body, by=by, session=session)
        row = self.table(version=(await session.scalar(last) or 0) + 1, **values)
        session.add(row)
        return row

    def _new_values(self, body: str, *, by: str, session: AsyncSession) -> dict[str, Any]:
        return {
            **self.scope,
            "state": VersionState.DRAFT,
            "body": body,
            "drafted_by": by,
            "drafted_at": moment(session),
            "proposed_why": "",
            "decided_why": "",
        }

    def _insert(self, session: AsyncSession, values: dict[str, Any]) -> Any:
        """An insert of the first version, which does nothing if there is one."""
        return insert_into(session, self.table).values(**values).on_conflict_do_nothing()

    async def _record(
        self,
        session: AsyncSession,
        action: Action,
        row: R,
        *,
        by: AgentId,
        detail: dict[str, str] | None = None,
    ) -> None:
        why = row.decided_why or row.proposed_why
        subject = Subject(kind=self.subject, id="/".join([*self.scope.values(), str(row.version)]))
        await record(session, action, actor=by, subject=subject, reason=why, detail=detail)
