"""What calls are steered by beside names and managers: facts of parties that a number suggests.

Segments, days past due, open case and applications, and who handles an open matter of theirs. One
statement for all the parties, for it is asked while the phone rings: a row for each thing known. Of
several open matters an unfinished card goes first, then a task, the case, an application and a
complaint; of one kind the one that moved last. Only who is employed, takes calls and is not on
leave is told of.
"""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm_core.applications.states import OPEN as RUNNING_APPLICATIONS
from crm_core.bank.terms import AgreementStatus
from crm_core.complaints.states import OPEN as RUNNING_COMPLAINTS
from crm_core.dated import held
from crm_core.models import (
    Agreement,
    AgreementParty,
    ArrearsSnapshot,
    CallCard,
    CollectionCase,
    Complaint,
    CreditApplication,
    EmployeeLeave,
    EmployeeRow,
    Segment,
    SegmentMembership,
    Task,
)
from crm_core.models.columns import UtcDateTime
from crm_core.relations.risk import OWN
from crm_core.staff.permissions import PERMISSIONS, Permission, may
from crm_core.tasks.states import OPEN as RUNNING_TASKS
from routing.facts import Candidate
from routing.ids import AgentId, PartyId
from routing.terms import CallState


class Known(StrEnum):
    """What a row tells of: a matter that somebody handles, in their order, or something else."""

    CARD = "card"
    TASK = "task"
    CASE = "case"
    APPLICATION = "application"
    COMPLAINT = "complaint"
    SEGMENT = "segment"
    DAYS_PAST_DUE = "days_past_due"


_ORDER = {kind: place for place, kind in enumerate(Known)}
_TAKING_CALLS = [role for role in PERMISSIONS if may(role, Permission.TAKE_CALLS)]


class Fact(Protocol):
    """A row of the statement. `agent` handles the matter, if he may be asked."""

    party: PartyId
    kind: str
    value: str
    at: Any
    agent: AgentId | None


def steered(candidates: Sequence[Candidate], facts: Iterable[Fact]) -> list[Candidate]:
    """The candidates with what is known of them."""
    theirs: dict[PartyId, list[Fact]] = {one.party: [] for one in candidates}
    for fact in facts:
        theirs[fact.party].append(fact)
    return [_steered(one, theirs[one.party]) for one in candidates]


def _steered(candidate: Candidate, facts: Sequence[Fact]) -> Candidate:
    if not facts:
        return candidate
    values: dict[Known, list[str]] = {kind: [] for kind in Known}
    for fact in facts:
        values[Known(fact.kind)].append(fact.value)
    newest_first = sorted(facts, key=operator.attrgetter("at"), reverse=True)
    handled = [fact for fact in newest_first if fact.agent is not None]
    last = min(handled, key=lambda fact: _ORDER[Known(fact.kind)], default=None)
    return replace(
        candidate,
        segments=tuple(sorted(values[Known.SEGMENT])),
        days_past_due=max(map(int, values[Known.DAYS_PAST_DUE]), default=0),
        open_case=bool(values[Known.CASE]),
        open_applications=tuple(sorted(set(values[Known.APPLICATION]))),
        last_agent=last.agent if last else None,
        matter=last.kind if last else "",
    )


# ── The statement ───────────────────────────────────────────────────────────────────────────

Parties = Sequence[ColumnElement[str]]
Now = ColumnElement[datetime]


@lru_cache(maxsize=64)
def asked_of(parties: int) -> Select[*tuple[Any, ...]]:
    """The statement for so many parties, with the parameters `party0` and on, and `now`."""
    named = [bindparam(f"party{n}", type_=Text()) for n in range(parties)]
    return statement(named, bindparam("now", type_=UtcDateTime()))


def statement(parties: Parties, now: Now) -> Select[*tuple[Any, ...]]:
    """The question of this module, about these parties."""
    matters = union_all(
        _segments(parties, now),
        _arrears(parties),
        _cases(parties),
        _applications(parties),
        _complaints(parties),
        _tasks(parties),
        _cards(CallCard.party, parties),
        _cards(CallCard.suggested_party, parties).where(CallCard.party.is_(None)),
    ).subquery("matter")
    columns, person, leave = matters.c, EmployeeRow, aliased(EmployeeLeave)
    away = exists().where(
        leave.employee == person.id,
        leave.cancelled_at.is_(None),
        leave.valid_from <= now,
        or_(leave.valid_to.is_(None), leave.valid_to > now),
    )
    may_be_asked = and_(person.active, person.role.in_(_TAKING_CALLS), ~away)
    return select(
        columns.party, columns.kind, columns.value, columns.at, person.id.label("agent")
    ).outerjoin_from(matters, person, and_(person.id == columns.agent, may_be_asked))


def _row(
    kind: Known,
    party: InstrumentedAttribute[Any],
    *,
    value: Any = None,
    at: InstrumentedAttribute[datetime],
    agent: Any = None,
) -> Select[*tuple[Any, ...]]:
    return select(
        cast(party, Text).label("party"),
        literal(kind.value, Text()).label("kind"),
        cast(literal("") if value is None else value, Text).label("value"),
        at.label("at"),
        cast(null() if agent is None else agent, Text).label("agent"),
    )


def _segments(parties: Parties, now: Now) -> Select[*tuple[Any, ...]]:
    row = SegmentMembership
    return (
        _row(Known.SEGMENT, row.party, value=Segment.code, at=row.valid_from)
        .join_from(row, Segment, and_(Segment.id == row.segment, Segment.active))
        .where(row.party.in_(parties), held(row, now))
    )


def _arrears(parties: Parties) -> Select[*tuple[Any, ...]]:
    """Days past due of each open agreement of their own, by its newest snapshot."""
    role, row, snapshot = AgreementParty, Agreement, ArrearsSnapshot
    newest = (
        select(snapshot.dpd)
        .where(snapshot.agreement == row.id)
        .order_by(snapshot.business_date.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        _row(Known.DAYS_PAST_DUE, role.party, value=newest, at=row.updated_at)
        .join_from(role, row, row.id == role.agreement)
        .where(role.party.in_(parties), role.role.in_(OWN), role.ends_before.is_(None))
        .where(row.status != AgreementStatus.CLOSED, newest > 0)
    )


def _cases(parties: Parties) -> Select[*tuple[Any, ...]]:
    row = CollectionCase
    found = _row(Known.CASE, row.party, at=row.updated_at, agent=row.owner)
    return found.where(row.party.in_(parties), row.closed_on.is_(None))


def _applications(parties: Parties) -> Select[*tuple[Any, ...]]:
    """Handled by their owners; before they have one, by who took them down."""
    row = CreditApplication
    handler = func.coalesce(row.owner, row.created_by)
    found = _row(Known.APPLICATION, row.party, value=row.state, at=row.updated_at, agent=handler)
    return found.where(row.party.in_(parties), row.state.in_(sorted(RUNNING_APPLICATIONS)))


def _complaints(parties: Parties) -> Select[*tuple[Any, ...]]:
    row = Complaint
    found = _row(Known.COMPLAINT, row.party, at=row.updated_at, agent=row.owner)
    return found.where(row.party.in_(parties), row.state.in_(sorted(RUNNING_COMPLAINTS)))


def _tasks(parties: Parties) -> Select[*tuple[Any, ...]]:
    row = Task
    found = _row(Known.TASK, row.party, at=row.updated_at, agent=row.owner)
    return found.where(row.party.in_(parties), row.state.in_(sorted(RUNNING_TASKS)))


def _cards(
    whose: InstrumentedAttribute[PartyId | None], parties: Parties
) -> Select[*tuple[Any, ...]]:
    """Cards that their agents have not completed."""
    row = CallCard
    found = _row(Known.CARD, whose, at=row.arrived_at, agent=row.agent)
    return found.where(whose.in_(parties), row.state == CallState.CLOSED_INCOMPLETE)
