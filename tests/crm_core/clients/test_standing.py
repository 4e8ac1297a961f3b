"""Status and tier by rule: the table of the design, line by line, and the quadrants."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.clients.rules import ClientRules, Criterion, Scale, StatusDays
from crm_core.clients.standing import ClientFacts, points, status_of, tier_of
from crm_core.models import PartyStatus, Tier

ON = date(2026, 3, 2)
DAYS = StatusDays()
RULES = ClientRules(
    days=DAYS,
    window_days=90,
    loyalty=Scale(
        criteria=(
            Criterion(fact="operations", at_least=10, points=1),
            Criterion(fact="days_since_operation", at_most=30, points=1),
        ),
        high=2,
    ),
    value=Scale(
        criteria=(
            Criterion(fact="deposits", amounts={"RUB": 1_000_00, "USD": 20_00}, points=1),
            Criterion(fact="owed", amounts={"RUB": 5_000_00}, points=1),
        ),
        high=1,
    ),
)


def ago(days: int) -> date:
    return ON - timedelta(days=days)


CLIENT = ClientFacts(first_opened_on=ago(400), open_agreements=1, last_operation_on=ago(5))
GONE = replace(CLIENT, open_agreements=0, last_closed_on=ago(100))


@pytest.mark.parametrize(
    ("facts", "before", "expected", "rule"),
    [
        (ClientFacts(), None, "suspect", "never_a_client"),
        (ClientFacts(interested=True), None, "potential", "interested"),
        (ClientFacts(asked=True), None, "potential", "asked_once"),
        (ClientFacts(guarantees=True), None, "potential", "guarantor_only"),
        (GONE, None, "potential", "all_closed"),
        (replace(GONE, last_closed_on=ago(365)), None, "closed", "nothing_open_for_long"),
        (replace(GONE, last_closed_on=ago(364)), None, "potential", "all_closed"),
        (
            replace(GONE, last_closed_on=ago(365), last_contact_on=ago(3)),
            PartyStatus.CLOSED,
            "potential",
            "all_closed",
        ),
        (replace(GONE, last_closed_on=ago(900), interested=True), None, "potential", "interested"),
        (replace(CLIENT, first_opened_on=ago(89)), None, "new", "first_agreement_lately"),
        (replace(CLIENT, first_opened_on=ago(90)), None, "active", "operation_lately"),
        (replace(CLIENT, last_operation_on=ago(89)), None, "active", "operation_lately"),
        (replace(CLIENT, last_operation_on=ago(90)), None, "active", "no_operation_lately"),
        (
            replace(CLIENT, last_operation_on=ago(90)),
            PartyStatus.INACTIVE,
            "inactive",
            "no_operation_lately",
        ),
        (replace(CLIENT, last_operation_on=ago(179)), None, "active", "no_operation_lately"),
        (replace(CLIENT, last_operation_on=ago(180)), None, "inactive", "no_operation_for_long"),
        (replace(CLIENT, last_operation_on=None), None, "inactive", "no_operation_for_long"),
    ],
)
def test_status_is_what_the_table_says(
    facts: ClientFacts, before: PartyStatus | None, expected: str, rule: str
) -> None:
    verdict = status_of(facts, ON, DAYS, before=before)
    assert (verdict.value, verdict.why) == (expected, {"rule": rule})


@pytest.mark.parametrize(
    ("operations", "deposits", "expected"),
    [
        (10, {"RUB": 1_000_00}, Tier.A),
        (9, {"USD": 20_00}, Tier.B),
        (10, {"RUB": 999_99, "USD": 19_99}, Tier.C),
        (0, {}, Tier.D),
    ],
)
def test_the_quadrants_of_loyalty_and_value(
    operations: int, deposits: dict[str, int], expected: Tier
) -> None:
    facts = replace(CLIENT, operations=operations, deposits=deposits)
    assert tier_of(facts, PartyStatus.ACTIVE, ON, RULES).value == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (PartyStatus.INACTIVE, Tier.DORMANT),
        (PartyStatus.POTENTIAL, Tier.POTENTIAL),
        (PartyStatus.CLOSED, Tier.POTENTIAL),
        (PartyStatus.SUSPECT, Tier.SUSPECT),
    ],
)
def test_who_has_nothing_alive_stands_beside_the_quadrants(
    status: PartyStatus, expected: Tier
) -> None:
    rich = replace(CLIENT, operations=99, deposits={"RUB": 10**12})
    assert tier_of(rich, status, ON, RULES).value == expected


def test_amounts_of_two_currencies_are_not_added_and_what_is_unknown_gives_no_points() -> None:
    split = replace(CLIENT, deposits={"RUB": 999_99, "USD": 19_99})
    assert points(split, ON, RULES.value) == 0
    assert points(replace(split, owed={"RUB": 5_000_00}), ON, RULES.value) == 1
    assert points(replace(CLIENT, last_operation_on=None), ON, RULES.loyalty) == 0


FACTS = st.builds(
    ClientFacts,
    first_opened_on=st.none() | st.dates(date(2020, 1, 1), ON),
    open_agreements=st.integers(0, 2),
    last_closed_on=st.none() | st.dates(date(2020, 1, 1), ON),
    last_operation_on=st.none() | st.dates(date(2020, 1, 1), ON),
    last_contact_on=st.none() | st.dates(date(2020, 1, 1), ON),
    operations=st.integers(0, 40),
    guarantees=st.booleans(),
    interested=st.booleans(),
)


@given(FACTS, st.none() | st.sampled_from(PartyStatus))
def test_the_rules_are_total_and_agree_with_themselves(
    facts: ClientFacts, before: PartyStatus | None
) -> None:
    status = PartyStatus(status_of(facts, ON, DAYS, before=before).value)
    assert status_of(facts, ON, DAYS, before=status).value == status, "asked again, the same"
    alive = {PartyStatus.NEW, PartyStatus.ACTIVE, PartyStatus.INACTIVE}
    assert (status in alive) == bool(facts.open_agreements and facts.first_opened_on)
    tier = Tier(tier_of(facts, status, ON, RULES).value)
    assert (tier in {Tier.A, Tier.B, Tier.C, Tier.D}) == (status in alive - {PartyStatus.INACTIVE})
