"""The night of collection work: cases open, pause no more, are cured; promises are decided.

Each batch of debtors is a transaction of its own. Done twice for a business date it changes nothing
the second time; a date before a case's last review is passed over.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from sqlalchemy import or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.terms import AgreementRole
from crm_core.collections.history import NIGHT, OPENED, Doing, moved, remembered
from crm_core.collections.items import overdue_of, take_in
from crm_core.collections.planning import plan
from crm_core.collections.review import (
    EndedCase,
    Opening,
    Overdue,
    WorkedCase,
    course,
    opening,
)
from crm_core.collections.settling import find_exceptions, settle
from crm_core.collections.states import ENDED, RESUMES, CaseEvent, CaseState, PromiseState
from crm_core.collections.strategy import CollectionRules
from crm_core.database import Database, moment
from crm_core.ids import new_id
from crm_core.models import AgreementParty, ArrearsSnapshot, CollectionCase, Party, Promise
from crm_core.worktime.calendars import calendar
from crm_core.worktime.hours import WorkCalendar
from routing.ids import PartyId

BATCH = 100
"""Debtors of one transaction."""


async def run(
    db: Database,
    *,
    on: date,
    progress: Callable[[int], Awaitable[None]],
    rules: CollectionRules,
) -> Mapping[str, int]:
    """Review every debtor by the arrears of the business date. Counts of what was done, by code."""
    counts: Counter[str] = Counter()
    last = ""
    async with db.reading() as session:
        hours = await calendar(session)
    while True:
        async with db.unit_of_work() as session:
            parties = await _debtors(session, on=on, after=last)
            for party in parties:
                counts += await review_party(session, party, rules, on=on, hours=hours)
            counts["exceptions"] += await find_exceptions(session, on=on)
            if not parties:
                await _recorded(session, counts, on=on)
                return dict(+counts)
        last = parties[-1]
        await progress(len(parties))


async def review_party(
    session: AsyncSession,
    party: PartyId,
    rules: CollectionRules,
    *,
    on: date,
    hours: WorkCalendar,
) -> Counter[str]:
    """Bring one debtor's case to the business date. What was done, by code."""
    done: Counter[str] = Counter()
    told = await overdue_of(session, party, on=on)
    case = await _open_case(session, party)
    if case is None:
        case = await _opened(session, party, told, rules, on=on, done=done)
    if case is None or case.reviewed_on > on:
        return done
    items = await take_in(session, case, told, on=on)
    event = await settle(session, case, on=on)
    if event is not None:
        done[f"promises_{event}"] += 1
    await _moved_on(session, case, items, rules, on=on, hours=hours, done=done)
    case.reviewed_on = on
    if case.state not in ENDED:
        await plan(session, case, items, rules, on=on)
        done["reviewed"] += 1
    await session.flush()
    return done


async def _moved_on(
    session: AsyncSession,
    case: CollectionCase,
    items: list[Overdue],
    rules: CollectionRules,
    *,
    on: date,
    hours: WorkCalendar,
    done: Counter[str],
) -> None:
    """Make the moves that the date brings."""
    running = select(Promise.id).where(
        Promise.case == case.id, Promise.state == PromiseState.ACTIVE
    )
    worked = WorkedCase(
        state=case.state,
        paused_in=case.paused_in,
        pause_ends_on=case.pause_ends_on,
        zero_on=case.zero_on,
        promise_runs=await session.scalar(running) is not None,
    )
    found = course(worked, items, on=on, cure_days=rules.cure_days, calendar=hours)
    case.zero_on = found.zero_on
    for event in found.moves:
        moved(session, case, event, Doing(by=NIGHT))
        if event in RESUMES.values():
            case.pause_ends_on = case.pause_reason = case.paused_in = None
            done["resumed"] += 1
        if event is CaseEvent.CURE:
            done["cured"] += 1
    if case.state in ENDED:
        case.closed_on, case.next_action_at, case.next_step = on, None, ""


async def _opened(
    session: AsyncSession,
    party: PartyId,
    told: list[Overdue],
    rules: CollectionRules,
    *,
    on: date,
    done: Counter[str],
) -> CollectionCase | None:
    """Open a case, or the last one again, if the arrears say so."""
    ended = await _last_ended(session, party)
    last = None
    if ended is not None and ended.closed_on is not None:
        if ended.closed_on >= on:
            return None
        last = EndedCase(state=ended.state, closed_on=ended.closed_on)
    what = opening(told, last, on=on, at_dpd=rules.open_at_dpd, again_days=rules.reopen_days)
    if what is Opening.AGAIN and ended is not None:
        ended.episode += 1
        ended.closed_on, ended.zero_on = None, None
        moved(session, ended, CaseEvent.REOPEN, Doing(by=NIGHT))
        done["reopened"] += 1
        return ended
    if what is Opening.NONE:
        return None
    case = await _new(session, party, rules, on=on)
    done["opened"] += 1
    return case


async def _new(
    session: AsyncSession, party: PartyId, rules: CollectionRules, *, on: date
) -> CollectionCase:
    row = await session.get_one(Party, party)
    strategy = rules.strategy_for(row.kind, row.tier)
    case = CollectionCase(
        id=new_id(),
        party=party,
        state=CaseState.OPEN,
        strategy=strategy.code,
        stage=strategy.steps[0].stage,
        next_step="",
        episode=1,
        opened_on=on,
        reviewed_on=on,
        worst_dpd=0,
        score=0,
        score_version=rules.score.version,
        factors=[],
        created_at=moment(session),
        updated_at=moment(session),
    )
    session.add(case)
    await session.flush()
    remembered(session, case, OPENED, Doing(by=NIGHT))
    return case


async def _open_case(session: AsyncSession, party: PartyId) -> CollectionCase | None:
    row = CollectionCase
    mine = select(row).where(row.party == party, row.closed_on.is_(None))
    case: CollectionCase | None = await session.scalar(mine.with_for_update())
    return case


async def _last_ended(session: AsyncSession, party: PartyId) -> CollectionCase | None:
    row = CollectionCase
    mine = select(row).where(row.party == party, row.closed_on.is_not(None))
    newest = mine.order_by(row.closed_on.desc(), row.id.desc()).limit(1)
    case: CollectionCase | None = await session.scalar(newest.with_for_update())
    return case


async def _debtors(session: AsyncSession, *, on: date, after: str) -> list[PartyId]:
    """Parties with arrears on the date, and those with an open case, in the order of their ids."""
    told, role, case = ArrearsSnapshot, AgreementParty, CollectionCase
    late = or_(
        told.overdue_principal_minor > 0,
        told.overdue_interest_minor > 0,
        told.overdue_fee_minor > 0,
        told.overdue_penalty_minor > 0,
    )
    owing = (
        select(role.party)
        .join(told, told.agreement == role.agreement)
        .where(told.business_date == on, late, role.role == AgreementRole.OWNER)
        .where(role.starts_on <= on, or_(role.ends_before.is_(None), role.ends_before > on))
    )
    worked = select(case.party).where(case.closed_on.is_(None))
    both = union(owing.where(role.party > after), worked.where(case.party > after)).subquery()
    statement = select(both.c.party).order_by(both.c.party).limit(BATCH)
    return list(await session.scalars(statement))


async def _recorded(session: AsyncSession, counts: Counter[str], *, on: date) -> None:
    detail = {code: str(count) for code, count in sorted((+counts).items())}
    await record(
        session,
        Action.CASES_REVIEWED,
        actor=NIGHT,
        subject=Subject(kind="business_date", id=on.isoformat()),
        reason=NIGHT,
        detail=detail,
    )
