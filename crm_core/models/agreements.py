"""Tables of what parties have agreed on with the bank: agreements, balances, entries, bank cards.

All amounts of an agreement are minor units of its one currency. Numbers are sealed: what stands
here tells nobody an account number without the keyring, only its last four characters.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    EntryKind,
)
from crm_core.models.columns import Base, SortableText, code
from routing.ids import PartyId

_OPEN_OWNER = text("role = 'owner' AND ends_before IS NULL")


class Agreement(Base):
    """An account, card account, loan, deposit or line. `as_of` is when its source told of it."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", "closed"),
        CheckConstraint("closed_on IS NULL OR opened_on <= closed_on", "dates"),
        CheckConstraint("length(number_last4) <= 4", "last4"),
        UniqueConstraint("source", "source_key"),
        Index(None, "number_hash"),
        Index(None, "number_key"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[AgreementKind] = mapped_column(code(AgreementKind, "kind"))
    product_version: Mapped[str] = mapped_column(ForeignKey("product_version.id"))
    currency: Mapped[str]
    number_sealed: Mapped[str]
    number_key: Mapped[str]
    number_hash: Mapped[str]
    number_last4: Mapped[str]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    status: Mapped[AgreementStatus] = mapped_column(code(AgreementStatus, "status"))
    branch: Mapped[str]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    as_of: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class AgreementParty(Base):
    """What a party is to an agreement, from a day to the day before `ends_before`."""

    __tablename__ = "agreement_party"
    __table_args__ = (
        CheckConstraint("ends_before IS NULL OR starts_on < ends_before", "validity"),
        UniqueConstraint("agreement", "party", "role", "starts_on"),
        Index(
            "uq_agreement_party_open_owner",
            "agreement",
            unique=True,
            sqlite_where=_OPEN_OWNER,
            postgresql_where=_OPEN_OWNER,
        ),
        Index(None, "party"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    role: Mapped[AgreementRole] = mapped_column(code(AgreementRole, "role"))
    starts_on: Mapped[date]
    ends_before: Mapped[date | None]
    created_at: Mapped[datetime]


class Balance(Base):
    """What an agreement held (positive) or owed (negative) at a time, and what can be used."""

    __tablename__ = "balance"

    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    booked_minor: Mapped[int] = mapped_column(BigInteger)
    available_minor: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class BankCard(Base):
    """A plastic card on an agreement. Of its number only the last four digits are known here."""

    __tablename__ = "bank_card"
    __table_args__ = (
        CheckConstraint("length(last4) = 4", "last4"),
        CheckConstraint("issued_on IS NULL OR issued_on <= expires_on", "dates"),
        CheckConstraint("status <> 'ready' OR ready_at_branch_on IS NOT NULL", "ready_somewhere"),
        UniqueConstraint("source", "source_key"),
        Index(None, "agreement"),
        Index(None, "party"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    network: Mapped[CardNetwork] = mapped_column(code(CardNetwork, "network"))
    status: Mapped[CardStatus] = mapped_column(code(CardStatus, "status"))
    last4: Mapped[str]
    embossed_name: Mapped[str]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date]
    branch: Mapped[str]
    ready_at_branch_on: Mapped[date | None]
    reissue_offer_on: Mapped[date | None]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    as_of: Mapped[datetime]
    created_at: Mapped[datetime]


class LedgerEntry(Base):
    """One entry of a statement: positive is a credit, negative a debit. It is never changed; a
    mistake is taken back by an entry that names it in `reversal_of`."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", "amount"),
        CheckConstraint("(kind = 'reversal') = (reversal_of IS NOT NULL)", "reversal"),
        UniqueConstraint("source", "source_key"),
        Index(None, "agreement", "booked_at", "id"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    kind: Mapped[EntryKind] = mapped_column(code(EntryKind, "kind"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    booked_at: Mapped[datetime]
    value_on: Mapped[date]
    text: Mapped[str]
    counterparty: Mapped[str]
    reversal_of: Mapped[str | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    created_at: Mapped[datetime]
