"""Statement entries of the last month: salaries, purchases, transfers; the last instalment paid.

Accounts of inactive clients have moved too, but long ago; an active client has done something.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from crm_core.demo.generator.amounts import decimal, minor
from crm_core.demo.generator.applications import stamp
from crm_core.demo.generator.chance import Chance, Curve
from crm_core.demo.generator.figures import Figure, Figures
from crm_core.demo.generator.loans import Loan
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Account, Row

COLUMNS = (
    *("source_key", "source_version", "agreement_key", "kind", "amount", "currency", "booked_at"),
    *("value_on", "text"),
)

MOVED = Curve((0, 300_000, 700_000, 950_000, 1_000_000), (3, 40, 300, 2_500, 20_000))
"""What a payment is about, in major units."""

KINDS = {"purchase": 55, "transfer": 25, "cash": 12, "salary": 6, "fee": 2}

_MOST = 3
_LATELY, _LONG_AGO = (1, 30), (181, 400)
_QUIET = frozenset({"inactive", "closed"})
_CREDITS = frozenset({"salary"})
_SALARY_TIMES = 60
_FEE = 99
_USED = frozenset({"everyday_account", "pay_card"})
_TEXTS = {
    "ru": {"purchase": "Покупка", "transfer": "Перевод", "cash": "Снятие наличных"}
    | {"salary": "Зарплата", "fee": "Плата за обслуживание"},
    "uk": {"purchase": "Покупка", "transfer": "Переказ", "cash": "Зняття готівки"}
    | {"salary": "Заробітна плата", "fee": "Плата за обслуговування"},
    "en": {"purchase": "Purchase", "transfer": "Transfer", "cash": "Cash withdrawal"}
    | {"salary": "Salary", "fee": "Service fee"},
    "zh": {
        "purchase": "消费",
        "transfer": "转账",
        "cash": "取现",
        "salary": "工资",
        "fee": "服务费",
    },
}
_TEXT_OF_CURRENCY = {"RUB": "ru", "UAH": "uk", "CNY": "zh"}


def entry_rows(
    plan: Plan,
    held: Sequence[Account],
    loans: Sequence[Loan],
    figures: Figures,
    statuses: Mapping[str, str],
) -> Iterator[Row]:
    """What moved on accounts that are used, then the last instalment paid of each running loan.
    `statuses` are those of the owners."""
    chance = plan.chance("entries")
    n, seen = 0, set[str]()
    for account in held:
        if account.closed or account.offer not in _USED:
            continue
        status = statuses.get(account.owner, "")
        least = int(status == "active" and account.owner not in seen)
        seen.add(account.owner)
        quiet = status in _QUIET
        if quiet and (plan.as_of - account.opened).days < _LONG_AGO[0]:
            continue
        days = _LONG_AGO if quiet else _LATELY
        for _ in range(max(least, chance.below(_MOST + 1))):
            n += 1
            yield (f"e{n:07}", 1, account.key, *_moved(plan, chance, account, days))
    for loan in loans:
        if loan.paid and not loan.finished:
            yield _repaid(loan, figures.of(loan))


def _moved(plan: Plan, chance: Chance, account: Account, days: tuple[int, int]) -> Row:
    kind = chance.of(_HAND)
    major = MOVED.draw(chance) * (_SALARY_TIMES if kind == "salary" else 1)
    amount = _FEE if kind == "fee" else minor(major, account.currency)
    signed = amount if kind in _CREDITS or (kind == "transfer" and chance.hits(400)) else -amount
    day = max(account.opened, plan.as_of - timedelta(days=chance.between(*days)))
    booked = datetime.combine(day, time(chance.between(7, 21), chance.below(60)), UTC)
    text = _TEXTS[_TEXT_OF_CURRENCY.get(account.currency, "en")][kind]
    return (kind, decimal(signed, account.currency), account.currency, stamp(booked), day, text)


def _repaid(loan: Loan, figure: Figure) -> Row:
    day = loan.terms.due_on(loan.paid)
    booked = datetime.combine(day, time(9), UTC)
    what = (decimal(figure.paid, loan.currency), loan.currency, stamp(booked), day)
    return (f"{loan.key}-{loan.paid}", 1, loan.key, "repayment", *what, "")


_HAND = tuple(kind for kind, share in KINDS.items() for _ in range(share))
