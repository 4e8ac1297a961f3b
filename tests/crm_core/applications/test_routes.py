"""Routes as data: what is wrong is told with its place, all of it at once."""

import pytest

from crm_core.applications.route_versions import (
    NothingToPublish,
    PublisherIsWriter,
    current,
    draft,
    publish,
    versions,
)
from crm_core.applications.routes import LARGEST_TEXT, NoRoute, RoutesInvalid, read_routes
from crm_core.applications.standard import STANDARD_ROUTES
from crm_core.bank.terms import AgreementKind
from crm_core.database import Database
from crm_core.money import Money
from tests.crm_core.applications.desk import desk

LOAN = AgreementKind.LOAN
CHANGED = STANDARD_ROUTES.replace("norm: 240, votes: 1", "norm: 300, votes: 1")


@pytest.mark.parametrize(
    ("minor", "currency", "code"),
    [
        (50_000_000, "RUB", "small"),
        (50_000_001, "RUB", "standard"),
        (500_000_001, "RUB", "committee"),
        (500_000, "USD", "small"),
        (1, "KZT", "committee"),
    ],
)
def test_family_amount_and_currency_choose(minor: int, currency: str, code: str) -> None:
    assert read_routes(STANDARD_ROUTES).choose(LOAN, Money(minor, currency)).code == code


def test_what_no_route_takes_is_refused() -> None:
    with pytest.raises(NoRoute):
        read_routes(STANDARD_ROUTES).choose(AgreementKind.DEPOSIT, Money(1, "RUB"))


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("votes: 1}", "votes: 0}", "routes[0].stages[2].votes: the last stage decides"),
        ("norm: 60, documents: true}", "norm: 60, votes: 1}", "routes[0].stages[0].votes: only"),
        ("{code: scoring", "{code: documents", "routes[0].stages: the code documents stands twice"),
        ("norm: 60}", "norm: 0}", "routes[0].stages[1].norm: must be a whole number"),
        ("right: work_applications", "right: view_audit", "routes[0].stages[0].right: must be"),
        ("families: [loan,", "families: [lone,", "routes[0].families: must be a list"),
        ("valid_days: 30", "valid_for: 30", "routes[0].valid_for: is unknown"),
        ("RUB: 500000", "RUB: 0.5", "routes[0].up_to.RUB: must be a whole amount"),
        ("routes:", "routes: [", "line "),
    ],
)
def test_each_error_has_its_place(before: str, after: str, error: str) -> None:
    text = STANDARD_ROUTES.replace(before, after, 1)
    with pytest.raises(RoutesInvalid) as refused:
        read_routes(text)
    assert any(one.startswith(error) for one in refused.value.errors), refused.value.errors


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: &x [1]\nb: *x",
        "x" * (LARGEST_TEXT + 1),
        "[" * LARGEST_TEXT,
        "!!python/name:os.system",
    ],
)
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(RoutesInvalid):
        read_routes(text)


async def test_a_second_person_publishes_and_what_runs_keeps_its_version(db: Database) -> None:
    at = await desk(db)
    writer, other = at.staff["olga"].id, at.staff["pavel"].id
    running = await at.apply()
    async with db.unit_of_work() as session:
        number = await draft(session, CHANGED, by=writer)
        written = (await versions(session))[0]
    with pytest.raises(PublisherIsWriter):
        async with db.unit_of_work() as session:
            await publish(session, number, written.drafted_at, by=writer)
    async with db.unit_of_work() as session:
        await publish(session, number, written.drafted_at, by=other)
        assert (await current(session)).version == number
    assert (await at.see(running)).route.stages[-1].norm == 240
    assert (await at.see(await at.apply())).route.stages[-1].norm == 300
    with pytest.raises(NothingToPublish):
        async with db.unit_of_work() as session:
            await publish(session, number, written.drafted_at, by=other)
