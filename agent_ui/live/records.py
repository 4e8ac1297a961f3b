"""Cards and parties for the live screens: crm_core's use cases, one unit of work each.

Owns the translation between the socket's shapes and crm_core. Must not touch screens or routing.
"""

from agent_ui import shapes
from agent_ui.errors import BadRequest, Conflict
from agent_ui.live.desk import CallRecord
from agent_ui.live.messages import CompleteArgs, DraftArgs
from agent_ui.live.patch import Document, bare
from agent_ui.live.view import instant
from agent_ui.shapes import Names
from crm_core import cards, phones
from crm_core.cards import Card, CardIncomplete, DraftStale
from crm_core.catalogue import Catalogue
from crm_core.database import Database
from crm_core.errors import PartyUnknown
from crm_core.parties import panel as parties
from crm_core.staff.employees import Employee
from routing.ids import CallId, PartyId

CARD_FIELDS = ("caller_name", "topic", "essence", "disposition", "follow_up")


class Records:
    """Reads and writes for one employee at a time. Raises StorageAway when SQL is away."""

    def __init__(self, db: Database, catalogue: Catalogue) -> None:
        self._db = db
        self._catalogue = catalogue

    async def of_call(
        self,
        employee: Employee,
        call: CallId,
        *,
        suggested: PartyId | None,
        known: CallRecord | None = None,
    ) -> CallRecord:
        """The card's draft, and the panel of the party on it or of the one suggested.

        A panel that is `known` is not looked at again: each look is audited.
        """
        async with self._db.reading() as session:
            card = await cards.card(session, call)
        party = card.party if card is not None and card.party else suggested
        if known is not None and known.party_id == party:
            panel = known.party
        else:
            panel = await self._panel(employee, call, party) if party else None
        return CallRecord(card=_draft(card), party_id=party, party=panel, suggested=suggested)

    async def _panel(self, employee: Employee, call: CallId, party: PartyId) -> Document | None:
        try:
            async with self._db.unit_of_work() as session:
                panel = await parties.panel(
                    session, party, viewer=employee.id, reason=f"call:{call}"
                )
        except PartyUnknown:
            return None
        names = Names(self._catalogue, employee.language)
        shape = shapes.panel(panel, names, whole_numbers=shapes.looks_after(panel, employee.id))
        return shape.model_dump(mode="json", exclude_none=True)

    async def unfinished(self, employee: Employee) -> list[Document]:
        """The cards that the employee still owes."""
        async with self._db.reading() as session:
            owed = await cards.unfinished(session, employee.id)
        return [
            bare(
                {
                    "call": one.call,
                    "number_display": phones.display(one.number) if one.number else None,
                    "caller_name": one.caller_name,
                    "ended_at": instant(one.ended_at),
                }
            )
            for one in owed
        ]

    async def save_draft(self, employee: Employee, args: DraftArgs) -> Document:
        """Keep what is typed so far; the new revision."""
        call = CallId(args.call)
        fields = args.fields.model_dump(exclude_none=True)
        try:
            async with self._db.unit_of_work() as session:
                await cards.save_draft(session, call, employee.id, fields, args.rev)
                card = await cards.card(session, call)
        except DraftStale as error:
            raise Conflict(error.code, {"rev": error.rev}) from None
        except CardIncomplete as error:
            raise _bad_fields(error) from None
        return {"rev": card.rev, "saved_at": instant(card.saved_at)} if card else {}

    async def complete(self, employee: Employee, args: CompleteArgs) -> None:
        """Finish the card."""
        fields = args.fields.model_dump(exclude_none=True)
        try:
            async with self._db.unit_of_work() as session:
                await cards.complete(
                    session, CallId(args.call), employee.id, fields, catalogue=self._catalogue
                )
        except CardIncomplete as error:
            raise _bad_fields(error) from None

    async def choose_party(
        self, employee: Employee, call: CallId, *, party: PartyId | None
    ) -> None:
        """The employee says who it is; with None, that it is none of them."""
        async with self._db.unit_of_work() as session:
            await cards.choose_party(session, call, employee.id, party)


def _bad_fields(error: CardIncomplete) -> BadRequest:
    return BadRequest(error.code, tuple((one.field, one.code) for one in error.errors))


def _draft(card: Card | None) -> Document:
    """The agent's part of a card; empty while SQL has none."""
    if card is None:
        return bare(dict.fromkeys(CARD_FIELDS, "") | {"rev": 0})
    typed = {name: getattr(card, name) for name in CARD_FIELDS}
    return bare(
        typed
        | {
            "party": card.party,
            "rev": card.rev,
            "saved_at": instant(card.saved_at),
            "completed_at": instant(card.completed_at),
        }
    )
