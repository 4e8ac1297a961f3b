"""Who is in a segment: every fact against real rows, kept with dates, and explained."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from crm_core.bank.agreements import add_role, set_balance
from crm_core.bank.business_day import take_arrears
from crm_core.bank.terms import AgreementRole
from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.managers.assigning import assign_managers
from crm_core.models import GroupKind, Party, Person
from crm_core.money import Money
from crm_core.relations.groups import add_group
from crm_core.relations.linking import Tie, link
from crm_core.segments.facts import FACTS
from crm_core.segments.keeping import (
    SegmentChanged,
    Wording,
    add_segment,
    change_segment,
    segment,
    versions,
)
from crm_core.segments.membership import (
    evaluate_all,
    evaluate_step,
    explain,
    members,
    segments_of,
    try_rule,
)
from crm_core.segments.rule import RuleRefused, conditions, parse
from routing.ids import PartyId
from tests.crm_core.bank.offers import TODAY, credited, lent, opened
from tests.crm_core.conftest import START, FakeClock, hired, person

BORN = date(1990, 3, 2)


@pytest.fixture
async def people(db: Database) -> dict[str, PartyId]:
    """Anna, 36 today, has an account, a household and a manager; Boris owes; Clara has nothing."""
    found = {name: await person(db, name) for name in ("Anna", "Boris", "Clara")}
    boss = await hired(db, "boss")
    async with db.unit_of_work() as session:
        anna, boris, clara = found.values()
        await session.execute(update(Person).where(Person.party == anna).values(birth_date=BORN))
        await session.execute(update(Party).where(Party.id == anna).values(vip=True, tier="A"))
        account = await opened(session, anna)
        await credited(session, account, 500, on=TODAY - timedelta(days=10))
        await set_balance(
            session,
            account,
            booked=Money(10_000_00, "RUB"),
            available=Money(10_000_00, "RUB"),
            as_of=START,
        )
        loan = await lent(session, boris, first_due_on=date(2026, 1, 11))
        await take_arrears(session, loan, on=TODAY)
        await add_role(session, loan, clara, role=AgreementRole.GUARANTOR, starts_on=TODAY)
        await add_group(session, GroupKind.HOUSEHOLD, "House", [anna], by="test")
        await link(session, Tie(party=anna, to=boris, type="parent"), by="test")
        await assign_managers(session, anna, [boss.id], by="test")
    return found


CASES = {
    "kind is person": "Anna Boris Clara",
    "status is active and tier is A": "Anna",
    "language is not en": "",
    "vip is yes": "Anna",
    "age is 36": "Anna",
    "age < 36 or age > 36": "",
    "age <= 36 and age >= 36": "Anna",
    "not age < 36": "Anna Boris Clara",
    "age is unknown": "Boris Clara",
    "client_days >= 416 and client_days <= 416": "Anna Boris",
    "client_days > 416": "",
    "idle_days in (9, 10)": "Anna",
    "idle_days is known": "Anna",
    "quiet_days is unknown": "Anna Boris Clara",
    "agreements > 0": "Anna Boris",
    "worst_dpd >= 50": "Boris",
    "worst_dpd is 0": "Anna Clara",
    "guarantees is yes": "Clara",
    "deposits >= 10000 RUB": "Anna",
    "deposits > 10000 RUB": "",
    "deposits >= 1 USD": "",
    "owed > 0 RUB": "Boris",
    "holds is loan": "Boris",
    "holds not in (loan, account)": "Clara",
    "holds is unknown": "Clara",
    "product in (account, other)": "Anna",
    "currency is RUB": "Anna Boris",
    "group is household": "Anna",
    "relation is parent": "Anna",
    "relation is child": "Boris",
    "manager is boss": "Anna",
    "branch is known": "",
    "(vip is yes or holds is loan) and not tier is A": "Boris",
}


async def test_every_fact_finds_whom_it_should(db: Database, people: dict[str, PartyId]) -> None:
    async with db.reading() as session:
        for rule, expected in CASES.items():
            trial = await try_rule(session, rule, on=TODAY)
            assert " ".join(name for _, name in trial.sample) == expected, rule
            assert (trial.found, trial.of) == (len(expected.split()), 3)
    named = {one.fact for rule in CASES for one in conditions(parse(rule))}
    assert named == set(FACTS), "a fact without a case"


async def kept(db: Database, rule: str, code: str = "vips") -> str:
    async with db.unit_of_work() as session:
        return await add_segment(session, Wording(code=code, name="VIPs", rule=rule), by="test")


async def evaluated(db: Database) -> dict[str, int]:
    async def progress(done: int) -> None:
        pass

    return dict(await evaluate_all(db, TODAY, progress))


async def test_members_join_and_leave_with_dates_and_versions(
    db: Database, clock: FakeClock, people: dict[str, PartyId]
) -> None:
    vips = await kept(db, "vip is yes")
    assert await evaluated(db) == {"segments": 1, "joined": 1, "left": 0}
    assert await evaluated(db) == {"segments": 1, "joined": 0, "left": 0}
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        before = await segment(session, vips)
        anew = Wording(code="vips", name="Debtors", rule="worst_dpd > 0")
        await change_segment(session, vips, anew, seen=before.row_version, by="test")
    assert await evaluated(db) == {"segments": 1, "joined": 1, "left": 1}
    async with db.reading() as session:
        now, then = await members(session, vips), await members(session, vips, at=START)
        whole = await segment(session, vips)
        rules = await versions(session, vips)
        assert await segments_of(session, people["Boris"]) == [(vips, "Debtors")]
        assert await segments_of(session, people["Anna"]) == []
    assert [(one.name, one.version) for one in (*now, *then)] == [("Boris", 2), ("Anna", 1)]
    assert (whole.members, whole.evaluated_at) == (1, clock.now())
    assert [(one.n, one.rule) for one in rules] == [(2, "worst_dpd > 0"), (1, "vip is yes")]


async def test_an_evaluation_goes_on_where_it_stopped(
    db: Database, people: dict[str, PartyId]
) -> None:
    everybody = await kept(db, "kind is person")
    async with db.reading() as session:
        one = await segment(session, everybody)
        order = list(await session.scalars(select(Party.id).order_by(Party.id)))
    after, done = None, []
    for _ in range(4):
        async with db.unit_of_work() as session:
            step = await evaluate_step(session, one, on=TODAY, after=after, batch=1)
        done.append((step.done, step.joined))
        after = step.after
    assert after is None and done == [(1, 1), (1, 1), (1, 1), (0, 0)]
    async with db.reading() as session:
        assert [one.party for one in await members(session, everybody)] == order
        assert [one.party for one in await members(session, everybody, after=order[1])] == order[2:]
        assert (await segment(session, everybody)).members == 3


async def test_why_a_party_is_in_is_told_condition_by_condition(
    db: Database, people: dict[str, PartyId]
) -> None:
    rule = "(vip is yes or age > 60) and not holds is loan and deposits >= 1 RUB"
    async with db.reading() as session:
        anna = await explain(session, rule, people["Anna"], on=TODAY)
        with pytest.raises(PartyUnknown):
            await explain(session, rule, PartyId("nobody"), on=TODAY)
    assert [(one.depth, one.text, one.met) for one in anna] == [
        (0, "and", True),
        (1, "or", True),
        (2, "vip is yes", True),
        (2, "age > 60", False),
        (1, "not", True),
        (2, "holds is loan", False),
        (1, "deposits >= 1 RUB", True),
    ]
    assert anna[3].found == BORN.isoformat() and anna[6].found == "", "no amounts"


async def test_two_who_change_a_segment_at_once_do_not_overwrite_each_other(db: Database) -> None:
    vips = await kept(db, "vip is yes")
    wording = Wording(code="vips", name="Others", rule="vip is no")
    async with db.unit_of_work() as session:
        seen = (await segment(session, vips)).row_version
        await change_segment(session, vips, wording, seen=seen, by="first")
    with pytest.raises(SegmentChanged):
        async with db.unit_of_work() as session:
            await change_segment(session, vips, wording, seen=seen, by="second")


async def test_a_segment_needs_a_code_of_its_own_a_name_and_a_rule(db: Database) -> None:
    await kept(db, "vip is yes")
    wrong = [
        (Wording(code="vips", name="x", rule="vip is no"), "code"),
        (Wording(code="No Code", name="x", rule="vip is no"), "code"),
        (Wording(code="other", name=" ", rule="vip is no"), "name"),
        (Wording(code="other", name="x", rule="vip"), "rule"),
    ]
    for wording, field in wrong:
        with pytest.raises(FieldRefused) as told:
            async with db.unit_of_work() as session:
                await add_segment(session, wording, by="test")
        assert told.value.field == field
    with pytest.raises(RuleRefused):
        async with db.reading() as session:
            await try_rule(session, "nobody knows", on=TODAY)
