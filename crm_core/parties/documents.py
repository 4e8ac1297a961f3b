"""Identity documents of a party: their numbers sealed, found whole, opened one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Unknown
from crm_core.ids import new_id
from crm_core.models import DocumentType, IdentityDocument
from crm_core.parties.editing import editable, edited
from crm_core.parties.profile_rules import country, past_day
from crm_core.sealing import NumberKind, NumberRefused, NumberSeal, masked
from routing.ids import AgentId, PartyId


class DocumentUnknown(Unknown):
    """The party has no such document."""

    code = "document_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What is told of a document. `number` is plain here and nowhere later."""

    type: DocumentType
    number: str
    country: str | None = None
    issued_by: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDocument:
    """A document as it is shown: its number masked. `expired` is as of the moment it was read."""

    id: str
    type: DocumentType
    number: str
    country: str | None
    issued_by: str
    issued_on: date | None
    expires_on: date | None
    expired: bool
    ended_at: datetime | None


async def add_document(
    session: AsyncSession, party: PartyId, facts: DocumentFacts, *, seal: NumberSeal, by: str
) -> str:
    """Add a document; its id. Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused."""
    await editable(session, party)
    now, document = moment(session), new_id()
    country("country", facts.country)
    past_day("issued_on", facts.issued_on, now.date())
    if facts.issued_on and facts.expires_on and facts.expires_on <= facts.issued_on:
        raise FieldRefused("expires_on", "before_issue")
    try:
        number = seal.seal(facts.number, document, kind=NumberKind.DOCUMENT)
    except NumberRefused:
        raise FieldRefused("number", "not_a_number") from None
    row = IdentityDocument(
        id=document,
        party=party,
        type=facts.type,
        country=facts.country,
        number_sealed=number.sealed,
        number_key=number.key,
        number_hash=number.hash,
        number_last4=number.last4,
        issued_by=facts.issued_by,
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        created_at=now,
    )
    session.add(row)
    detail = {"document": document, "type": facts.type.value}
    await edited(session, party, Action.DOCUMENT_ADDED, by=by, detail=detail)
    return document


async def end_document(session: AsyncSession, party: PartyId, document: str, *, by: str) -> None:
    """The document is valid no more; it stays on record. Nothing happens to one that has ended.

    Raises PartyUnknown, PartyErased, PartyMerged, DocumentUnknown.
    """
    await editable(session, party)
    row = await _row(session, party, document)
    if row.ended_at is None:
        row.ended_at = moment(session)
        detail = {"document": document}
        await edited(session, party, Action.DOCUMENT_ENDED, by=by, detail=detail)


async def documents(session: AsyncSession, party: PartyId) -> Sequence[HeldDocument]:
    """The party's documents, those in force first, then the newest."""
    statement = select(IdentityDocument).where(IdentityDocument.party == party)
    rows = await session.scalars(statement.order_by(IdentityDocument.created_at.desc()))
    today = moment(session).date()
    held = [_held(row, today) for row in rows]
    return sorted(held, key=lambda one: (one.ended_at is not None, one.expired))


async def reveal_document_number(
    session: AsyncSession,
    party: PartyId,
    document: str,
    *,
    seal: NumberSeal,
    viewer: AgentId,
    reason: str,
) -> str:
    """The whole number; the look is audited. Needs a unit of work.

    Raises DocumentUnknown, KeyUnknown, SealBroken.
    """
    row = await _row(session, party, document)
    number = seal.open(row.number_sealed, row.number_key, row.id, kind=NumberKind.DOCUMENT)
    await record(
        session,
        Action.NUMBER_REVEALED,
        actor=viewer,
        subject=Subject(kind="party", id=party),
        reason=reason,
        detail={"what": "document", "document": document},
    )
    return number


async def _row(session: AsyncSession, party: PartyId, document: str) -> IdentityDocument:
    row = await session.get(IdentityDocument, document)
    if row is None or row.party != party:
        raise DocumentUnknown
    return row


def _held(row: IdentityDocument, today: date) -> HeldDocument:
    return HeldDocument(
        id=row.id,
        type=row.type,
        number=masked(row.number_last4),
        country=row.country,
        issued_by=row.issued_by,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        expired=row.expires_on is not None and row.expires_on < today,
        ended_at=row.ended_at,
    )
