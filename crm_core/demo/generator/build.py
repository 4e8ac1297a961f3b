"""Makes the whole bank, block by block, into a sink. Parents come before what names them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from crm_core.corebank.entities import EntityName
from crm_core.demo.generator import accounts as accounts_
from crm_core.demo.generator import applications, calls, cards, entries, promises, schedules, staff
from crm_core.demo.generator.accounts import Accounts
from crm_core.demo.generator.complaints import complaints_file
from crm_core.demo.generator.duplicates import Duplicate, duplicates, sharing, truth_file
from crm_core.demo.generator.figures import ARREARS_COLUMNS, Figures, arrears_rows
from crm_core.demo.generator.golden import Golden, golden, golden_file
from crm_core.demo.generator.loans import Loan, loans
from crm_core.demo.generator.numbers import Numbers
from crm_core.demo.generator.offers import products
from crm_core.demo.generator.parties import Roster, roster
from crm_core.demo.generator.phones import COLUMNS as PHONE_COLUMNS
from crm_core.demo.generator.phones import Use, typed, uses
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.profiles import profiles_file
from crm_core.demo.generator.records import Extra, Party, Row, Table
from crm_core.demo.generator.relations import COLUMNS as RELATION_COLUMNS
from crm_core.demo.generator.relations import groups_file, relation_rows
from crm_core.demo.generator.staff import Employee
from crm_core.demo.generator.writing import Sink

PARTY_COLUMNS = (
    *("source_key", "source_version", "kind", "name", "family_name", "given_name", "middle_name"),
    *("birth_date", "legal_name", "registration_number", "status", "status_since", "tier"),
    *("language", "vip", "client_number"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """All that must be known of a bank before its rows can be written."""

    plan: Plan
    staff: list[Employee]
    parties: Roster
    uses: list[Use]
    duplicates: list[Duplicate]
    accounts: Accounts
    loans: list[Loan]
    figures: Figures
    golden: Golden

    @property
    def everybody(self) -> Iterator[Party]:
        """All parties, those of the golden cases and the duplicates last."""
        again = (one.party for one in self.duplicates)
        return chain(self.parties, self.golden.parties, again)


def plan_bank(plan: Plan) -> Bank:
    """Decide all of a bank but its rows."""
    parties, numbers, employees = roster(plan), Numbers(), staff.staff(plan)
    used = uses(plan, parties, numbers, shared_later=sharing(plan))
    again = duplicates(plan, parties, used, numbers)
    special = golden(plan, employees)
    held = accounts_.accounts(plan, parties)
    return Bank(
        plan=plan,
        staff=employees,
        parties=parties,
        uses=[*used, *(one.use for one in again)],
        duplicates=again,
        accounts=Accounts((*held.held, *special.accounts), held.second),
        loans=[*loans(plan, parties), *special.loans],
        figures=Figures(plan),
        golden=special,
    )


def write_bank(bank: Bank, sink: Sink) -> None:
    """Write the batches of the contract, then the files beside them."""
    for table in _TABLES:
        sink.table(table(bank))
    for extra in _EXTRAS:
        sink.extra(extra(bank))


def _party(bank: Bank) -> Table:
    return Table(EntityName.PARTY, PARTY_COLUMNS, map(_party_row, bank.everybody))


def _party_row(one: Party) -> Row:
    kind = "organisation" if one.organisation else "person"
    names = (one.name, one.family, one.given, one.middle, one.born or "", one.legal_name)
    standing = (one.status, one.since, one.tier, one.language, "true" if one.vip else "false")
    return (one.key, 1, kind, *names, one.registration_number, *standing, one.client_number)


def _phone(bank: Bank) -> Table:
    def rows() -> Iterator[Row]:
        written = zip(bank.uses, typed(bank.plan, bank.uses), strict=True)
        for one, (key, text) in written:
            yield _used(key, one, text)
        for one in bank.golden.uses:
            yield _used(f"{one.party}-phone", one, one.number)

    return Table(EntityName.PARTY_PHONE, PHONE_COLUMNS, rows())


def _used(key: str, one: Use, text: str) -> Row:
    return (key, 1, one.party, text, one.role, one.rank, one.status, "true")


def _relation(bank: Bank) -> Table:
    made = relation_rows(bank.plan, bank.parties, _without_golden(bank))
    return Table(EntityName.RELATIONSHIP, RELATION_COLUMNS, chain(made, bank.golden.relations))


def _without_golden(bank: Bank) -> Sequence[Loan]:
    """The golden cases bring their relations themselves."""
    return bank.loans[: len(bank.loans) - len(bank.golden.loans)]


def _manager(bank: Bank) -> Table:
    made = staff.assignment_rows(bank.plan, bank.parties, bank.staff)
    rows = chain(made, bank.golden.managers)
    return Table(EntityName.MANAGER_ASSIGNMENT, staff.COLUMNS, rows)


def _agreement(bank: Bank) -> Table:
    made = accounts_.agreement_rows(bank.plan, bank.accounts.held)
    rows = chain(made, schedules.agreement_rows(bank.plan, bank.loans))
    return Table(EntityName.AGREEMENT, accounts_.AGREEMENT_COLUMNS, rows)


def _agreement_party(bank: Bank) -> Table:
    rows = chain(accounts_.role_rows(bank.accounts), schedules.role_rows(bank.loans))
    return Table(EntityName.AGREEMENT_PARTY, accounts_.ROLE_COLUMNS, rows)


def _loan(bank: Bank) -> Table:
    return Table(EntityName.LOAN, schedules.LOAN_COLUMNS, schedules.loan_rows(bank.loans))


def _instalment(bank: Bank) -> Table:
    rows = schedules.instalment_rows(bank.plan, bank.loans, bank.figures.note)
    return Table(EntityName.INSTALMENT, schedules.INSTALMENT_COLUMNS, rows)


def _arrears(bank: Bank) -> Table:
    rows = arrears_rows(bank.loans, bank.figures)
    return Table(EntityName.ARREARS, ARREARS_COLUMNS, rows)


def _balance(bank: Bank) -> Table:
    rows = accounts_.balance_rows(bank.plan, bank.accounts.held)
    return Table(EntityName.BALANCE, accounts_.BALANCE_COLUMNS, rows)


def _entry(bank: Bank) -> Table:
    held, statuses = bank.accounts.held, {one.key: one.status for one in bank.everybody}
    made = entries.entry_rows(bank.plan, held, bank.loans, bank.figures, statuses)
    return Table(EntityName.ENTRY, entries.COLUMNS, chain(made, bank.golden.entries))


def _card(bank: Bank) -> Table:
    rows = cards.card_rows(bank.plan, bank.parties, bank.accounts)
    return Table(EntityName.CARD, cards.COLUMNS, rows)


def _application(bank: Bank) -> Table:
    made = applications.application_rows(bank.plan, bank.parties)
    rows = chain(made, bank.golden.applications)
    return Table(EntityName.APPLICATION, applications.COLUMNS, rows)


_TABLES: tuple[Callable[[Bank], Table], ...] = (
    lambda _bank: products(),
    *(_party, _phone, _relation, _manager, _agreement, _agreement_party, _loan, _instalment),
    *(_arrears, _balance, _entry, _card, _application),
)
"""In the contract's order of batches."""


def _promises(bank: Bank) -> Extra:
    given = bank.golden.promises
    return promises.promises_file(bank.plan, _without_golden(bank), bank.figures, first=given)


def _calls(bank: Bank) -> Extra:
    given = bank.golden.calls
    return calls.calls_file(bank.plan, bank.parties, bank.uses, bank.staff, first=given)


def _profiles(bank: Bank) -> Extra:
    given = bank.golden
    return profiles_file(bank.plan, bank.everybody, given.flags, given.died)


_EXTRAS: tuple[Callable[[Bank], Extra], ...] = (
    lambda bank: staff.staff_file(bank.staff),
    lambda bank: groups_file(bank.plan, bank.parties, first=bank.golden.groups),
    _profiles,
    _promises,
    lambda bank: complaints_file(bank.plan, bank.parties),
    _calls,
    lambda bank: truth_file(bank.duplicates),
    lambda _bank: golden_file(),
)

FILES = len(_TABLES) + len(_EXTRAS)
"""How many files a bank is."""
