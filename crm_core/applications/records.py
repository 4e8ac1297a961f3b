"""Taking a credit application down."""

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import (
    KIND,
    MOST_CO_APPLICANTS,
    ApplicationFacts,
    ProductNotOffered,
)
from crm_core.applications.held import CREATED, remember, today
from crm_core.applications.route_versions import current
from crm_core.applications.states import ApplicationState
from crm_core.audit import Action, Subject, record
from crm_core.bank.products import Version, version_on
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.ids import new_id
from crm_core.models import (
    ApplicationDocument,
    ApplicationSeries,
    CoApplicant,
    CreditApplication,
)
from crm_core.parties.editing import check_stands
from crm_core.upsert import insert_into


async def add_application(session: AsyncSession, facts: ApplicationFacts, *, by: str) -> str:
    """Take an application down as a draft, on the route that fits it today. Its id.

    Raises PartyUnknown, PartyMerged, ProductNotOffered, FieldRefused, NoRoute.
    """
    await _check_parties(session, facts)
    offered = await _offered(session, facts)
    routes = await current(session)
    route = routes.routes.choose(offered.family, facts.amount)
    now = moment(session)
    (number,) = await numbers(session, (await today(session)).year, 1)
    row = CreditApplication(
        id=new_id(),
        number=number,
        party=facts.party,
        product=offered.product,
        currency=facts.amount.currency,
        amount_minor=facts.amount.minor,
        term_months=facts.term_months,
        purpose=facts.purpose,
        channel=facts.channel,
        state=ApplicationState.DRAFT,
        route_version=routes.version,
        route=route.code,
        round=1,
        source=facts.source,
        source_key=facts.source_key,
        created_at=now,
        created_by=by,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    session.add_all(CoApplicant(application=row.id, party=one) for one in facts.co_applicants)
    session.add_all(ApplicationDocument(application=row.id, code=one) for one in route.documents)
    await session.flush()
    await remember(session, row, CREATED, by=by)
    subject = Subject(kind=KIND, id=row.id)
    detail = {"party": facts.party, "route": route.code}
    await record(
        session, Action.APPLICATION_ADDED, actor=by, subject=subject, reason="", detail=detail
    )
    return row.id


async def _check_parties(session: AsyncSession, facts: ApplicationFacts) -> None:
    together = facts.co_applicants
    wanted = {facts.party, *together}
    if len(together) > MOST_CO_APPLICANTS or len(wanted) != len(together) + 1:
        raise FieldRefused("co_applicants", "repeated_or_too_many")
    for party in sorted(wanted):
        await check_stands(session, party)


async def _offered(session: AsyncSession, facts: ApplicationFacts) -> Version:
    currency = facts.amount.currency
    found = await version_on(session, facts.product, currency=currency, day=await today(session))
    if found is None:
        raise ProductNotOffered
    terms, amount = found.terms, facts.amount
    least, most = terms.min_amount, terms.max_amount
    if amount.minor <= 0 or (least and amount < least) or (most and most < amount):
        raise FieldRefused("amount", "outside_terms")
    shortest, longest = terms.min_term_months or 1, terms.max_term_months or 600
    if not shortest <= facts.term_months <= longest:
        raise FieldRefused("term_months", "outside_terms")
    return found


async def numbers(session: AsyncSession, year: int, count: int) -> list[str]:
    """The next numbers of a year, such as 2026-000123."""
    first = insert_into(session, ApplicationSeries).values(year=year, last=count)
    following = {"last": ApplicationSeries.last + count}
    numbered = first.on_conflict_do_update(index_elements=["year"], set_=following)
    last = await session.scalar(numbered.returning(ApplicationSeries.last)) or count
    return [f"{year}-{n:06}" for n in range(last - count + 1, last + 1)]
