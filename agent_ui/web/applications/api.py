"""Credit applications over the API."""

from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BaseModel, Field

from agent_ui.text import Ident, LongText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.applications.pages import shows_amounts
from agent_ui.web.applications.query import ApplicationQuery
from agent_ui.web.applications.shapes import ApplicationList, WholeShape, listed, told
from agent_ui.web.errors import Problem
from crm_core.applications import deciding, moving
from crm_core.applications.application import ApplicationFacts, Ballot
from crm_core.applications.reading import applications, whole
from crm_core.applications.records import add_application
from crm_core.applications.rights import Act, NotPermitted, WhyNot
from crm_core.applications.states import ApplicationChannel, LoanPurpose, VoteChoice
from crm_core.money import LARGEST_MINOR, Money
from crm_core.parties.head import looked_at
from routing.ids import AgentId, CallId, PartyId

router = api_router("applications")

_UNKNOWN: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no such application"}
}
_Version = Annotated[int | None, Field(description="The row_version that was read; else unchecked")]


class MoneyIn(BaseModel):
    """Money in minor units."""

    amount_minor: Annotated[int, Field(ge=1, le=LARGEST_MINOR)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["RUB"])]

    def money(self) -> Money:
        """Raises CurrencyUnknown."""
        return Money(self.amount_minor, self.currency)


class NewApplication(BaseModel):
    """An application to be taken down."""

    party: Ident
    product: Annotated[str, Field(max_length=64, examples=["cash"])]
    amount: MoneyIn
    term_months: Annotated[int, Field(ge=1, le=600)]
    purpose: LoanPurpose
    channel: ApplicationChannel
    co_applicants: Annotated[list[Ident], Field(max_length=5)] = []


class ActIn(BaseModel):
    """Something to be done; asking the client, returning and withdrawing need a note."""

    act: Act
    note: LongText = ""
    version: _Version = None


class VoteIn(BaseModel):
    """A vote; `counter` is the smaller amount of a counter-offer."""

    choice: VoteChoice
    counter: MoneyIn | None = None
    note: LongText = ""
    version: _Version = None


class AssignIn(BaseModel):
    """Who is to handle the application."""

    owner: Ident
    version: _Version = None


class TellIn(BaseModel):
    """The call of the asker's in which the applicant was told, after he was verified."""

    call: Ident
    version: _Version = None


@router.get("/applications")
async def list_applications(
    request: Request, query: Annotated[ApplicationQuery, Query()]
) -> ApplicationList:
    """Credit applications, newest first; without other filters those that are under way."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.reading() as session:
        page = await applications(session, query.filters(), cursor=query.cursor, limit=query.limit)
    return listed(page, amounts=shows_amounts(viewer))


@router.post("/applications", status_code=201)
async def take_down(request: Request, body: NewApplication) -> WholeShape:
    """Take an application down as a draft, on the route that fits it today."""
    viewer = signed_in_of(request).employee
    facts = ApplicationFacts(
        party=PartyId(body.party),
        product=body.product,
        amount=body.amount.money(),
        term_months=body.term_months,
        purpose=body.purpose,
        channel=body.channel,
        co_applicants=tuple(PartyId(one) for one in body.co_applicants),
    )
    async with parts_of(request).db.unit_of_work() as session:
        key = await add_application(session, facts, by=viewer.id)
    return await _whole(request, key)


@router.get("/applications/{application}", responses=_UNKNOWN)
async def one_application(request: Request, application: Annotated[Ident, Path()]) -> WholeShape:
    """One application: its route, clocks, votes, documents, and what the asker may do."""
    return await _whole(request, application)


@router.post("/applications/{application}/acts", responses=_UNKNOWN)
async def act(request: Request, application: Annotated[Ident, Path()], body: ActIn) -> WholeShape:
    """Move the application. Votes, telling and assigning have operations of their own."""
    if body.act not in moving.MOVING:
        raise NotPermitted(WhyNot.STATE)
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        await moving.act(
            session, application, body.act, by=viewer, note=body.note, shown=body.version
        )
    return await _whole(request, application)


@router.post("/applications/{application}/votes", responses=_UNKNOWN)
async def vote(request: Request, application: Annotated[Ident, Path()], body: VoteIn) -> WholeShape:
    """Vote; the vote that completes the quorum decides."""
    viewer = signed_in_of(request).employee
    counter = body.counter.money() if body.counter else None
    ballot = Ballot(choice=body.choice, counter=counter, note=body.note)
    async with parts_of(request).db.unit_of_work() as session:
        await deciding.vote(session, application, ballot, by=viewer, shown=body.version)
    return await _whole(request, application)


@router.post("/applications/{application}/owner", responses=_UNKNOWN)
async def assign(
    request: Request, application: Annotated[Ident, Path()], body: AssignIn
) -> WholeShape:
    """Give the application to somebody who may act at its stage."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        owner = AgentId(body.owner)
        await moving.assign(session, application, owner, by=viewer, shown=body.version)
    return await _whole(request, application)


@router.post("/applications/{application}/documents/{document}", responses=_UNKNOWN)
async def receive(
    request: Request, application: Annotated[Ident, Path()], document: Annotated[Ident, Path()]
) -> WholeShape:
    """A document of the checklist has come."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        await moving.receive(session, application, document, by=viewer)
    return await _whole(request, application)


@router.post("/applications/{application}/told", responses=_UNKNOWN)
async def tell(request: Request, application: Annotated[Ident, Path()], body: TellIn) -> WholeShape:
    """The applicant himself was told the decision, in a call in which he was verified."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        call = CallId(body.call)
        await deciding.tell(session, application, call, by=viewer, shown=body.version)
    return await _whole(request, application)


async def _whole(request: Request, application: str) -> WholeShape:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await whole(session, application, viewer)
        reason = f"application:{application}"
        await looked_at(session, found.line.party, viewer=viewer.id, reason=reason)
    return told(found, amounts=shows_amounts(viewer))
