"""Calls, promises and complaints have the shape of the table."""

import statistics
from collections import Counter
from datetime import datetime
from pathlib import Path

import yaml

from crm_core.demo.generator.calls import HOURS, calls_file
from crm_core.demo.generator.complaints import TOPICS, complaints_file
from crm_core.demo.generator.figures import Figures
from crm_core.demo.generator.loans import loans
from crm_core.demo.generator.numbers import Numbers
from crm_core.demo.generator.parties import roster
from crm_core.demo.generator.phones import uses
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.promises import conversations, promises_file
from crm_core.demo.generator.records import Extra
from crm_core.demo.generator.staff import staff
from tests.crm_core.demo.generator.conftest import AS_OF, Kept, Rows
from tests.crm_core.demo.generator.test_clients import near
from tests.crm_core.demo.generator.test_money import amount

CATALOGUE = Path(__file__).parents[4] / "config" / "catalogue.yaml"


def plan_of(clients: int) -> Plan:
    return Plan(clients=clients, as_of=AS_OF)


def rows(extra: Extra) -> Rows:
    return [dict(zip(extra.columns, row, strict=True)) for row in extra.rows]


def number(cell: object) -> int:
    return int(str(cell))


def test_calls_come_by_hour_and_weekday_and_end_as_in_the_month(made: Kept) -> None:
    calls = made["calls"]
    assert len(calls) == round(42_077 / 25)
    at = [datetime.fromisoformat(str(row["arrived_at"])) for row in calls]
    assert at == sorted(at)
    hours = Counter(one.hour for one in at)
    for hour, share in HOURS.items():
        assert near(hours[hour] / len(calls), share / sum(HOURS.values()), 0.01)
    days = Counter(one.date() for one in at)
    by_weekday = [
        statistics.mean(n for day, n in days.items() if day.weekday() == weekday)
        for weekday in range(7)
    ]
    weekday = statistics.mean(by_weekday[:5])
    assert near(by_weekday[5] / weekday, 1 / 3, 0.08)
    assert near(by_weekday[6] / weekday, 1 / 10, 0.04)
    outcomes = Counter(row["outcome"] for row in calls)
    assert near(outcomes["left_queue"] / len(calls), 7_260 / 42_077, 0.001)
    assert near(outcomes["left_ivr"] / len(calls), 3_106 / 42_077, 0.001)
    kinds = Counter(row["kind"] for row in calls)
    assert near(kinds["regular"] / len(calls), 65 / 99, 0.001)


def test_callers_are_known_in_45_percent_and_some_call_very_often(made: Kept) -> None:
    calls = made["calls"]
    known = [row["party_key"] for row in calls if row["party_key"]]
    assert near(len(known) / len(calls), 0.45, 0.001)
    often = Counter(known)
    assert near(len(often), 4_743 / 25, 25)
    assert 60 <= max(often.values()) <= 204
    assert all(bool(row["agent"]) == (row["outcome"] == "answered") for row in calls)


def test_waiting_and_service_have_their_quantiles() -> None:
    plan = plan_of(10_000)
    people = roster(plan)
    numbers = uses(plan, people, Numbers())
    calls = rows(calls_file(plan, people, numbers, staff(plan)))
    calls = [row for row in calls if row["outcome"] == "answered"]
    waited = sorted(number(row["waited_s"]) for row in calls)
    talked = sorted(number(row["talked_s"]) for row in calls)

    def at(values: list[int], part: float) -> int:
        return values[int(len(values) * part)]

    assert near(sum(one == 0 for one in waited) / len(waited), 0.41, 0.03)
    assert near(sum(one <= 20 for one in waited) / len(waited), 0.505, 0.03)
    assert near(statistics.mean(waited), 74, 8)
    assert near(at(waited, 0.9), 230, 25)
    assert near(at(talked, 0.5), 111, 12)
    assert near(at(talked, 0.9), 387, 45)
    assert near(at(talked, 0.99), 1_179, 180)
    assert near(statistics.mean(talked), 185, 15)


def test_topics_and_dispositions_are_the_catalogues(made: Kept) -> None:
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    topics = {one["code"] for one in catalogue["topics"]}
    ends = {leaf["code"] for one in catalogue["dispositions"] for leaf in one["branches"]}
    calls = made.files["calls"]
    assert {row["topic"] for row in calls} - {""} <= topics
    assert {row["disposition"] for row in calls} - {""} <= ends
    assert all(bool(row["essence"]) == bool(row["topic"]) for row in made["calls"])


def test_promises_are_made_kept_and_broken_as_told() -> None:
    plan = plan_of(20_000)
    lent = loans(plan, roster(plan))
    found = rows(promises_file(plan, lent, Figures(plan)))
    assert near(len(found) / len(conversations(plan, lent)), 0.35, 0.01)
    over = [row for row in found if row["state"] != "active"]
    kept = sum(row["state"] == "kept" for row in over)
    partly = sum(row["state"] == "broken" and amount(row["kept_amount"]) > 0 for row in over)
    assert near(kept / len(over), 0.58, 0.03)
    assert near(partly / len(over), 0.08, 0.01)
    active = [row["party_key"] for row in found if row["state"] == "active"]
    assert len(active) == len(set(active))
    assert all((row["due_on"] >= AS_OF) == (row["state"] == "active") for row in found)


def test_complaints_have_their_topics_and_are_answered_in_time() -> None:
    plan = plan_of(20_000)
    found = rows(complaints_file(plan, roster(plan)))
    topics = Counter(row["topic"] for row in found)
    for topic, share in TOPICS.items():
        assert near(topics[topic] / len(found), share / 100, 0.01)
    assert near(sum(row["timely"] == "true" for row in found) / len(found), 0.984, 0.003)
