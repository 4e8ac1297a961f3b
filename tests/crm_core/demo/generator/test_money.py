"""Accounts, cards, loans, applications: the shares of the table, and rows that fit each other."""

import statistics
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal

from crm_core.bank.terms import range_of
from crm_core.demo.generator.applications import CALENDAR, NORM_MINUTES
from crm_core.demo.generator.figures import standing
from crm_core.demo.generator.schedules import instalments
from crm_core.worktime.hours import minutes_between
from tests.crm_core.demo.generator.conftest import AS_OF, Kept
from tests.crm_core.demo.generator.test_clients import near


def amount(cell: object) -> Decimal:
    return Decimal(str(cell or 0))


def test_19_percent_of_everyday_accounts_have_a_second_user(made: Kept) -> None:
    accounts = {
        row["source_key"]
        for row in made["agreement"]
        if str(row["product_key"]).startswith("everyday_account")
    }
    second = [row for row in made["agreement_party"] if row["role"] in ("co_holder", "authorised")]
    assert len(second) == len({row["agreement_key"] for row in second})
    assert {row["agreement_key"] for row in second} <= accounts
    assert near(len(second) / len(accounts), 0.19, 0.001)
    owners = {
        r["agreement_key"]: r["party_key"] for r in made["agreement_party"] if r["role"] == "owner"
    }
    assert all(owners[row["agreement_key"]] != row["party_key"] for row in second)


def test_every_agreement_has_one_owner_and_fits_its_dates(made: Kept) -> None:
    keys = [row["source_key"] for row in made.files["agreement"]]
    owned = Counter(
        r["agreement_key"] for r in made.files["agreement_party"] if r["role"] == "owner"
    )
    assert owned == Counter(keys)
    products = {row["source_key"] for row in made.files["product"]}
    for row in made.files["agreement"]:
        assert row["product_key"] in products
        assert (row["status"] == "closed") == bool(row["closed_on"])
        ends = date.fromisoformat(str(row["closed_on"] or AS_OF))
        assert date.fromisoformat(str(row["opened_on"])) <= ends <= AS_OF
    numbers = [row["number"] for row in made.files["agreement"]]
    assert len(numbers) == len(set(numbers))


def test_cards_are_nine_for_ten_active_clients_and_some_are_ready_or_expire(made: Kept) -> None:
    cards = made["card"]
    assert len(cards) == 1_440 * 9 // 10
    ready = [row for row in cards if row["status"] == "ready"]
    assert near(len(ready) / len(cards), 0.02, 0.001)
    assert all(row["ready_at_branch_on"] for row in ready)
    soon = [
        row
        for row in cards
        if (date.fromisoformat(str(row["expires_on"])) - AS_OF).days <= 60
        and row["reissue_offer_on"]
    ]
    assert near(len(soon) / len(cards), 0.05, 0.001)
    assert all(str(row["embossed_name"]).isascii() and row["embossed_name"] for row in cards)


def test_loans_have_the_counts_terms_and_amounts_of_the_table(made: Kept) -> None:
    loans = made["loan"]
    closed = {r["source_key"] for r in made["agreement"] if r["status"] == "closed"}
    running = [r for r in loans if date.fromisoformat(str(r["maturity_on"])) >= AS_OF]
    assert (len(running), len(loans) - len(running)) == (680, 360)
    terms = Counter(int(str(row["term_months"])) for row in loans)
    assert set(terms) == {12, 24, 36, 48, 60}
    assert min(terms.values()) / max(terms.values()) > 0.85
    lent = [float(amount(row["principal"])) for row in loans]
    assert 4_980 <= min(lent) <= max(lent) <= 590_820
    assert near(statistics.median(lent) / 116_928, 1, 0.01)
    assert near(statistics.mean(lent) / 151_410, 1, 0.02)
    unpaid = [r for r in loans if r not in running and r["agreement_key"] not in closed]
    assert len(unpaid) == round(360 * 0.13)
    guaranteed = [r for r in made["agreement_party"] if r["role"] == "guarantor"]
    assert len(guaranteed) == round(1_040 * 0.18)


def test_debts_have_the_bands_of_the_table(made: Kept) -> None:
    maturity = {r["agreement_key"]: date.fromisoformat(str(r["maturity_on"])) for r in made["loan"]}
    late = [
        row for row in made["arrears"] if row["dpd"] and maturity[row["agreement_key"]] >= AS_OF
    ]
    assert len(late) == 68
    bands = Counter(range_of(int(str(row["dpd"]))).value for row in late)
    assert bands == {"d1_30": 37, "d31_60": 12, "d61_90": 7, "d91_180": 6, "d181": 6}
    assert sum(row["paused"] == "true" for row in late) == 3
    owners = {
        r["agreement_key"]: r["party_key"] for r in made["agreement_party"] if r["role"] == "owner"
    }
    debtors = Counter(owners[row["agreement_key"]] for row in late)
    assert near(sum(n == 2 for n in debtors.values()) / len(debtors), 0.12, 0.02)
    assert max(debtors.values()) == 2


def test_standings_are_what_the_rules_of_the_product_say(made: Kept) -> None:
    told = {row["agreement_key"]: row for row in made.files["arrears"]}
    plan, owed = made.bank.plan, 0
    for loan in made.bank.loans:
        if loan.closed_on:
            assert loan.key not in told
            continue
        row, now = told[loan.key], standing(plan, loan, instalments(plan, loan))
        assert (row["dpd"], row["paused"] == "true") == (now.dpd, now.paused)
        assert amount(row["owed"]) * 100 == now.owed
        overdue = sum(
            amount(row[f"overdue_{c}"]) for c in ("principal", "interest", "fee", "penalty")
        )
        assert overdue * 100 == now.overdue
        assert (row["next_due_on"] or None) == now.next_due_on
        assert (row["oldest_due_on"] or None) == now.oldest_due_on
        assert (now.overdue > 0) == loan.in_debt
        owed += now.owed
    assert owed


def test_schedules_are_whole_and_paid_as_far_as_told(made: Kept) -> None:
    plans: dict[object, list[dict[str, object]]] = defaultdict(list)
    for row in made.files["instalment"]:
        plans[row["agreement_key"]].append(row)
    assert list(plans) == [row["agreement_key"] for row in made.files["loan"]]
    for loan in made.files["loan"]:
        rows = plans[loan["agreement_key"]]
        assert [row["n"] for row in rows] == list(range(1, int(str(loan["term_months"])) + 1))
        assert sum(amount(row["principal_due"]) for row in rows) == amount(loan["principal"])
        assert any(amount(row["interest_due"]) for row in rows), "interest is charged"
        days = [str(row["due_on"]) for row in rows]
        assert days == sorted(set(days))
        assert days[-1] == str(loan["maturity_on"])
        assert date.fromisoformat(str(loan["disbursed_on"])) <= AS_OF
        met = [row for row in rows if row["met_on"]]
        assert rows[: len(met)] == met
        for row in met:
            assert all(row[f"{c}_due"] == row[f"{c}_paid"] for c in ("principal", "interest"))
            assert date.fromisoformat(str(row["met_on"])) <= AS_OF


def test_applications_have_their_outcomes_and_9_percent_took_too_long(made: Kept) -> None:
    rows = made["application"]
    assert len(rows) == 900 * 3 // 25
    states = Counter(row["state"] for row in rows)
    good = sum(states[one] for one in ("approved", "disbursed", "expired"))
    assert near(states["declined"] / len(rows), 0.28, 0.03)
    assert near(good / len(rows), 0.62, 0.05)
    spent = [
        minutes_between(CALENDAR, *(datetime.fromisoformat(str(row[at])) for at in ends))
        for row in rows
        if row["decided_at"]
        for ends in [("submitted_at", "decided_at")]
    ]
    late = sum(minutes > NORM_MINUTES for minutes in spent)
    assert near(late / len(spent), 0.09, 0.03)
    assert all(bool(row["decided_at"]) == (row["state"] != "review") for row in rows)
