"""Accounts, deposits and lines, who may use them, and what is on them.

Every client but a potential one has an everyday account; a fifth less one of these accounts have a
second user, the spouse where there is one (869 users of 4,500 accounts in the Berka bank).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.demo.generator.amounts import decimal, minor
from crm_core.demo.generator.chance import Chance, Curve
from crm_core.demo.generator.oddities import CURRENCIES
from crm_core.demo.generator.offers import HOME_CURRENCY, product_key
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Account, Party, Row

AGREEMENT_COLUMNS = (
    *("source_key", "source_version", "product_key", "currency", "number", "opened_on"),
    *("closed_on", "status", "branch", "as_of"),
)
ROLE_COLUMNS = (
    *("source_key", "source_version", "agreement_key", "party_key", "role", "starts_on"),
)
BALANCE_COLUMNS = (
    *("agreement_key", "source_version", "as_of", "currency", "booked", "available"),
)

SECOND_USERS = 190
"""Share of everyday accounts with a second user, of a thousand."""

ON_ACCOUNTS = Curve(
    (0, 50_000, 250_000, 500_000, 750_000, 900_000, 980_000, 1_000_000),
    (0, 0, 900, 14_000, 72_000, 260_000, 1_400_000, 9_000_000),
)
"""What is on an account, in major units."""

_CARD_ACCOUNTS, _DEPOSITS, _LINES, _FOREIGN = 620, 220, 180, 150
_TOLD_AT = "T05:10:00Z"


@dataclass(frozen=True, slots=True)
class Accounts:
    """All agreements but loans, and who else uses them: account, party, role."""

    held: tuple[Account, ...]
    second: tuple[tuple[Account, str, str], ...]


def accounts(plan: Plan, parties: Roster) -> Accounts:
    """The accounts of the clients, in their order."""
    chance = plan.chance("accounts")
    held: list[Account] = []
    for one in parties.clients:
        if one.status != "potential":
            held.extend(_of(plan, chance, one, first=len(held) + 1))
    everyday = [one for one in held if one.offer == "everyday_account"]
    shared = chance.picked(everyday, share(len(everyday), SECOND_USERS))
    shared.sort(key=lambda one: one.key)
    return Accounts(tuple(held), tuple(_second(chance, shared, parties)))


def agreement_rows(plan: Plan, held: tuple[Account, ...]) -> Iterator[Row]:
    told = f"{plan.as_of}{_TOLD_AT}"
    for one in held:
        product = product_key(one.offer, one.currency)
        status = "closed" if one.closed else "active"
        dates = (one.opened, one.closed or "")
        yield (one.key, 1, product, one.currency, one.number, *dates, status, one.branch, told)


def role_rows(found: Accounts) -> Iterator[Row]:
    for one in found.held:
        yield (f"{one.key}-o", 1, one.key, one.owner, "owner", one.opened)
    for one, party, role in found.second:
        yield (f"{one.key}-{role}", 1, one.key, party, role, one.opened)


def balance_rows(plan: Plan, held: tuple[Account, ...]) -> Iterator[Row]:
    """What is on every open account as of the morning; a line is owed in part."""
    chance, told = plan.chance("balances"), f"{plan.as_of}{_TOLD_AT}"
    for one in held:
        cents = chance.below(minor(1, one.currency))
        amount = minor(ON_ACCOUNTS.draw(chance), one.currency) + cents
        if one.closed:
            continue
        booked, available = amount, 0 if one.kind == "deposit" else amount
        if one.kind == "line":
            booked, available = -(amount * chance.below(100) // 100), amount
        amounts = (decimal(booked, one.currency), decimal(available, one.currency))
        yield (one.key, 1, told, one.currency, *amounts)


def _of(plan: Plan, chance: Chance, owner: Party, *, first: int) -> Iterator[Account]:
    offers = ["everyday_account"]
    if not owner.organisation and chance.hits(_CARD_ACCOUNTS):
        offers.append("pay_card")
    if chance.hits(_DEPOSITS):
        offers.append("term_deposit")
    if owner.organisation and chance.hits(_LINES):
        offers.append("working_line")
    opened, closed = _dates(plan, chance, owner)
    for n, offer in enumerate(offers, start=first):
        began = opened if n == first else _between(chance, opened, closed or plan.as_of)
        yield Account(
            key=f"a{n:07}",
            offer=offer,
            kind=_KINDS[offer],
            currency=_currency(plan, chance, owner, offer),
            owner=owner.key,
            number=f"40817{n:015}",
            opened=began,
            closed=closed,
            branch=owner.branch,
        )


_KINDS = {
    "everyday_account": "account",
    "pay_card": "card_account",
    "term_deposit": "deposit",
    "working_line": "line",
}


def _dates(plan: Plan, chance: Chance, owner: Party) -> tuple[date, date | None]:
    """When the first account was opened, and when all were closed if they were."""
    if owner.status == "new":
        return owner.since, None
    opened = owner.since - timedelta(days=chance.between(91, 3_000))
    return opened, owner.since if owner.status == "closed" else None


def _between(chance: Chance, begin: date, end: date) -> date:
    return begin + timedelta(days=chance.below((end - begin).days + 1))


def _currency(plan: Plan, chance: Chance, owner: Party, offer: str) -> str:
    odd, draw = plan.unusual.odd_currencies, chance.below(1000)
    if draw < odd and offer != "pay_card":
        return CURRENCIES[draw % len(CURRENCIES)]
    foreign = offer == "term_deposit" and draw >= 1000 - _FOREIGN
    return ("USD", "EUR")[draw % 2] if foreign else HOME_CURRENCY[owner.language]


def _second(
    chance: Chance, shared: list[Account], parties: Roster
) -> Iterator[tuple[Account, str, str]]:
    known = {one.key: one for one in parties.clients}
    homes: dict[int, list[Party]] = {}
    for one in parties.persons:
        if one.home is not None:
            homes.setdefault(one.home, []).append(one)
    for account in shared:
        owner = known[account.owner]
        family = [] if owner.organisation or owner.home is None else homes[owner.home]
        spouse = next((one for one in family if one.key != owner.key), None)
        if spouse is not None:
            yield account, spouse.key, "co_holder"
            continue
        stranger = chance.of(parties.persons)
        while stranger.key == owner.key:
            stranger = chance.of(parties.persons)
        yield account, stranger.key, "authorised"
