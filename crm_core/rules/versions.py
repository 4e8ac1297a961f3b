"""Versions of the routing rules: drafted, proposed, and published by another person.

    draft -> proposed -> published -> replaced
                      `-> rejected

There is one draft at most, one proposal at most, and exactly one version that is published. What
was proposed is never changed; to go back is to propose an earlier text again. Everybody who changes
anything takes his turn at the row of the first version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.models import EmployeeRow, RoutingRules
from crm_core.rules.reading import read_rules
from crm_core.rules.states import RULES_MOVES, RulesMove, RulesState
from crm_core.rules.vocabulary import Known
from crm_core.states import after
from crm_core.upsert import insert_into
from routing.ids import AgentId
from routing.rules.terms import NO_RULES, Rule, RuleSet

_KIND = "routing_rules"
_FIRST = 1
BY_SETTINGS, AT_FIRST_START = "settings", "first_start"
LONGEST_REASON = 500
_EVENTS = {
    RulesMove.PROPOSE: Action.RULES_PROPOSED,
    RulesMove.PUBLISH: Action.RULES_PUBLISHED,
    RulesMove.REJECT: Action.RULES_REJECTED,
}


class RulesUnknown(Unknown):
    """There is no such version."""

    code = "rules_unknown"


class RulesChanged(Refused):
    """Somebody else was faster: what was shown is no more so."""

    code = "rules_changed"


class ProposalWaits(Refused):
    """Another version is proposed; it is decided first."""

    code = "proposal_waits"


class SameEyes(Refused):
    """Whoever wrote or proposed rules does not publish them."""

    code = "same_eyes"


class NothingChanged(Refused):
    """The text says what the published version says."""

    code = "nothing_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version as it stands. `equals` is the earlier one that it brings back; `row_version` guards
    against two who change it at once."""

    version: int
    state: RulesState
    body: str
    drafted_by: str
    drafted_at: datetime
    equals: int | None
    proposed_by: str | None
    proposed_at: datetime | None
    proposed_why: str
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str
    replaced_at: datetime | None
    row_version: int

    def seen_by(self, employee: AgentId) -> bool:
        """Whether the employee wrote or proposed it, and so may not publish it."""
        return employee in (self.drafted_by, self.proposed_by)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────


async def versions(
    session: AsyncSession, *, before: int | None = None, limit: int = 50
) -> list[Kept]:
    """Versions, the newest first."""
    row = RoutingRules
    statement = select(row).order_by(row.version.desc()).limit(limit)
    if before is not None:
        statement = statement.where(row.version < before)
    return [_kept(one) for one in await session.scalars(statement)]


async def version(session: AsyncSession, number: int) -> Kept:
    """One version. Raises RulesUnknown."""
    row = await session.get(RoutingRules, number)
    if row is None:
        raise RulesUnknown
    return _kept(row)


async def in_state(session: AsyncSession, state: RulesState) -> Kept | None:
    """The draft, the proposal or the published version, if there is one."""
    row = await session.scalar(select(RoutingRules).where(RoutingRules.state == state))
    return None if row is None else _kept(row)


async def published(session: AsyncSession) -> RuleSet:
    """The rules in force. What they name may be gone since; routing passes over it."""
    kept = await in_state(session, RulesState.PUBLISHED)
    if kept is None:
        return NO_RULES
    return in_force(kept, await agents_known(session))


def in_force(kept: Kept, agents: Mapping[str, AgentId]) -> RuleSet:
    """The rules of a version that was checked when it was kept. A name that is gone since stays as
    it is written, and means nobody."""
    rules = read_rules(kept.body, Known(), version=str(kept.version))
    return replace(rules, rules=tuple(_with_agents(rule, agents) for rule in rules.rules))


def _with_agents(rule: Rule, agents: Mapping[str, AgentId]) -> Rule:
    also = tuple(agents.get(one, one) for one in rule.then.also)
    return replace(rule, then=replace(rule.then, also=also))


async def agents_known(session: AsyncSession) -> dict[str, AgentId]:
    """All who work here, by username and by id."""
    row = EmployeeRow
    rows = await session.execute(select(row.id, row.username).where(row.active))
    found: dict[str, AgentId] = {}
    for id_, username in rows:
        found[username] = found[id_] = AgentId(id_)
    return found


# ── Writing ─────────────────────────────────────────────────────────────────────────────────


async def keep_first(session: AsyncSession, body: str) -> None:
    """Publish the rules that a new bank starts with, unless there are some already."""
    now = moment(session)
    first = insert_into(session, RoutingRules).values(
        version=_FIRST,
        state=RulesState.PUBLISHED,
        body=body,
        drafted_by=BY_SETTINGS,
        drafted_at=now,
        proposed_by=BY_SETTINGS,
        proposed_at=now,
        proposed_why="",
        decided_by=AT_FIRST_START,
        decided_at=now,
        decided_why="",
        row_version=1,
    )
    await session.execute(first.on_conflict_do_nothing())


async def keep_draft(
    session: AsyncSession, body: str, *, known: Known, seen: int, by: AgentId
) -> int:
    """Keep the text as the draft. `seen` is the row version of the draft that was shown, 0 if there
    was none. Its version. Raises RulesRefused, RulesChanged."""
    read_rules(body, known)
    await _turn(session)
    row = await _row_in(session, RulesState.DRAFT)
    if (row.row_version if row else 0) != seen:
        raise RulesChanged
    if row is None:
        row = await _new(session, body, by=by)
    row.body, row.drafted_by, row.drafted_at = body, by, moment(session)
    await session.flush()
    await _record(session, Action.RULES_DRAFTED, row, by=by)
    return row.version


async def propose(
    session: AsyncSession, number: int, *, known: Known, seen: int, why: str, by: AgentId
) -> None:
    """Ask for the draft to be published. Raises RulesUnknown, RulesChanged, RulesRefused,
    ProposalWaits, NothingChanged, MoveRefused, FieldRefused."""
    row = await _seen(session, number, seen)
    await _propose(session, row, known=known, why=_reason(why), by=by)
    await _record(session, Action.RULES_PROPOSED, row, by=by)


async def publish(
    session: AsyncSession,
    number: int,
    *,
    known: Known,
    seen: int,
    over: int,
    why: str,
    by: AgentId,
) -> None:
    """Let the proposal hold from now on. `over` is the published version that it was shown beside.

    Raises RulesUnknown, RulesChanged, SameEyes, RulesRefused, MoveRefused, FieldRefused.
    """
    row = await _seen(session, number, seen)
    held = await _row_in(session, RulesState.PUBLISHED)
    if held is None or held.version != over:
        raise RulesChanged
    after(RULES_MOVES, row.state, RulesMove.PUBLISH)
    if _kept(row).seen_by(by):
        raise SameEyes
    read_rules(row.body, known)
    held.state, held.replaced_at = (
        after(RULES_MOVES, held.state, RulesMove.REPLACE),
        moment(session),
    )
    await session.flush()
    await _decide(session, row, RulesMove.PUBLISH, why=_reason(why), by=by)


async def reject(session: AsyncSession, number: int, *, seen: int, why: str, by: AgentId) -> None:
    """Refuse the proposal, or take one's own back. Raises as `publish` does, but for SameEyes."""
    row = await _seen(session, number, seen)
    await _decide(session, row, RulesMove.REJECT, why=_reason(why), by=by)


async def roll_back(
    session: AsyncSession, number: int, *, known: Known, why: str, by: AgentId
) -> int:
    """Propose an earlier version's text again. The new version.

    Raises RulesUnknown, RulesRefused, ProposalWaits, NothingChanged, FieldRefused.
    """
    await _turn(session)
    earlier = await session.get(RoutingRules, number)
    if earlier is None or earlier.state not in (RulesState.REPLACED, RulesState.REJECTED):
        raise RulesUnknown
    row = await _new(session, earlier.body, by=by)
    row.equals = number
    await _propose(session, row, known=known, why=_reason(why), by=by)
    detail = {"equals": str(number)}
    await _record(session, Action.RULES_PROPOSED, row, by=by, detail=detail)
    return row.version


async def _propose(
    session: AsyncSession, row: RoutingRules, *, known: Known, why: str, by: AgentId
) -> None:
    row.state = after(RULES_MOVES, row.state, RulesMove.PROPOSE)
    row.proposed_by, row.proposed_at, row.proposed_why = by, moment(session), why
    with session.no_autoflush:
        if await _row_in(session, RulesState.PROPOSED) is not None:
            raise ProposalWaits
        held = await _row_in(session, RulesState.PUBLISHED)
    if held is not None and held.body == row.body:
        raise NothingChanged
    read_rules(row.body, known)
    await session.flush()


async def _decide(
    session: AsyncSession, row: RoutingRules, move: RulesMove, *, why: str, by: AgentId
) -> None:
    row.state = after(RULES_MOVES, row.state, move)
    row.decided_by, row.decided_at, row.decided_why = by, moment(session), why
    await session.flush()
    await _record(session, _EVENTS[move], row, by=by)


async def _turn(session: AsyncSession) -> None:
    await session.execute(
        select(RoutingRules.version).where(RoutingRules.version == _FIRST).with_for_update()
    )


async def _seen(session: AsyncSession, number: int, seen: int) -> RoutingRules:
    await _turn(session)
    row = await session.get(RoutingRules, number)
    if row is None:
        raise RulesUnknown
    if row.row_version != seen:
        raise RulesChanged
    return row


async def _row_in(session: AsyncSession, state: RulesState) -> RoutingRules | None:
    found: RoutingRules | None = await session.scalar(
        select(RoutingRules).where(RoutingRules.state == state)
    )
    return found


async def _new(session: AsyncSession, body: str, *, by: AgentId) -> RoutingRules:
    last = await session.scalar(select(func.max(RoutingRules.version)))
    row = RoutingRules(
        version=(last or _FIRST) + 1,
        state=RulesState.DRAFT,
        body=body,
        drafted_by=by,
        drafted_at=moment(session),
        proposed_why="",
        decided_why="",
    )
    session.add(row)
    return row


async def _record(
    session: AsyncSession,
    action: Action,
    row: RoutingRules,
    *,
    by: AgentId,
    detail: dict[str, str] | None = None,
) -> None:
    why = row.decided_why or row.proposed_why
    subject = Subject(kind=_KIND, id=str(row.version))
    await record(session, action, actor=by, subject=subject, reason=why, detail=detail)


def _reason(why: str) -> str:
    """Raises FieldRefused."""
    said = why.strip()
    if not said:
        raise FieldRefused("why", "required")
    if len(said) > LONGEST_REASON:
        raise FieldRefused("why", "too_long")
    return said


def _kept(row: RoutingRules) -> Kept:
    return Kept(**{name: getattr(row, name) for name in Kept.__slots__})
