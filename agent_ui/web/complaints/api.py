"""Complaints over the API."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.shapes import Shape
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.complaints.forms import ComplaintQuery, Essence
from agent_ui.web.errors import NotFound
from agent_ui.web.work import NONE, now_of, rules_of
from crm_core.complaints import handling
from crm_core.complaints.complaint import ComplaintFacts, Handling
from crm_core.complaints.reading import complaint as read_complaint
from crm_core.complaints.reading import complaints
from crm_core.complaints.states import Channel, ComplaintMove, ComplaintState
from crm_core.parties.head import looked_at
from routing.ids import AgentId, CallId, PartyId

router = api_router("complaints")


class ComplaintShape(Shape):
    """A complaint. It is closed only after its client was told the result and thanked."""

    id: str
    party: str
    party_name: str
    topic: str
    product: str
    channel: Channel
    essence: str
    call: str | None
    owner: str
    owner_name: str
    state: ComplaintState
    due_at: datetime
    resolution: str
    resolved_at: datetime | None
    told_client_at: datetime | None
    thanked: bool
    reopened: int
    created_at: datetime
    row_version: int


class ComplaintList(Shape):
    """Complaints, the first due first; `next_cursor` is null on the last page."""

    items: list[ComplaintShape]
    next_cursor: str | None


class NewComplaint(BaseModel):
    """A complaint to be taken down; without `owner` it is the asker's."""

    model_config = ConfigDict(extra="forbid")

    party: Ident
    topic: str = Field(max_length=64, examples=["fees"])
    essence: Essence
    product: str = Field("", max_length=64)
    channel: Channel = Channel.CALL
    call: Ident | None = None
    owner: Ident | None = None

    def facts(self) -> ComplaintFacts:
        return ComplaintFacts(
            party=PartyId(self.party),
            topic=self.topic,
            product=self.product,
            channel=self.channel,
            essence=self.essence,
            call=CallId(self.call) if self.call else None,
            owner=AgentId(self.owner) if self.owner else None,
        )


class NewHandling(BaseModel):
    """A move of a complaint. `version` is its `row_version` as it was read."""

    model_config = ConfigDict(extra="forbid")

    move: ComplaintMove
    version: int
    words: Essence = ""


@router.get("/complaints")
async def list_complaints(
    request: Request, query: Annotated[ComplaintQuery, Query()]
) -> ComplaintList:
    """Complaints, the first due first."""
    async with parts_of(request).db.reading() as session:
        filters = query.filters(now_of(request))
        page = await complaints(session, filters, cursor=query.cursor, limit=query.limit)
    return ComplaintList.model_validate(page)


@router.get("/complaints/{complaint}", responses=NONE)
async def one_complaint(request: Request, complaint: Annotated[Ident, Path()]) -> ComplaintShape:
    """One complaint; the look at its client is audited."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await _read(session, complaint)
        reason = f"complaint:{complaint}"
        await looked_at(session, PartyId(found.party), viewer=viewer.id, reason=reason)
    return found


@router.post("/complaints", status_code=201)
async def register(request: Request, wanted: NewComplaint) -> ComplaintShape:
    """Take a complaint down; its owner gets the task to handle it."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        key = await handling.register(session, rules_of(request), wanted.facts(), by=viewer.id)
        return await _read(session, key)


@router.post("/complaints/{complaint}/moves", responses=NONE)
async def move_complaint(
    request: Request, complaint: Annotated[Ident, Path()], wanted: NewHandling
) -> ComplaintShape:
    """Move a complaint on: take, resolve, tell, thank or reopen."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    doing = Handling(move=wanted.move, version=wanted.version, words=wanted.words)
    async with parts_of(request).db.unit_of_work() as session:
        await handling.handle(session, complaint, doing, rules=rules, by=viewer.id)
        return await _read(session, complaint)


async def _read(session: AsyncSession, key: str) -> ComplaintShape:
    found = await read_complaint(session, key)
    if found is None:
        raise NotFound
    return ComplaintShape.model_validate(found)
