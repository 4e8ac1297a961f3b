"""A debtor with a case, behind the site of the tests."""

from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlalchemy import select

from crm_core.bank.business_day import take_all
from crm_core.collections.nightly import run
from crm_core.collections.planning import day_begins
from crm_core.models import CollectionCase
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site
from tests.crm_core.bank.offers import lent
from tests.crm_core.collections.debtors import RULES, nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A party's case and its page."""

    party: PartyId
    case: str

    @property
    def page(self) -> str:
        return f"/collections/{self.case}"

    @property
    def api(self) -> str:
        return f"/api/v1/collections/cases/{self.case}"


async def a_debt(site: Site, *, party: str = "client", days: int = 12) -> Debt:
    """The party's first instalment is so many days past due, and the night has seen it."""
    db, today = site.centre.db, site.centre.desks.now().date()
    owner = site.centre.parties[party]
    async with db.unit_of_work() as session:
        await lent(session, owner, first_due_on=today - timedelta(days=days))
    await take_all(db, on=today, progress=nothing)
    await run(db, on=today, progress=nothing, rules=RULES)
    case = await row_of(site, owner)
    assert case.opened_on == today and case.reviewed_on == day_begins(today).date()
    return Debt(party=owner, case=case.id)


async def row_of(site: Site, party: PartyId) -> CollectionCase:
    async with site.centre.db.reading() as session:
        mine = select(CollectionCase).where(CollectionCase.party == party)
        return (await session.scalars(mine)).one()


async def version_of(site: Site, debt: Debt) -> str:
    return str((await row_of(site, debt.party)).row_version)


async def posted(
    site: Site, browser: httpx.AsyncClient, debt: Debt, deed: str, **form: str
) -> httpx.Response:
    """Send a form of the case's page with the version that holds now."""
    told = {"version": await version_of(site, debt)} | form
    return await browser.post(f"{debt.page}/{deed}", data=told)
