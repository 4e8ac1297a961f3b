"""The page of one agreement: what it is, its schedule, statement and arrears; its whole number.

Amounts show on the ground of a call or a written reason only, and each page that shows them is
audited. A number is shown once, in the answer to the form, and nowhere later.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import language_of, render
from crm_core.bank.arrears_history import arrears_history
from crm_core.bank.holdings import holding_of, masked, without_amounts
from crm_core.bank.ledger import statement
from crm_core.bank.loans import schedule_of
from crm_core.bank.numbers import AgreementUnknown, reveal_number
from crm_core.bank.reveal import AmountsMasked, reveal
from crm_core.bank.terms import AgreementKind
from crm_core.money import Money
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

STATEMENT_PAGE = 25


@router.get("/parties/{party}/agreements/{agreement}")
async def one_agreement(
    request: Request,
    party: Annotated[Ident, Path()],
    agreement: Annotated[Ident, Path()],
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
) -> Response:
    """The agreement; `cursor` is of its statement."""
    return await _page(request, party, agreement, cursor=cursor)


@router.post("/parties/{party}/agreements/{agreement}/number")
async def whole_number(
    request: Request, party: Annotated[Ident, Path()], agreement: Annotated[Ident, Path()]
) -> Response:
    """The agreement with its whole number, on the same ground as amounts; audited."""
    return await _page(request, party, agreement, number=True)


async def _page(
    request: Request, party: str, agreement: str, *, cursor: str | None = None, number: bool = False
) -> Response:
    frame = await frame_of(request, party, "agreements")
    look, viewer = frame["look"], signed_in_of(request).employee
    if number and not look.opens_amounts:
        raise AmountsMasked
    async with parts_of(request).db.unit_of_work() as session:
        try:
            held = await holding_of(session, PartyId(party), agreement)
        except AgreementUnknown:
            raise NotFound from None
        history = await arrears_history(session, agreement)
        context: dict[str, Any] = {"one": masked(held), "history": history, "cursor": cursor}
        if look.opens_amounts:
            loan = held.kind is AgreementKind.LOAN
            context |= {
                "one": held,
                "schedule": await schedule_of(session, agreement) if loan else None,
                "statement": await statement(session, agreement, cursor, limit=STATEMENT_PAGE),
            }
            await reveal(session, PartyId(party), look)
        else:
            context["history"] = tuple(without_amounts(one) for one in history)
        if number:
            context["number"] = await reveal_number(
                session,
                agreement,
                seal=parts_of(request).seal,
                viewer=viewer.id,
                reason=look.reason,
            )
    context["may_number"] = viewer.may(Permission.VIEW_NUMBERS)
    language = language_of(request)
    context["of_minor"] = lambda minor: Money(minor, held.currency).shown(language)
    return render(request, "parties/agreement.html", frame | context)
