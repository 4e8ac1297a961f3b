"""A dry run on the calls of a day: what would go otherwise, and by which rule."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from crm_core.database import Database
from crm_core.models import Party
from crm_core.rules.dry_run import DryRun, RuleCount, dry_run, yesterday
from crm_core.rules.house import House
from crm_core.rules.reading import read_rules
from crm_core.rules.vocabulary import Known
from crm_core.worktime.hours import parse_hours
from crm_core.worktime.opening import OpeningHours
from routing.facts import Candidate, SelfService
from routing.ids import AgentId, CallId, FlowId, PartyId, QueueId, ScheduleId
from routing.notices import CallView
from routing.rules.terms import NO_RULES, RuleSet
from routing.terms import CallState, Direction, Match
from tests.crm_core.calls import add_card, suggested, view
from tests.crm_core.conftest import START, person

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = START.astimezone(MOSCOW).date()


def rules(*lines: str) -> RuleSet:
    return read_rules("rules:\n" + "".join(f"  - {{{line}}}\n" for line in lines), Known())


async def tried(
    db: Database,
    after: RuleSet,
    before: RuleSet = NO_RULES,
    *,
    house: House | None = None,
    day: date = DAY,
    most: int = 100,
) -> DryRun:
    async with db.reading() as session:
        return await dry_run(
            session,
            house or House(),
            before=before,
            after=after,
            day=day,
            zone=MOSCOW,
            most=most,
        )


async def test_counts_by_rule_with_examples(db: Database) -> None:
    client = await person(db, "Ivanov")
    async with db.unit_of_work() as session:
        await session.execute(update(Party).values(tier="A"))
    await add_card(
        db,
        view("c-1", **suggested(client)),
        view("c-2", raw_number="8 495 123 45 67", number="+74951234567"),
        view("c-3", dialled="4001"),
    )
    before = rules("rule: Cards, when: {dialled: 4001}, then: {queue: cards}")
    after = rules(
        "rule: Best, when: {tier: A}, then: {credit: 90}",
        "rule: Town, when: {number_class: fixed}, then: {credit: 5, rate: 50}",
        "rule: Cards, when: {dialled: 4001}, then: {queue: cards}",
        "rule: Never, when: {dialled: 4009}, then: {queue: cards}",
    )
    found = await tried(db, after, before)
    assert (found.calls, found.otherwise, found.more, found.guessed) == (3, 2, False, False)
    assert found.rules == (
        RuleCount(rule="Best", before=None, after=1, otherwise=1),
        RuleCount(rule="Town", before=None, after=1, otherwise=1),
        RuleCount(rule="Cards", before=1, after=1, otherwise=0),
        RuleCount(rule="Never", before=None, after=0, otherwise=0),
    )
    assert [one.idle for one in found.rules] == [False, False, False, True]
    assert dict(found.actions) == {"credit": 2, "rate": 1}
    first, second = found.examples
    assert (first.call, first.before, first.after) == ("c-1", (), ("Best",))
    assert [(one.action, one.before, one.after) for one in second.changes] == [
        ("credit", None, 5),
        ("rate", None, 50),
    ]


async def test_the_way_through_self_service_is_asked_for_of_those_who_left_it(db: Database) -> None:
    keyed = SelfService(flow=FlowId("main"), version="1", node="x", path="cards", language="en")
    for call, state in (("c-1", CallState.ABANDONED), ("c-2", CallState.SELF_SERVED)):
        waited = timedelta(seconds=9 if call == "c-1" else 0)
        over = {"state": state, "ended_at": START + waited}
        await add_card(db, view(call, self_service=keyed, **over))
    asked = "when: {ivr_path: cards, language: en}"
    found = await tried(db, rules(f"rule: Cards, {asked}, then: {{queue: cards}}"))
    assert (found.calls, [one.call for one in found.examples]) == (1, ["c-1"])


async def test_the_local_day_its_inbound_calls_and_no_more_than_the_limit(db: Database) -> None:
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=MOSCOW)
    at = {
        "before": midnight - timedelta(seconds=1),
        "first": midnight,
        "last": midnight + timedelta(hours=24, seconds=-1),
        "after": midnight + timedelta(hours=24),
    }
    for call, moment in at.items():
        await add_card(db, view(call, arrived_at=moment, queued_at=moment))
    back = {"direction": Direction.CALLBACK, "callback_of": CallId("first")}
    await add_card(db, view("back", arrived_at=midnight, **back))
    everybody = rules("rule: All, then: {credit: 1}")
    found = await tried(db, everybody)
    assert [one.call for one in found.examples] == ["first", "last"]
    assert (await tried(db, everybody, day=DAY + timedelta(days=5))).calls == 0
    limited = await tried(db, everybody, most=1)
    assert (limited.calls, limited.more) == (1, True)


async def test_who_waited_then_is_counted_from_the_cards(db: Database) -> None:
    def came(call: str, second: int, left: int | None) -> None:
        at = START + timedelta(seconds=second)
        gone = None if left is None else START + timedelta(seconds=left)
        cards.append(view(call, arrived_at=at, queued_at=at, answered_at=gone))

    cards: list[CallView] = []
    came("c-1", 0, 30)
    came("c-2", 10, 15)
    came("c-3", 20, None)
    came("c-4", 40, 41)
    await add_card(db, *cards)
    long = await tried(
        db,
        rules(
            "rule: One, when: {waiting: {queue: service, at_least: 1}}, then: {credit: 1}",
            "rule: Old, when: {longest_wait: {queue: service, at_least: 20}}, then: {rate: 1}",
            "rule: Free, when: {free_agents: {queue: service, at_most: 0}}, then: {music: x}",
        ),
    )
    counts = {one.rule: one.after for one in long.rules}
    assert counts == {"One": 3, "Old": 2, "Free": 4}
    assert long.guessed


async def test_schedules_and_managers_are_those_of_the_day(db: Database) -> None:
    client = await person(db, "Ivanov")
    candidate = Candidate(
        party=client, name="", reason="mobile_number", managers=(AgentId("anna"),)
    )
    gone = Candidate(party=PartyId("gone"), name="", reason="mobile_number")
    several = {"match": Match.SEVERAL, "candidates": (candidate, gone)}
    await add_card(db, view("c-1", **several))
    noon = parse_hours("11:00-13:00")
    house = House(
        opening=(OpeningHours(schedule=ScheduleId("noon"), zone=MOSCOW, week=(noon,) * 7),)
    )
    both = rules(
        "rule: Likeliest, when: {has_manager: yes, whose: likeliest}, then: {queue: cards}",
        "rule: Every, when: {has_manager: yes}, then: {queue: cards}",
        "rule: Noon, when: {during: noon}, then: {credit: 1}",
    )
    found = await tried(db, both, house=house)
    assert {one.rule: one.after for one in found.rules} == {"Likeliest": 1, "Every": 0, "Noon": 1}
    assert QueueId("cards") in {one.after for one in found.examples[0].changes}


def test_yesterday_is_by_the_clock_on_the_wall() -> None:
    late = datetime(2026, 3, 2, 21, 30, tzinfo=ZoneInfo("UTC"))
    assert yesterday(late, MOSCOW) == date(2026, 3, 2)
    assert yesterday(late - timedelta(hours=1), MOSCOW) == date(2026, 3, 1)
