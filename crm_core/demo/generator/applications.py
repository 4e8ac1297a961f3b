"""Credit applications of the last three months: how they were decided, and how long it took.

The norm is eight hours of business time, from nine to five on weekdays.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.demo.generator.amounts import decimal, minor
from crm_core.demo.generator.chance import Chance
from crm_core.demo.generator.loans import AMOUNTS, TERMS
from crm_core.demo.generator.offers import HOME_CURRENCY
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Row
from crm_core.worktime.hours import Interval, WorkCalendar, add_minutes, is_working_day

COLUMNS = (
    *("source_key", "source_version", "party_key", "product_code", "currency", "amount"),
    *("term_months", "state", "submitted_at", "decided_at", "approved_amount"),
    "decision_expires_on",
)

A_MONTH, MONTHS = 900, 3
"""At 50,000 clients."""

OUTCOMES = {"approved": 600, "declined": 280, "counter_offer": 50, "withdrawn": 70}
"""Shares of a thousand of those that are decided; some approved loans are paid out by now."""

NORM_MINUTES, BREACHED = 8 * 60, 90
"""The norm, and the share of decisions that took longer, of a thousand."""

CALENDAR = WorkCalendar(
    zone=ZoneInfo("UTC"), week=(*((Interval(starts=540, ends=1020),),) * 5, (), ())
)

_VALID_DAYS, _SETTLED_DAYS, _LONGEST_MINUTES, _MONTH_DAYS = 30, 5, 1_500, 30
_DISBURSED = 650


def application_rows(plan: Plan, parties: Roster) -> Iterator[Row]:
    """All applications, in a drawn order of days."""
    chance = plan.chance("applications")
    count = plan.count(A_MONTH * MONTHS, least=10)
    outcomes = chance.dealt(count, OUTCOMES)
    late = set(chance.picked(range(count), share(count, BREACHED)))
    able = [one for one in parties.clients if one.status != "closed"]
    for n, outcome in enumerate(outcomes):
        one = chance.of(able)
        currency = HOME_CURRENCY[one.language]
        amount = minor(AMOUNTS.draw(chance) // 1_000 * 1_000 + 1_000, currency)
        submitted = _submitted(plan, chance)
        minutes = _minutes(chance, late=n in late)
        decided = add_minutes(CALENDAR, submitted, minutes)
        yield (
            *(f"q{n + 1:07}", 1, one.key),
            *("business_loan" if one.organisation else "consumer_loan", currency),
            *(decimal(amount, currency), chance.of(tuple(TERMS))),
            *_decided(plan, chance, outcome, amount, currency, submitted, decided),
        )


def stamp(at: datetime) -> str:
    """A moment as the contract writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _submitted(plan: Plan, chance: Chance) -> datetime:
    """A moment of business time before the plan's day."""
    day = plan.as_of - timedelta(days=chance.between(1, MONTHS * _MONTH_DAYS))
    while not is_working_day(CALENDAR, day):
        day -= timedelta(days=1)
    return _at(day, 540 + chance.below(479))


def _minutes(chance: Chance, *, late: bool) -> int:
    if late:
        return chance.between(NORM_MINUTES + 1, _LONGEST_MINUTES)
    return chance.between(20, NORM_MINUTES)


def _decided(
    plan: Plan,
    chance: Chance,
    outcome: str,
    amount: int,
    currency: str,
    submitted: datetime,
    decided: datetime,
) -> Row:
    """State, times and what was approved; not decided yet if that is still to come."""
    if decided.date() >= plan.as_of:
        return ("review", stamp(submitted), "", "", "")
    if outcome in ("declined", "withdrawn"):
        return (outcome, stamp(submitted), stamp(decided), "", "")
    approved = amount * 3 // 4 if outcome == "counter_offer" else amount
    expires = decided.date() + timedelta(days=_VALID_DAYS)
    if outcome == "approved" and (plan.as_of - decided.date()).days > _SETTLED_DAYS:
        outcome = "disbursed" if chance.hits(_DISBURSED) else outcome
    if outcome != "disbursed" and expires < plan.as_of:
        outcome = "expired"
    return (outcome, stamp(submitted), stamp(decided), decimal(approved, currency), expires)


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), UTC)
