"""Calls of the last 31 days, in the shape of a bank's call centre over a month.

The basis is a month of 42,077 calls: their hours, kinds, waiting and service times, who gave up and
where. That centre rested on another day of the week; here Saturday has a third and Sunday a tenth
of a weekday's calls. The contract has no entity for calls: they go into a file of their own.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

from crm_core.demo.generator.applications import stamp
from crm_core.demo.generator.chance import Chance, Curve, apportioned
from crm_core.demo.generator.duty import Duty
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.phones import Use
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Extra, Party, Row
from crm_core.demo.generator.staff import Employee
from crm_core.demo.generator.words.essences import ESSENCES

CALLS, DAYS, CALLERS = 42_077, 31, 4_743
"""At 50,000 clients: calls of so many days, and how many known callers they come from."""

_PER_HOUR = (24, 50, 78, 89, 80, 72, 70, 72, 72, 68, 57, 51, 36, 40, 48, 47, 32)
HOURS = dict(enumerate(_PER_HOUR, start=7))
WEEKDAYS = (30, 30, 30, 30, 30, 10, 3)
"""How the days from Monday to Sunday compare."""

KINDS = {"regular": 65, "prospect": 16, "internet": 8, "stock": 8, "transfer": 2}
OUTCOMES = {"answered": 31_711, "left_queue": 7_260, "left_ivr": 3_106}
IDENTIFIED, PRIORITY, TRANSFERRED = 450, 290, 40
"""Of a thousand."""

WAITED = Curve(
    (0, 410_000, 505_000, 750_000, 900_000, 980_000, 1_000_000), (0, 0, 20, 80, 230, 440, 800)
)
GAVE_UP = Curve((0, 250_000, 500_000, 900_000, 1_000_000), (2, 22, 54, 210, 900))
IN_IVR = Curve((0, 500_000, 900_000, 1_000_000), (3, 9, 25, 90))
TALKED = Curve(
    (0, 100_000, 500_000, 750_000, 900_000, 950_000, 990_000, 1_000_000),
    (3, 25, 111, 200, 372, 530, 1_000, 2_600),
)
"""Seconds of waiting, of waiting in vain, in the menu, of service."""

CALLS_EACH = Curve(
    (0, 420_000, 720_000, 910_000, 975_000, 996_000, 1_000_000), (1, 1, 3, 8, 19, 55, 204)
)
"""Calls of a known caller."""

COLUMNS = (
    *("call_key", "direction", "arrived_at", "kind", "number", "party_key", "priority", "outcome"),
    *("ivr_s", "waited_s", "talked_s", "agent", "transfers", "topic", "disposition", "essence"),
)

_MEDIANS = {"regular": 115, "prospect": 69, "internet": 124, "stock": 165, "transfer": 111}
_MEDIAN = 111
_WITHHELD = 30
_TOPICS = {
    "regular": ("account", "card", "payment", "loan", "deposit", "personal_data", "complaint"),
    "prospect": ("loan_application", "deposit", "other"),
    "internet": ("online_bank", "fraud", "payment"),
    "stock": ("deposit", "account"),
    "transfer": ("other",),
}
_DISPOSITIONS = ("resolved", "resolved", "resolved", "informed", "informed", "call_back", "thinks")


def calls_file(
    plan: Plan,
    parties: Roster,
    uses: Sequence[Use],
    employees: Sequence[Employee],
    *,
    first: Sequence[Row] = (),
) -> Extra:
    """The calls, the oldest first, after those that are given."""

    return Extra("calls", COLUMNS, chain(first, _rows(plan, parties, uses, employees)))


def _rows(
    plan: Plan, parties: Roster, uses: Sequence[Use], employees: Sequence[Employee]
) -> Iterator[Row]:
    chance = plan.chance("calls")
    total = plan.count(CALLS, least=30)
    known = iter(_callers(plan, chance, parties, total))
    is_known = chance.dealt(total, {True: IDENTIFIED, False: 1000 - IDENTIFIED})
    kinds, outcomes = chance.dealt(total, KINDS), chance.dealt(total, OUTCOMES)
    numbers = {one.party: one.number for one in uses if one.rank == 1}
    duty = Duty([one for one in employees if one.role == "agent"])
    for n, at in enumerate(_moments(plan, chance, total)):
        party = next(known) if is_known[n] else None
        number = numbers[party.key] if party else _unknown(chance)
        priority, in_ivr = 2 if chance.hits(PRIORITY) else 1, IN_IVR.draw(chance)
        if outcomes[n] == "answered":
            queued_at = at + timedelta(seconds=in_ivr)
            end = _answered(chance, kinds[n], party, duty, queued_at)
        else:
            end = _given_up(chance, outcomes[n])
        yield (
            *(f"call-{n + 1:07}", "in", stamp(at), kinds[n], number, party.key if party else ""),
            *(priority, outcomes[n], in_ivr, *end),
        )


def _moments(plan: Plan, chance: Chance, total: int) -> Iterator[datetime]:
    """When the calls came, in order."""
    days = [plan.as_of - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    weights = [WEEKDAYS[day.weekday()] * chance.between(85, 115) for day in days]
    for day, count in zip(days, apportioned(total, weights), strict=True):
        yield from sorted(_moment(chance, day, hour) for hour in chance.dealt(count, HOURS))


def _moment(chance: Chance, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, chance.below(60), chance.below(60)), UTC)


def _callers(plan: Plan, chance: Chance, parties: Roster, total: int) -> list[Party]:
    """The known caller of each call from one, as many as there are such calls."""
    several = chance.picked(parties.clients, plan.count(CALLERS, least=10))
    each = CALLS_EACH.spread(len(several))
    hand = [one for one, count in zip(several, each, strict=True) for _ in range(count)]
    wanted = share(total, IDENTIFIED) + 1
    while len(hand) < wanted:
        hand.append(chance.of(several))
    return chance.shuffled(hand)[:wanted]


def _unknown(chance: Chance) -> str:
    """A number that no party has, or none."""
    return "" if chance.hits(_WITHHELD) else f"+7945555{chance.between(1_000, 9_999)}"


def _answered(
    chance: Chance, kind: str, party: Party | None, duty: Duty, queued_at: datetime
) -> Row:
    talked = max(1, TALKED.draw(chance) * _MEDIANS[kind] // _MEDIAN)
    transferred = chance.hits(TRANSFERRED)
    topic = chance.of(_TOPICS[kind])
    text = chance.of(ESSENCES[party.language if party else "ru"][topic])
    disposition = "passed_on" if transferred else chance.of(_DISPOSITIONS)
    waited = WAITED.draw(chance)
    agent = duty.takes(queued_at + timedelta(seconds=waited), talked)
    return (waited, talked, agent, int(transferred), topic, disposition, text)


def _given_up(chance: Chance, outcome: str) -> Row:
    waited = GAVE_UP.draw(chance) if outcome == "left_queue" else 0
    return (waited, 0, "", 0, "", "", "")
