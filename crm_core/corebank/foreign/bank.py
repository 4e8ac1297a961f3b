"""A small bank as public data sets describe one, and its rows in the words of the contract. Pure.

What such a set does not tell is put in plainly and nowhere else: an account's number is its id, a
bank card's last digits are those of its id and it is good for five years. Of a loan in debt it
tells only that, so that the last instalment before the set's last day stands unpaid.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crm_core.bank.arrears import arrears
from crm_core.bank.instalments import Instalment, Part
from crm_core.bank.schedule import months_later
from crm_core.corebank.names import EntityName

Row = dict[str, str]

_CARD_YEARS = 5
_NUMBER_DIGITS = 10


class Outcome(StrEnum):
    """How a loan goes, by the letters of the data sets."""

    FINISHED = "A"
    FINISHED_UNPAID = "B"
    RUNNING = "C"
    RUNNING_IN_DEBT = "D"


_IN_DEBT = (Outcome.FINISHED_UNPAID, Outcome.RUNNING_IN_DEBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    key: str
    family_name: str
    given_name: str = ""
    middle_name: str = ""
    birth_date: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    key: str
    opened_on: str
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A client may use an account, as its owner or beside him."""

    key: str
    client: str
    account: str
    owner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLoan:
    """A loan without interest, in equal monthly parts; amounts in whole units of the currency."""

    key: str
    account: str
    on: date
    amount: int
    months: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Plastic:
    key: str
    holder: str
    issued_on: str


@dataclass(slots=True, kw_only=True)
class ForeignBank:
    """All that a set tells. `last_day` is the day on which it was taken."""

    source: str
    currency: str
    language: str
    last_day: date
    clients: list[Client] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)
    loans: list[GivenLoan] = field(default_factory=list)
    cards: list[Plastic] = field(default_factory=list)


def told_by(bank: ForeignBank) -> Mapping[EntityName, Iterator[Row]]:
    """The bank's rows by entity, parents first."""
    return {
        EntityName.PRODUCT: _products(bank),
        EntityName.PARTY: _parties(bank),
        EntityName.PARTY_PHONE: _phones(bank),
        EntityName.AGREEMENT: _agreements(bank),
        EntityName.AGREEMENT_PARTY: _roles(bank),
        EntityName.LOAN: _loans(bank),
        EntityName.INSTALMENT: _instalments(bank),
        EntityName.ARREARS: _arrears(bank),
        EntityName.CARD: _cards(bank),
    }


def schedule(bank: ForeignBank, loan: GivenLoan) -> list[Instalment]:
    """The loan's instalments in major units, paid as its outcome says."""
    days = [months_later(loan.on, n) for n in range(1, loan.months + 1)]
    due = [day for day in days if day <= bank.last_day]
    paid = loan.months if loan.outcome is Outcome.FINISHED else len(due)
    paid -= loan.outcome in _IN_DEBT and paid > 0
    part, rest = divmod(loan.amount, loan.months)
    shares = [part + (rest if n == loan.months else 0) for n in range(1, loan.months + 1)]
    return [
        Instalment(
            n=n,
            due_on=day,
            principal=Part(due=share, paid=share if n <= paid else 0),
            met_on=day if n <= paid else None,
        )
        for n, (day, share) in enumerate(zip(days, shares, strict=True), start=1)
    ]


def _products(bank: ForeignBank) -> Iterator[Row]:
    for code, family, name in (
        ("account", "account", "Current account"),
        ("loan", "loan", "Loan"),
    ):
        yield {
            "source_key": code,
            "source_version": "1",
            "code": f"{bank.source}-{code}",
            "family": family,
            "name_en": name,
            "currency": bank.currency,
            "starts_on": "1990-01-01",
        }


def _parties(bank: ForeignBank) -> Iterator[Row]:
    for one in bank.clients:
        yield {
            "source_key": one.key,
            "source_version": "1",
            "kind": "person",
            "family_name": one.family_name,
            "given_name": one.given_name,
            "middle_name": one.middle_name,
            "birth_date": one.birth_date,
            "language": bank.language,
        }


def _phones(bank: ForeignBank) -> Iterator[Row]:
    for one in bank.clients:
        if one.phone:
            key = f"phone-{one.key}"
            named = {"source_key": key, "source_version": "1", "party_key": one.key}
            yield {**named, "number": one.phone}


def _agreements(bank: ForeignBank) -> Iterator[Row]:
    for one in bank.accounts:
        yield {
            "source_key": f"account-{one.key}",
            "source_version": "1",
            "product_key": "account",
            "currency": bank.currency,
            "number": one.key.zfill(_NUMBER_DIGITS),
            "opened_on": one.opened_on,
            "branch": one.branch,
        }
    for loan in bank.loans:
        over = loan.outcome is Outcome.FINISHED
        closed = min(months_later(loan.on, loan.months), bank.last_day)
        yield {
            "source_key": f"loan-{loan.key}",
            "source_version": "1",
            "product_key": "loan",
            "currency": bank.currency,
            "number": f"L{loan.key.zfill(_NUMBER_DIGITS)}",
            "opened_on": loan.on.isoformat(),
            "closed_on": closed.isoformat() if over else "",
            "status": "closed" if over else "active",
        }


def _roles(bank: ForeignBank) -> Iterator[Row]:
    opened = {one.key: one.opened_on for one in bank.accounts}
    owners = {one.account: one.client for one in bank.holders if one.owner}
    for one in bank.holders:
        yield {
            "source_key": f"holder-{one.key}",
            "source_version": "1",
            "agreement_key": f"account-{one.account}",
            "party_key": one.client,
            "role": "owner" if one.owner else "authorised",
            "starts_on": opened.get(one.account, ""),
        }
    for loan in bank.loans:
        yield {
            "source_key": f"borrower-{loan.key}",
            "source_version": "1",
            "agreement_key": f"loan-{loan.key}",
            "party_key": owners.get(loan.account, ""),
            "role": "owner",
            "starts_on": loan.on.isoformat(),
        }


def _loans(bank: ForeignBank) -> Iterator[Row]:
    for one in bank.loans:
        yield {
            "agreement_key": f"loan-{one.key}",
            "source_version": "1",
            "currency": bank.currency,
            "principal": str(one.amount),
            "rate": "0",
            "term_months": str(one.months),
            "method": "straight_line",
            "disbursed_on": one.on.isoformat(),
            "maturity_on": months_later(one.on, one.months).isoformat(),
            "repayment_account_key": f"account-{one.account}",
        }


def _instalments(bank: ForeignBank) -> Iterator[Row]:
    for loan in bank.loans:
        for one in schedule(bank, loan):
            yield {
                "agreement_key": f"loan-{loan.key}",
                "source_version": "1",
                "n": str(one.n),
                "due_on": one.due_on.isoformat(),
                "currency": bank.currency,
                "principal_due": str(one.principal.due),
                "principal_paid": str(one.principal.paid),
                "met_on": one.met_on.isoformat() if one.met_on else "",
            }


def _arrears(bank: ForeignBank) -> Iterator[Row]:
    for loan in bank.loans:
        stands = arrears(schedule(bank, loan), bank.last_day)
        yield {
            "agreement_key": f"loan-{loan.key}",
            "source_version": "1",
            "business_date": bank.last_day.isoformat(),
            "currency": bank.currency,
            "dpd": str(stands.dpd),
            "overdue_principal": str(stands.principal),
            "owed": str(stands.owed),
            "oldest_due_on": stands.oldest_due_on.isoformat() if stands.oldest_due_on else "",
            "next_due_on": stands.next_due_on.isoformat() if stands.next_due_on else "",
            "next_due": str(stands.next_due) if stands.next_due_on else "",
        }


def _cards(bank: ForeignBank) -> Iterator[Row]:
    holders = {one.key: one for one in bank.holders}
    names = {one.key: f"{one.given_name} {one.family_name}".strip() for one in bank.clients}
    for one in bank.cards:
        holder = holders[one.holder]
        issued = date.fromisoformat(one.issued_on)
        yield {
            "source_key": one.key,
            "source_version": "1",
            "agreement_key": f"account-{holder.account}",
            "party_key": holder.client,
            "network": "visa",
            "status": "active",
            "last4": "".join(c for c in one.key if c.isdecimal()).zfill(4)[-4:],
            "embossed_name": names[holder.client].upper(),
            "issued_on": one.issued_on,
            "expires_on": months_later(issued, 12 * _CARD_YEARS).isoformat(),
        }
