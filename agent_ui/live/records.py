"""Cards and parties for the live screens: crm_core's use cases, one unit of work each.

Owns the translation between the socket's shapes and crm_core. Must not touch screens or routing.
"""

from agent_ui import panel as shapes
from agent_ui.errors import BadRequest, Conflict
from agent_ui.live.desk import CallRecord
from agent_ui.live.messages import CompleteArgs, DraftArgs, VerifyArgs
from agent_ui.live.patch import Document, bare
from agent_ui.live.view import instant
from agent_ui.shapes import Names
from crm_core import cards, phones
from crm_core.bank.terms import VerificationLevel
from crm_core.cards import Card, CardIncomplete, DraftStale
from crm_core.cards.verifying import Sureness, sureness, verify
from crm_core.catalogue import Catalogue
from crm_core.database import Database
from crm_core.errors import PartyUnknown
from crm_core.parties import panel as parties
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission
from crm_core.supervision import messages
from routing.ids import CallId, PartyId
from routing.notices import CallView

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
        owner: bool,
        number: str | None = None,
        live: CallView | None = None,
        known: CallRecord | None = None,
    ) -> CallRecord:
        """The card's draft, and the panel of the party on it or of the one suggested.

        `number` is the caller's, `live` the call as routing has it. Amounts open to the owner of
        the call only. A panel that is `known` is not looked at again: each look is audited.
        """
        async with self._db.reading() as session:
            card = await cards.card(session, call)
        party = card.party if card is not None and card.party else suggested
        sure = Sureness(level=VerificationLevel.NONE)
        if party is not None:
            sure = sureness(card, party, by_number=suggested, live=live)
        level = sure.level if owner else min(sure.level, VerificationLevel.NUMBER)
        if known is not None and (known.party_id, known.level) == (party, level):
            panel = known.party
        else:
            line = call, number
            panel = await self._panel(employee, line, party, level) if party else None
        return CallRecord(
            card=_draft(card, sure),
            party_id=party,
            party=panel,
            suggested=suggested,
            level=level,
            withheld=level != sure.level,
        )

    async def _panel(
        self,
        employee: Employee,
        line: tuple[CallId, str | None],
        party: PartyId,
        level: VerificationLevel,
    ) -> Document | None:
        """What the employee sees of the party; `line` is the call and the caller's number."""
        call, number = line
        shown = level if employee.may(Permission.VIEW_AMOUNTS) else VerificationLevel.NONE
        try:
            async with self._db.unit_of_work() as session:
                panel = await parties.panel(
                    session,
                    party,
                    viewer=employee.id,
                    reason=f"call:{call}",
                    level=shown,
                    call=call,
                    number=number,
                )
        except PartyUnknown:
            return None
        shape = shapes.panel(panel, Names(self._catalogue, employee.language), viewer=employee.id)
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

    async def messages(self, employee: Employee) -> list[Document]:
        """What supervisors wrote to him and he has not read; to a supervisor, what he wrote."""
        supervises = employee.may(Permission.SUPERVISE_CALLS)
        async with self._db.reading() as session:
            listed = messages.sent if supervises else messages.unread
            found = await listed(session, employee.id)
        return [
            bare(
                {
                    "id": one.id,
                    "by": one.author_name,
                    "agent": one.agent,
                    "text": one.text,
                    "sent_at": instant(one.sent_at),
                    "read_at": instant(one.read_at),
                }
            )
            for one in found
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

    async def verify(self, employee: Employee, args: VerifyArgs) -> None:
        """The employee says how sure he is that the party is on the line."""
        async with self._db.unit_of_work() as session:
            await verify(
                session,
                CallId(args.call),
                employee.id,
                party=PartyId(args.party),
                level=VerificationLevel[args.level.upper()],
            )


def _bad_fields(error: CardIncomplete) -> BadRequest:
    return BadRequest(error.code, tuple((one.field, one.code) for one in error.errors))


def _draft(card: Card | None, sure: Sureness) -> Document:
    """The agent's part of a card, and how sure it is who is on the line; no more while SQL has no
    card."""
    verification = {
        "level": sure.level.name.lower(),
        "how": sure.how,
        "by": sure.by,
        "at": instant(sure.at),
    }
    if card is None:
        nothing = dict.fromkeys(CARD_FIELDS, "") | {"rev": 0, "verification": verification}
        return bare(nothing)
    typed = {name: getattr(card, name) for name in CARD_FIELDS}
    return bare(
        typed
        | {
            "verification": verification,
            "party": card.party,
            "rev": card.rev,
            "saved_at": instant(card.saved_at),
            "completed_at": instant(card.completed_at),
        }
    )
