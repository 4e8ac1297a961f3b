"""Which status and tier follow from what is known of a party. Pure: no database, no clock.

    status      rule
    suspect     never an own agreement, nor an application or interest
    potential   an application or interest; or guarantor without an own agreement; or all closed
    new         first own agreement lately
    active      an open agreement and a client-made operation lately
    inactive    an open agreement and nothing done for long; between both, what it was
    closed      no open agreement and no contact for long

The tier of who has an open agreement is the quadrant of loyalty and value: A high and high, B value
alone, C loyalty alone, D neither. Inactive clients are dormant; who has nothing open is potential
or a suspect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from crm_core.clients.rules import ClientRules, Criterion, Scale, StatusDays
from crm_core.models import PartyStatus, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """What counts. Own agreements are those that the party owns or holds jointly; amounts are
    minor units by currency. `operations` and `turnover` are those of the rules' window; who is
    `interested` has an open application or interest, who `asked` had one once."""

    first_opened_on: date | None = None
    open_agreements: int = 0
    kinds: int = 0
    last_closed_on: date | None = None
    last_operation_on: date | None = None
    operations: int = 0
    turnover: Mapping[str, int] = field(default_factory=dict)
    deposits: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    last_contact_on: date | None = None
    guarantees: bool = False
    interested: bool = False
    asked: bool = False
    referrals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A status or tier, and by which rule; `why` holds codes and counts, never amounts."""

    value: str
    why: Mapping[str, str]


MEASURES: Mapping[str, Callable[[ClientFacts, date], int | None]] = {
    "operations": lambda facts, on: facts.operations,
    "days_since_operation": lambda facts, on: _days(facts.last_operation_on, on),
    "kinds": lambda facts, on: facts.kinds,
    "agreements": lambda facts, on: facts.open_agreements,
    "days_as_client": lambda facts, on: _days(facts.first_opened_on, on),
    "referrals": lambda facts, on: facts.referrals,
}
"""What criteria may count."""

AMOUNTS: Mapping[str, Callable[[ClientFacts], Mapping[str, int]]] = {
    "turnover": lambda facts: facts.turnover,
    "deposits": lambda facts: facts.deposits,
    "owed": lambda facts: facts.owed,
}
"""What criteria may measure in money."""


def status_of(
    facts: ClientFacts, on: date, days: StatusDays, *, before: PartyStatus | None = None
) -> Verdict:
    """Where the party stands on the day; `before` is where it stood."""
    if facts.open_agreements and facts.first_opened_on is not None:
        return _client(facts, on, days, before)
    if facts.first_opened_on is None:
        return _stranger(facts)
    last = max(filter(None, (facts.first_opened_on, facts.last_closed_on, facts.last_contact_on)))
    if (on - last).days >= days.closed and not facts.interested:
        return _verdict(PartyStatus.CLOSED, "nothing_open_for_long")
    return _verdict(PartyStatus.POTENTIAL, "interested" if facts.interested else "all_closed")


def tier_of(facts: ClientFacts, status: PartyStatus, on: date, rules: ClientRules) -> Verdict:
    """The party's place in the pyramid on the day, given its status."""
    if status in _BESIDE:
        return _verdict(_BESIDE[status], f"status_{status}")
    loyalty, value = points(facts, on, rules.loyalty), points(facts, on, rules.value)
    high = loyalty >= rules.loyalty.high, value >= rules.value.high
    why = {"rule": "quadrant", "loyalty": str(loyalty), "value": str(value)}
    return Verdict(value=_QUADRANTS[high], why=why)


def points(facts: ClientFacts, on: date, scale: Scale) -> int:
    """The points of all criteria that are met."""
    return sum(one.points for one in scale.criteria if _met(facts, on, one))


_BESIDE = {
    PartyStatus.INACTIVE: Tier.DORMANT,
    PartyStatus.POTENTIAL: Tier.POTENTIAL,
    PartyStatus.CLOSED: Tier.POTENTIAL,
    PartyStatus.SUSPECT: Tier.SUSPECT,
}
_QUADRANTS = {
    (True, True): Tier.A,
    (False, True): Tier.B,
    (True, False): Tier.C,
    (False, False): Tier.D,
}
"""By whether loyalty and value are high."""


def _client(facts: ClientFacts, on: date, days: StatusDays, before: PartyStatus | None) -> Verdict:
    since = _days(facts.first_opened_on, on) or 0
    if since < days.new:
        return _verdict(PartyStatus.NEW, "first_agreement_lately")
    idle = _days(facts.last_operation_on, on)
    if idle is not None and idle < days.active:
        return _verdict(PartyStatus.ACTIVE, "operation_lately")
    if (since if idle is None else idle) >= days.inactive:
        return _verdict(PartyStatus.INACTIVE, "no_operation_for_long")
    kept = PartyStatus.INACTIVE if before is PartyStatus.INACTIVE else PartyStatus.ACTIVE
    return _verdict(kept, "no_operation_lately")


def _stranger(facts: ClientFacts) -> Verdict:
    if facts.interested:
        return _verdict(PartyStatus.POTENTIAL, "interested")
    if facts.asked:
        return _verdict(PartyStatus.POTENTIAL, "asked_once")
    if facts.guarantees:
        return _verdict(PartyStatus.POTENTIAL, "guarantor_only")
    return _verdict(PartyStatus.SUSPECT, "never_a_client")


def _met(facts: ClientFacts, on: date, one: Criterion) -> bool:
    if one.amounts is not None:
        held = AMOUNTS[one.fact](facts)
        return any(held.get(currency, 0) >= least for currency, least in one.amounts.items())
    measured = MEASURES[one.fact](facts, on)
    if measured is None:
        return False
    return (one.at_least is None or measured >= one.at_least) and (
        one.at_most is None or measured <= one.at_most
    )


def _days(since: date | None, on: date) -> int | None:
    return None if since is None else max(0, (on - since).days)


def _verdict(value: PartyStatus | Tier, rule: str) -> Verdict:
    return Verdict(value=value, why={"rule": rule})
