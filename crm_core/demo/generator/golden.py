"""The golden cases: named clients and moments that tests and demonstrations rely on.

Their keys begin with `golden-` and never change; their numbers are +7 945 555-02-xx. "Now" is ten
o'clock (UTC) of the business date. What the contract can hold is in the batches; the rest stands in
the extra files. `CASES` tells where each is found.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from crm_core.bank.schedule import LoanTerms, months_later, schedule
from crm_core.bank.terms import RepaymentMethod
from crm_core.demo.generator.amounts import decimal
from crm_core.demo.generator.applications import stamp
from crm_core.demo.generator.loans import Loan
from crm_core.demo.generator.phones import Use
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Account, Extra, Party, Row
from crm_core.demo.generator.staff import Employee

NUMBER = "+794555502{:02}"
_CLIENT_NUMBER = "20000{:03}"
OWN_TRUNK = "+79455550299"

CASES = (
    ("shared_number_of_eight", "party", "golden-eight-1"),
    ("vip_with_absent_manager", "party", "golden-vip"),
    ("guarantor_calls_about_borrower", "party", "golden-guarantor"),
    ("anonymous_caller", "calls", "golden-call-anonymous"),
    ("own_trunk_number", "party", "golden-trunk"),
    ("fraud_alert", "profiles", "golden-fraud"),
    ("holding_with_one_overdue_subsidiary", "party", "golden-holding"),
    ("paid_one_hour_ago", "entry", "golden-paid-entry"),
    ("promise_due_today", "promises", "golden-promise"),
    ("decision_five_minutes_old", "application", "golden-decision"),
    ("told_already", "calls", "golden-call-told"),
    ("third_party_answers", "calls", "golden-call-third"),
    ("deceased", "profiles", "golden-deceased"),
    ("minor", "party", "golden-minor"),
    ("client_in_another_time_zone", "profiles", "golden-zone"),
    ("caps_reached", "calls", "golden-call-cap-3"),
    ("two_of_one_name_and_birth_date", "party", "golden-twin-1"),
    ("name_with_apostrophe", "party", "golden-apostrophe"),
    ("name_with_hyphen", "party", "golden-hyphen"),
    ("name_in_cyrillic", "party", "golden-cyrillic"),
    ("name_in_chinese", "party", "golden-chinese"),
    ("currency_without_decimals", "agreement", "golden-yen"),
    ("currency_with_three_decimals", "agreement", "golden-dinar"),
    ("transfer_to_an_expert", "calls", "golden-call-expert"),
    ("call_lost_in_wrap_up", "calls", "golden-call-lost"),
)
"""Name, the entity or extra file that holds it, and the key there."""

_PEOPLE = """
eight-1 ru D Восьмёркин Пётр Ильич m 61
eight-2 ru D Восьмёркина Анна Львовна f 58
eight-3 ru D Восьмёркин Илья Петрович m 34
eight-4 ru D Восьмёркина Ольга Петровна f 31
eight-5 ru D Восьмёркин Лев Петрович m 27
eight-6 ru C Восьмёркина Вера Петровна f 25
eight-7 ru D Восьмёркина Зоя Петровна f 22
eight-8 ru D Восьмёркин Пётр Ильич m 20
vip ru A Вельможин Аркадий Львович m 57
borrower ru C Заёмщиков Денис Олегович m 39
guarantor ru D Поручителев Олег Денисович m 66
fraud en B Watchman Alice - f 44
paid ru C Плательщиков Егор Юрьевич m 47
promise uk C Обіцянко Тарас Петрович m 36
applicant ru C Заявкина Дарья Ильинична f 29
told en C Patience Grace - f 52
third ru D Соседов Фёдор Иванович m 48
deceased ru D Покойный Иван Кузьмич m 83
minor ru D Малышев Ваня Егорович m 12
zone ru C Дальневосточный Роман Юрьевич m 41
caps ru D Настойчивый Глеб Игоревич m 33
twin-1 ru C Двойников Сергей Иванович m 40
twin-2 ru D Двойников Сергей Иванович m 40
apostrophe uk C Мар'яненко-Д'яченко Дар'я Іллівна f 35
hyphen en B Smythe-O'Hara Anne-Marie - f 50
cyrillic ru C Щёкин Юлий Ефимович m 45
chinese zh C 欧阳 雪莹 - f 38
currencies en B Minor Units - m 49
expert ru B Инвесторов Марк Семёнович m 55
lost uk D Загубленко Ніна Яківна f 42
"""
_FIRMS = """
trunk АО|«Банковская|линия»
holding Холдинг|«Кристалл»
holding-1 ООО|«Кристалл|Сервис»
holding-2 ООО|«Кристалл|Транс»
holding-3 ООО|«Кристалл|Пром»
"""
_NOW, _HOUR, _MINUTE, _DAY = time(10), timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
_YEAR, _MOURNED = 365, 21


@dataclass(slots=True)
class Golden:
    """What the golden cases add to each part of the bank. Rows have their blocks' columns."""

    parties: list[Party] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)
    managers: list[Row] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    loans: list[Loan] = field(default_factory=list)
    applications: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    promises: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    died: dict[str, date] = field(default_factory=dict)


def golden(plan: Plan, employees: list[Employee]) -> Golden:
    """The golden cases as of the plan's day."""
    found = Golden()
    _add_parties(plan, found)
    _add_bonds(plan, found, plan.managers or tuple(one.username for one in employees))
    _add_money(plan, found)
    _add_moments(plan, found, {one.role: one.username for one in reversed(employees)})
    return found


def golden_file() -> Extra:
    """Where each case is found."""
    return Extra("golden", ("case", "place", "key"), iter(CASES))


def _add_parties(plan: Plan, found: Golden) -> None:
    lines = [line.split() for line in _PEOPLE.split("\n") if line]
    for n, (name, language, tier, family, given, middle, sex, age) in enumerate(lines):
        born = plan.as_of - timedelta(days=int(age) * _YEAR + int(age) // 4 + 40)
        one = Party(
            key=f"golden-{name}",
            family=family,
            given=given,
            middle="" if middle == "-" else middle,
            sex=sex,
            born=born,
            language=language,
            status="active",
            since=plan.as_of - 400 * _DAY,
            tier=tier,
            vip=name == "vip",
            client=True,
            client_number=_CLIENT_NUMBER.format(n),
            branch="b01",
            time_zone="Asia/Vladivostok" if name == "zone" else "Europe/Moscow",
        )
        found.parties.append(one)
        shared = name.startswith("eight")
        number = NUMBER.format(0 if shared else n)
        role = "mobile" if name in ("eight-1",) or not shared else "home"
        found.uses.append(Use(party=one.key, number=number, role=role, rank=1))
    for n, line in enumerate(filter(None, _FIRMS.split("\n")), start=60):
        name, words = line.split()
        key, legal = f"golden-{name}", words.replace("|", " ")
        found.parties.append(_firm(plan, key, legal, n))
        own = name == "trunk"
        number = OWN_TRUNK if own else NUMBER.format(n)
        status = "own" if own else "active"
        found.uses.append(Use(party=key, number=number, role="work", rank=1, status=status))
    found.flags.update({"golden-fraud": "fraud_alert", "golden-deceased": "deceased"})
    found.died["golden-deceased"] = plan.as_of - _MOURNED * _DAY


def _firm(plan: Plan, key: str, legal: str, n: int) -> Party:
    return Party(
        key=key,
        organisation=True,
        name=legal.partition("«")[2].rstrip("»"),
        legal_name=legal,
        registration_number=f"00999{n:08}",
        language="ru",
        status="active",
        since=plan.as_of - 900 * _DAY,
        tier="B",
        client=True,
        client_number=_CLIENT_NUMBER.format(n),
        branch="b01",
        time_zone="Europe/Moscow",
    )


def _add_bonds(plan: Plan, found: Golden, usernames: tuple[str, ...]) -> None:
    """The first manager of the bank is the one who is away."""
    since = plan.as_of - 400 * _DAY
    ties = [
        ("golden-guarantor", "golden-borrower", "guarantor"),
        ("golden-paid", "golden-minor", "parent"),
        *(("golden-holding", f"golden-holding-{n}", "parent_company") for n in (1, 2, 3)),
        *(("golden-eight-1", f"golden-eight-{n}", "parent") for n in (3, 4, 5, 6, 7)),
        ("golden-eight-1", "golden-eight-2", "spouse"),
    ]
    for n, (one, other, kind) in enumerate(ties, start=1):
        found.relations.append((f"golden-tie-{n}", 1, one, other, kind, "", since))
    members = ("golden-holding", *(f"golden-holding-{n}" for n in (1, 2, 3)))
    for n, one in enumerate(members):
        head = "false" if n else "true"
        found.groups.append(("golden-group", "holding", "«Кристалл»", one, head))
    for rank, username in enumerate(usernames[:3], start=1):
        found.managers.append(("golden-vip", 1, rank, username))


def _add_money(plan: Plan, found: Golden) -> None:
    for n, one in enumerate(found.parties, start=1):
        if one.key not in ("golden-trunk", "golden-currencies"):
            key = f"{one.key}-account"
            found.accounts.append(_account(plan, key, one.key, "everyday_account", "RUB", n))
    offers = (("golden-yen", "term_deposit", "JPY"), ("golden-dinar", "everyday_account", "KWD"))
    for n, (key, offer, currency) in enumerate(offers, start=90):
        found.accounts.append(_account(plan, key, "golden-currencies", offer, currency, n))
    found.loans.extend(
        (
            _loan(plan, "golden-borrower", days=75, guarantor="golden-guarantor"),
            _loan(plan, "golden-holding-2", days=40),
            _loan(plan, "golden-paid", days=12),
            _loan(plan, "golden-promise", days=25),
            _loan(plan, "golden-third", days=33),
            _loan(plan, "golden-caps", days=8),
            _loan(plan, "golden-deceased", days=90, paused_for=_MOURNED - 1),
            _loan(plan, "golden-vip", days=-5),
        )
    )


def _account(plan: Plan, key: str, owner: str, offer: str, currency: str, n: int) -> Account:
    return Account(
        key=key,
        offer=offer,
        kind="deposit" if offer == "term_deposit" else "account",
        currency=currency,
        owner=owner,
        number=f"40817999{n:012}",
        opened=plan.as_of - 400 * _DAY,
        branch="b01",
    )


def _loan(plan: Plan, owner: str, *, days: int, guarantor: str = "", paused_for: int = 0) -> Loan:
    """A loan of 240,000 for two years, ten instalments paid, behind by so many days."""
    due_on = plan.as_of - (days + paused_for) * _DAY
    terms = LoanTerms(
        principal=240_000_00,
        rate=Decimal("0.189"),
        term_months=24,
        method=RepaymentMethod.ANNUITY,
        first_due_on=months_later(due_on, -10),
        due_day=due_on.day,
    )
    return Loan(
        key=f"{owner}-loan",
        owner=owner,
        guarantor=guarantor,
        currency="RUB",
        branch="b01",
        offer="business_loan" if "holding" in owner else "consumer_loan",
        terms=terms,
        paid=10,
        in_debt=days > 0,
        paused_on=plan.as_of - (paused_for - 1) * _DAY if paused_for else None,
    )


def _add_moments(plan: Plan, found: Golden, staff: dict[str, str]) -> None:
    """`staff` has one employee of each role."""
    now = datetime.combine(plan.as_of, _NOW, UTC)
    found.applications.extend(
        (
            _application("golden-decision", "golden-applicant", now - 5 * _MINUTE),
            _application("golden-told-decision", "golden-told", now - _DAY),
        )
    )
    found.entries.append(_payment(found, now - _HOUR))
    found.promises.append(_promise(found, now))
    debt = {"topic": "arrears", "agent": staff["collector"]}
    desk = {"agent": staff["agent"]}
    third = {**debt, "disposition": "third_party", "essence": "Ответила соседка, его нет дома."}
    told = {**desk, "disposition": "informed", "essence": "Told her that the loan is approved."}
    expert = {**desk, "disposition": "passed_on", "essence": "Вопрос по облигациям передан."}
    nobody = {
        **desk,
        "disposition": "resolved",
        "topic": "other",
        "essence": "Спросил часы работы.",
    }
    found.calls.extend(
        (
            _call(found, "anonymous", now - _HOUR, "", **nobody),
            _call(found, "told", now - 20 * _HOUR, "golden-told", **told),
            _call(found, "third", now - 3 * _HOUR, "golden-third", **third),
            *(_call(found, f"cap-{n}", now - n * _HOUR, "golden-caps", **debt) for n in (1, 2, 3)),
            _call(found, "expert", now - 30 * _HOUR, "golden-expert", **expert),
            _call(found, "lost", now - 2 * _HOUR, "golden-lost", **desk),
        )
    )


def _application(key: str, party: str, decided: datetime) -> Row:
    submitted = decided - 3 * _HOUR
    times = (stamp(submitted), stamp(decided))
    expires = decided.date() + 30 * _DAY
    amount = "350000.00"
    what = (party, "consumer_loan", "RUB", amount, 36, "approved")
    return (key, 1, *what, *times, amount, expires)


def _payment(found: Golden, at: datetime) -> Row:
    """The overdue instalment, booked after the morning's arrears were told."""
    loan = next(one for one in found.loans if one.owner == "golden-paid")
    amount = decimal(schedule(loan.terms)[loan.paid].due, loan.currency)
    what = ("repayment", amount, loan.currency, stamp(at), at.date(), "")
    return ("golden-paid-entry", 1, loan.key, *what)


def _promise(found: Golden, now: datetime) -> Row:
    loan = next(one for one in found.loans if one.owner == "golden-promise")
    amount = decimal(schedule(loan.terms)[loan.paid].due, loan.currency)
    taken = stamp(now - 3 * _DAY)
    what = (loan.owner, loan.key, amount, loan.currency, taken, now.date())
    return ("golden-promise", *what, "active", "0.00")


def _call(
    found: Golden,
    name: str,
    at: datetime,
    party: str,
    *,
    agent: str,
    topic: str = "loan_application",
    disposition: str = "",
    essence: str = "",
) -> Row:
    """A call; one without a disposition was never finished, or nobody answered it."""
    outbound = name.startswith(("told", "third", "cap"))
    answered = not name.startswith("cap")
    number = next((one.number for one in found.uses if one.party == party), "")
    outcome = "answered" if answered else "no_answer"
    return (
        *(f"golden-call-{name}", "out" if outbound else "in", stamp(at), "regular", number, party),
        *(1, outcome, 0, 8, 95 if answered else 0, agent),
        *(int(name == "expert"), topic, disposition, essence),
    )
