"""What the core bank tells of: one table of entities with their columns, types and parents.

The contract is this data: reading, checking, the documentation's tables and whoever writes batches
take it from here. Pure: no database. Rows name each other by the keys of their source; a row's
parents must be known before it, so batches are loaded in `BATCH_ORDER`.

Every row has a version that grows with each change of the row at its source. Amounts are decimal
text in major units of the row's `currency`, never floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from crm_core.applications.states import ApplicationChannel, LoanPurpose
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    Component,
    EntryKind,
    RepaymentMethod,
)
from crm_core.corebank.names import EntityName as EntityName
from crm_core.models.parties import PartyKind, PartyStatus, PhoneRole, PhoneStatus

SCHEMA_VERSION = 1
VERSION = "source_version"
LONGEST_KEY = 128
LONGEST_TEXT = 400


class Type(StrEnum):
    """How the text of a cell is read. An empty cell is no value, whatever its type."""

    KEY = "key"
    """A key of the source: printable, at most LONGEST_KEY characters."""
    TEXT = "text"
    """Printable text of at most LONGEST_TEXT characters."""
    CODE = "code"
    """One of the column's codes."""
    DATE = "date"
    """ISO 8601, such as 2026-03-02."""
    TIME = "time"
    """ISO 8601 with an offset, such as 2026-03-02T09:30:00Z."""
    COUNT = "count"
    """A whole number from 0 to 2^31 - 1; a version may have 18 digits."""
    MONEY = "money"
    """A decimal with a point and a sign if negative, such as -1250.50."""
    RATE = "rate"
    """A share from 0 on with at most 8 decimals: 0.189 is 18.9 %."""
    FLAG = "flag"
    """`true` or `false`."""
    CURRENCY = "currency"
    """ISO 4217, such as RUB."""
    NUMBER = "number"
    """The number of an account or contract; it is sealed before it is stored."""
    PHONE = "phone"
    """A phone number in any format that can be read for certain."""
    DIGITS = "digits"
    """A client number: 6 to 12 digits, leading zeros among them."""


class ApplicationState(StrEnum):
    """How far the bank is with an application that was made elsewhere."""

    SUBMITTED = "submitted"
    REVIEW = "review"
    APPROVED = "approved"
    COUNTER_OFFER = "counter_offer"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DISBURSED = "disbursed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a CSV file and a field of an event's data.

    `codes` for CODE; `parent` for a KEY that names a row of that entity; `default` stands for an
    empty cell of a column that is not required.
    """

    name: str
    type: Type
    required: bool = False
    codes: tuple[str, ...] = ()
    parent: EntityName | None = None
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An entity: its columns in the order of the header, and which of them is its source's key.

    Rows of the same key in one batch belong together if `grouped` (the instalments of a loan):
    they stand one after the other, with one version. `control` is the amount that the manifest's
    totals add up; `event` the type of the event that tells of one row (or of one group).
    """

    name: EntityName
    event: str
    columns: tuple[Column, ...]
    key: str = "source_key"
    grouped: bool = False
    control: str | None = None

    def column(self, name: str) -> Column:
        """The column of that name. Raises StopIteration."""
        return next(one for one in self.columns if one.name == name)

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns)

    @property
    def parents(self) -> frozenset[EntityName]:
        """The entities whose rows its rows name, itself left out."""
        found = {one.parent for one in self.columns if one.parent is not None}
        return frozenset(found - {self.name})


def _key(name: str = "source_key") -> Column:
    return Column(name=name, type=Type.KEY, required=True)


def _of(name: str, parent: EntityName, *, required: bool = True) -> Column:
    return Column(name=name, type=Type.KEY, required=required, parent=parent)


def _must(name: str, type_: Type = Type.TEXT) -> Column:
    return Column(name=name, type=type_, required=True)


def _may(name: str, type_: Type = Type.TEXT, default: str = "") -> Column:
    return Column(name=name, type=type_, default=default)


def _one_of(name: str, codes: type[StrEnum], default: str | None = None) -> Column:
    values = tuple(one.value for one in codes)
    return Column(
        name=name, type=Type.CODE, codes=values, required=default is None, default=default or ""
    )


_VERSION = _must(VERSION, Type.COUNT)
_CURRENCY = _must("currency", Type.CURRENCY)
_N = EntityName
_T = Type
_SETTLED = ("paid", "waived", "written_off")

_ENTITIES = (
    Entity(
        name=_N.PRODUCT,
        event="product.upserted",
        columns=(
            _key(),
            _VERSION,
            _must("code", _T.KEY),
            _one_of("family", AgreementKind),
            _must("name_en"),
            _may("name_ru"),
            _CURRENCY,
            _may("rate", _T.RATE, "0"),
            _must("starts_on", _T.DATE),
            _may("ends_before", _T.DATE),
            _may("min_term_months", _T.COUNT),
            _may("max_term_months", _T.COUNT),
            _may("min_amount", _T.MONEY),
            _may("max_amount", _T.MONEY),
        ),
    ),
    Entity(
        name=_N.PARTY,
        event="party.upserted",
        columns=(
            _key(),
            _VERSION,
            _one_of("kind", PartyKind),
            _may("name"),
            _may("family_name"),
            _may("given_name"),
            _may("middle_name"),
            _may("birth_date", _T.DATE),
            _may("legal_name"),
            _may("registration_number"),
            _one_of("status", PartyStatus, "active"),
            _may("status_since", _T.DATE),
            _may("tier", _T.TEXT, "C"),
            _may("language", _T.TEXT, "en"),
            _may("vip", _T.FLAG, "false"),
            _may("client_number", _T.DIGITS),
        ),
    ),
    Entity(
        name=_N.PARTY_PHONE,
        event="phone.upserted",
        columns=(
            _key(),
            _VERSION,
            _of("party_key", _N.PARTY),
            _must("number", _T.PHONE),
            _one_of("role", PhoneRole, "mobile"),
            _may("rank", _T.COUNT, "1"),
            _one_of("number_status", PhoneStatus, "active"),
            _may("synthetic", _T.FLAG, "false"),
        ),
    ),
    Entity(
        name=_N.RELATIONSHIP,
        event="relationship.upserted",
        columns=(
            _key(),
            _VERSION,
            _of("from_key", _N.PARTY),
            _of("to_key", _N.PARTY),
            _must("type", _T.KEY),
            _may("share", _T.RATE),
            _must("valid_from", _T.DATE),
            _may("valid_to", _T.DATE),
        ),
    ),
    Entity(
        name=_N.MANAGER_ASSIGNMENT,
        event="manager.assigned",
        key="party_key",
        grouped=True,
        columns=(
            _of("party_key", _N.PARTY),
            _VERSION,
            _must("rank", _T.COUNT),
            _must("username", _T.KEY),
        ),
    ),
    Entity(
        name=_N.AGREEMENT,
        event="agreement.upserted",
        columns=(
            _key(),
            _VERSION,
            _of("product_key", _N.PRODUCT),
            _CURRENCY,
            _must("number", _T.NUMBER),
            _must("opened_on", _T.DATE),
            _may("closed_on", _T.DATE),
            _one_of("status", AgreementStatus, "active"),
            _may("branch"),
            _may("as_of", _T.TIME),
        ),
    ),
    Entity(
        name=_N.AGREEMENT_PARTY,
        event="agreement_party.upserted",
        columns=(
            _key(),
            _VERSION,
            _of("agreement_key", _N.AGREEMENT),
            _of("party_key", _N.PARTY),
            _one_of("role", AgreementRole),
            _must("starts_on", _T.DATE),
            _may("ends_before", _T.DATE),
        ),
    ),
    Entity(
        name=_N.LOAN,
        event="loan.upserted",
        key="agreement_key",
        control="principal",
        columns=(
            _of("agreement_key", _N.AGREEMENT),
            _VERSION,
            _CURRENCY,
            _must("principal", _T.MONEY),
            _must("rate", _T.RATE),
            _must("term_months", _T.COUNT),
            _one_of("method", RepaymentMethod),
            _must("disbursed_on", _T.DATE),
            _must("maturity_on", _T.DATE),
            _of("repayment_account_key", _N.AGREEMENT, required=False),
        ),
    ),
    Entity(
        name=_N.INSTALMENT,
        event="schedule.replaced",
        key="agreement_key",
        grouped=True,
        control="principal_due",
        columns=(
            _of("agreement_key", _N.LOAN),
            _VERSION,
            _must("n", _T.COUNT),
            _must("due_on", _T.DATE),
            _CURRENCY,
            *(_may(f"{one}_due", _T.MONEY, "0") for one in Component),
            *(_may(f"{one}_{how}", _T.MONEY, "0") for one in Component for how in _SETTLED),
            _may("met_on", _T.DATE),
        ),
    ),
    Entity(
        name=_N.ARREARS,
        event="arrears.changed",
        key="agreement_key",
        control="owed",
        columns=(
            _of("agreement_key", _N.AGREEMENT),
            _VERSION,
            _must("business_date", _T.DATE),
            _CURRENCY,
            _must("dpd", _T.COUNT),
            *(_may(f"overdue_{one}", _T.MONEY, "0") for one in Component),
            _must("owed", _T.MONEY),
            _may("oldest_due_on", _T.DATE),
            _may("next_due_on", _T.DATE),
            _may("next_due", _T.MONEY),
            _may("last_paid_on", _T.DATE),
            _may("last_paid", _T.MONEY),
            _may("paused", _T.FLAG, "false"),
        ),
    ),
    Entity(
        name=_N.BALANCE,
        event="balance.changed",
        key="agreement_key",
        control="booked",
        columns=(
            _of("agreement_key", _N.AGREEMENT),
            _VERSION,
            _must("as_of", _T.TIME),
            _CURRENCY,
            _must("booked", _T.MONEY),
            _must("available", _T.MONEY),
        ),
    ),
    Entity(
        name=_N.ENTRY,
        event="entry.booked",
        control="amount",
        columns=(
            _key(),
            _VERSION,
            _of("agreement_key", _N.AGREEMENT),
            _one_of("kind", EntryKind),
            _must("amount", _T.MONEY),
            _CURRENCY,
            _must("booked_at", _T.TIME),
            _must("value_on", _T.DATE),
            _may("text"),
            _may("counterparty"),
            _of("reversal_of_key", _N.ENTRY, required=False),
        ),
    ),
    Entity(
        name=_N.CARD,
        event="card.upserted",
        columns=(
            _key(),
            _VERSION,
            _of("agreement_key", _N.AGREEMENT),
            _of("party_key", _N.PARTY),
            _one_of("network", CardNetwork),
            _one_of("status", CardStatus),
            _must("last4", _T.KEY),
            _must("embossed_name"),
            _may("issued_on", _T.DATE),
            _must("expires_on", _T.DATE),
            _may("branch"),
            _may("ready_at_branch_on", _T.DATE),
            _may("reissue_offer_on", _T.DATE),
        ),
    ),
    Entity(
        name=_N.APPLICATION,
        event="application.changed",
        control="amount",
        columns=(
            _key(),
            _VERSION,
            _of("party_key", _N.PARTY),
            _must("product_code", _T.KEY),
            _CURRENCY,
            _must("amount", _T.MONEY),
            _must("term_months", _T.COUNT),
            _one_of("purpose", LoanPurpose, "other"),
            _one_of("channel", ApplicationChannel, "branch"),
            _one_of("state", ApplicationState),
            _must("submitted_at", _T.TIME),
            _may("decided_at", _T.TIME),
            _may("approved_amount", _T.MONEY),
            _may("decision_expires_on", _T.DATE),
        ),
    ),
)

ENTITIES: Mapping[EntityName, Entity] = MappingProxyType({one.name: one for one in _ENTITIES})

BATCH_ORDER: tuple[EntityName, ...] = tuple(one.name for one in _ENTITIES)
"""Parents before children: in this order batches are loaded, and may be written."""

BY_EVENT: Mapping[str, Entity] = MappingProxyType({one.event: one for one in _ENTITIES})
"""The entity that an event of this type tells of."""
