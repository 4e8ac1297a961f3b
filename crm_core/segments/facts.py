"""The facts of a party that rules may name: one table, each with its type and its SQL.

A fact is a scalar (one value of a party or none) or a set (its agreements, groups and so on), of
which a condition holds if it holds for one of them. Days and years since a date are compared as
dates, so that no database has to count them. Owns no rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm_core.bank.terms import AgreementKind, AgreementRole, AgreementStatus
from crm_core.clients.facts import CLIENT_MADE
from crm_core.dated import held
from crm_core.models import (
    Agreement,
    AgreementParty,
    ArrearsSnapshot,
    Balance,
    Branch,
    CallCard,
    EmployeeRow,
    GroupKind,
    LedgerEntry,
    ManagerAssignment,
    Party,
    PartyBranch,
    PartyGroup,
    PartyGroupMember,
    PartyKind,
    PartyRelationship,
    PartyStatus,
    Person,
    Product,
    ProductVersion,
    RelationshipType,
    Tier,
)
from crm_core.relations.risk import OWN

Scalar = Any
"""A column or scalar subquery, correlated to `party`."""


class FactType(StrEnum):
    """What a fact's values look like in a rule."""

    CODE = "code"
    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    DAYS = "days"
    YEARS = "years"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a rule is asked: the business date and the time."""

    on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact. `codes` are the values that a code may have.

    A scalar's `sql` gives its value: of days and years the date since which they count, of an
    amount, asked with its currency, minor units. A set's `sql` gives one column of all its values.
    """

    type: FactType
    sql: Callable[[Moment, str], Scalar]
    codes: frozenset[str] = frozenset()
    is_set: bool = False


def _agreements(moment: Moment, *columns: Any) -> Select[Any]:
    """Open agreements that the party owns or holds jointly."""
    role = AgreementParty
    return (
        select(*columns)
        .select_from(role)
        .join(Agreement, Agreement.id == role.agreement)
        .where(role.party == Party.id, role.role.in_(OWN), role.starts_on <= moment.on)
        .where(or_(role.ends_before.is_(None), role.ends_before > moment.on))
        .where(Agreement.status.in_((AgreementStatus.ACTIVE, AgreementStatus.BLOCKED)))
        .correlate(Party)
    )


def _first_opened(moment: Moment, _unit: str) -> Scalar:
    role = AgreementParty
    return (
        select(func.min(Agreement.opened_on))
        .join(role, role.agreement == Agreement.id)
        .where(role.party == Party.id, role.role.in_(OWN), Agreement.opened_on <= moment.on)
        .correlate(Party)
        .scalar_subquery()
    )


def _last_operation(moment: Moment, _unit: str) -> Scalar:
    entry, role = LedgerEntry, AgreementParty
    return (
        select(func.max(entry.value_on))
        .join(role, role.agreement == entry.agreement)
        .where(role.party == Party.id, role.role.in_(OWN), entry.kind.in_(CLIENT_MADE))
        .where(entry.value_on <= moment.on)
        .correlate(Party)
        .scalar_subquery()
    )


def _last_contact(moment: Moment, _unit: str) -> Scalar:
    answered = func.date(func.max(CallCard.answered_at))
    mine = CallCard.party == Party.id, CallCard.answered_at <= moment.at
    return select(answered).where(*mine).correlate(Party).scalar_subquery()


def _worst_days(moment: Moment, _unit: str) -> Scalar:
    row, later = ArrearsSnapshot, aliased(ArrearsSnapshot)
    newest = (
        select(func.max(later.business_date))
        .where(later.agreement == row.agreement, later.business_date <= moment.on)
        .scalar_subquery()
    )
    worst = _agreements(moment, func.coalesce(func.max(row.dpd), 0))
    worst = worst.join(row, row.agreement == Agreement.id).where(row.business_date == newest)
    return worst.scalar_subquery()


def _deposits(moment: Moment, currency: str) -> Scalar:
    later = aliased(Balance)
    newest = (
        select(func.max(later.as_of)).where(later.agreement == Balance.agreement).scalar_subquery()
    )
    held_now = func.coalesce(func.sum(Balance.booked_minor), 0)
    sum_ = _agreements(moment, held_now).join(Balance, Balance.agreement == Agreement.id)
    positive = Balance.as_of == newest, Balance.booked_minor > 0, Agreement.currency == currency
    return sum_.where(*positive).scalar_subquery()


def _owed(moment: Moment, currency: str) -> Scalar:
    row, later = ArrearsSnapshot, aliased(ArrearsSnapshot)
    newest = (
        select(func.max(later.business_date))
        .where(later.agreement == row.agreement, later.business_date <= moment.on)
        .scalar_subquery()
    )
    owed = _agreements(moment, func.coalesce(func.sum(row.owed_minor), 0))
    owed = owed.join(row, row.agreement == Agreement.id)
    return owed.where(row.business_date == newest, Agreement.currency == currency).scalar_subquery()


def _guarantees(moment: Moment, _unit: str) -> ColumnElement[bool]:
    role = AgreementParty
    return exists().where(
        role.party == Party.id,
        role.role == AgreementRole.GUARANTOR,
        or_(role.ends_before.is_(None), role.ends_before > moment.on),
    )


def _products(moment: Moment, _unit: str) -> Select[Any]:
    bought = _agreements(moment, Product.code)
    bought = bought.join(ProductVersion, ProductVersion.id == Agreement.product_version)
    return bought.join(Product, Product.id == ProductVersion.product)


def _groups(moment: Moment, _unit: str) -> Select[Any]:
    member = PartyGroupMember
    kinds = select(PartyGroup.kind).join(member, member.group == PartyGroup.id)
    return kinds.where(member.party == Party.id, held(member, moment.at)).correlate(Party)


def _relations(moment: Moment, _unit: str) -> Select[Any]:
    """What the party is to others: by the type's code from one end, its reverse from the other."""
    row, kind = PartyRelationship, RelationshipType
    first = select(row.type.label("type")).where(row.from_party == Party.id, held(row, moment.at))
    second = (
        select(kind.reverse_code)
        .join(row, row.type == kind.code)
        .where(row.to_party == Party.id, held(row, moment.at))
    )
    both = first.correlate(Party).union_all(second.correlate(Party)).subquery()
    return select(both.c.type)


def _managers(moment: Moment, _unit: str) -> Select[Any]:
    row = ManagerAssignment
    names = select(EmployeeRow.username).join(row, row.employee == EmployeeRow.id)
    return names.where(row.party == Party.id, held(row, moment.at)).correlate(Party)


def _branches(moment: Moment, _unit: str) -> Select[Any]:
    row = PartyBranch
    codes = select(Branch.code).join(row, row.branch == Branch.id)
    return codes.where(row.party == Party.id, held(row, moment.at)).correlate(Party)


def _birth_date(_moment: Moment, _unit: str) -> Scalar:
    born = select(Person.birth_date).where(Person.party == Party.id)
    return born.correlate(Party).scalar_subquery()


def _count(moment: Moment, _unit: str) -> Scalar:
    return _agreements(moment, func.count()).scalar_subquery()


def _codes(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(one.value for one in kind)


_T = FactType
FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "kind": Fact(type=_T.CODE, sql=lambda m, u: Party.kind, codes=_codes(PartyKind)),
        "status": Fact(type=_T.CODE, sql=lambda m, u: Party.status, codes=_codes(PartyStatus)),
        "tier": Fact(type=_T.CODE, sql=lambda m, u: Party.tier, codes=_codes(Tier)),
        "language": Fact(type=_T.TEXT, sql=lambda m, u: Party.language),
        "vip": Fact(type=_T.FLAG, sql=lambda m, u: Party.vip),
        "age": Fact(type=_T.YEARS, sql=_birth_date),
        "client_days": Fact(type=_T.DAYS, sql=_first_opened),
        "idle_days": Fact(type=_T.DAYS, sql=_last_operation),
        "quiet_days": Fact(type=_T.DAYS, sql=_last_contact),
        "agreements": Fact(type=_T.NUMBER, sql=_count),
        "worst_dpd": Fact(type=_T.NUMBER, sql=_worst_days),
        "guarantees": Fact(type=_T.FLAG, sql=_guarantees),
        "deposits": Fact(type=_T.AMOUNT, sql=_deposits),
        "owed": Fact(type=_T.AMOUNT, sql=_owed),
        "holds": Fact(
            type=_T.CODE,
            sql=lambda m, u: _agreements(m, Agreement.kind),
            codes=_codes(AgreementKind),
            is_set=True,
        ),
        "product": Fact(type=_T.TEXT, sql=_products, is_set=True),
        "currency": Fact(
            type=_T.TEXT, sql=lambda m, u: _agreements(m, Agreement.currency), is_set=True
        ),
        "group": Fact(type=_T.CODE, sql=_groups, codes=_codes(GroupKind), is_set=True),
        "relation": Fact(type=_T.TEXT, sql=_relations, is_set=True),
        "manager": Fact(type=_T.TEXT, sql=_managers, is_set=True),
        "branch": Fact(type=_T.TEXT, sql=_branches, is_set=True),
    }
)
"""Every fact by the name that rules use."""
