"""Which cards and parties an employee may see: deny by default.

Supervisors see all cards. An agent sees his own, those of calls he was asked to take, and those
of the parties he looks after. What may not be seen looks as if it were not there.
"""

import dataclasses

from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.errors import NotAllowed, NotFound
from crm_core import cards
from crm_core.cards import Card, CardFilters, CardSummary
from crm_core.managers import reading as managers
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission
from routing.ids import CallId, PartyId
from routing.terms import OfferOutcome

TOOK_PART = frozenset({OfferOutcome.OPEN, OfferOutcome.ANSWERED})


async def permitted_filters(
    session: AsyncSession, viewer: Employee, filters: CardFilters
) -> CardFilters:
    """The filters, narrowed to what the viewer may list. Raises NotAllowed."""
    if viewer.may(Permission.VIEW_ALL_CARDS):
        return filters
    if filters.party is not None and await looks_after(session, viewer, filters.party):
        return filters
    if filters.agent not in (None, viewer.id):
        raise NotAllowed
    return dataclasses.replace(filters, agent=viewer.id)


async def visible_card(session: AsyncSession, viewer: Employee, call: CallId) -> Card:
    """The card, if the viewer may see it. Raises NotFound."""
    card = await cards.card(session, call)
    if card is None or not await _may_see(session, viewer, card):
        raise NotFound
    return card


async def visible_contacts(
    session: AsyncSession, viewer: Employee, party: PartyId, *, limit: int
) -> list[CardSummary]:
    """Those of a party's last calls that the viewer may see."""
    timeline = await cards.timeline(session, party, limit)
    all_of_them = viewer.may(Permission.VIEW_ALL_CARDS) or await looks_after(session, viewer, party)
    return [one for one in timeline if all_of_them or one.agent == viewer.id]


async def looks_after(session: AsyncSession, viewer: Employee, party: PartyId) -> bool:
    """Whether the viewer is among the party's managers now, or stands in for one."""
    return await managers.looks_after(session, party, viewer.id)


async def _may_see(session: AsyncSession, viewer: Employee, card: Card) -> bool:
    if viewer.may(Permission.VIEW_ALL_CARDS) or card.agent == viewer.id:
        return True
    if any(offer["agent"] == viewer.id and offer["outcome"] in TOOK_PART for offer in card.offers):
        return True
    party = card.party or card.suggested_party
    return party is not None and await looks_after(session, viewer, party)
