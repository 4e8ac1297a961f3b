"""Contact points, documents, consents and files of a party over the API."""

from typing import Annotated, Any

from fastapi import Path, Request, Response
from starlette.datastructures import UploadFile

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.errors import Problem
from agent_ui.web.once import TELLS_SECRET
from agent_ui.web.parties.document_pages import handed_out
from agent_ui.web.parties.frame import reason_of
from agent_ui.web.parties.profile_shapes import (
    Added,
    AddressTold,
    AttachmentShape,
    AttachmentsShape,
    ConsentShape,
    ConsentsShape,
    ConsentTold,
    ContactsShape,
    DocumentsShape,
    DocumentTold,
    EmailTold,
    HeldAddressShape,
    HeldDocumentShape,
    HeldEmailShape,
    HeldPhoneShape,
    PhoneTold,
    PhoneUseTold,
    WholeNumber,
)
from agent_ui.web.visible import looks_after
from crm_core.errors import FieldRefused
from crm_core.parties import addresses, attachments, consents, contact_phones, documents, emails
from crm_core.parties.contact_phones import HeldPhone, PhoneUse
from crm_core.parties.head import head, looked_at
from routing.ids import PartyId

router = api_router("contact points")

NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no such party, or nothing such of it"}
}
Party = Annotated[Ident, Path()]
HERE = "/parties/{party}"


@router.get(HERE + "/contacts", responses=NONE)
async def contact_points(request: Request, party: Party) -> ContactsShape:
    """Phones, mail and addresses that hold now; the look is audited."""
    viewer, who = signed_in_of(request).employee, PartyId(party)
    async with parts_of(request).db.unit_of_work() as session:
        await head(session, who)
        own = await looks_after(session, viewer, who)
        found = ContactsShape(
            phones=[_phone(one, whole=own) for one in await contact_phones.uses(session, who)],
            emails=[
                HeldEmailShape.model_validate(one) for one in await emails.emails(session, who)
            ],
            addresses=[_address(one) for one in await addresses.addresses(session, who)],
        )
        await looked_at(session, who, viewer=viewer.id, reason=reason_of(request))
    return found


@router.post(HERE + "/phones", status_code=201, responses=NONE)
async def add_phone(request: Request, party: Party, told: PhoneTold) -> Added:
    """The party uses a number from now on."""
    use = PhoneUse(**told.model_dump(exclude={"number"}))
    region, by = parts_of(request).options.region, signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        return Added(
            id=await contact_phones.use_phone(
                session, PartyId(party), told.number, use, region=region, by=by
            )
        )


@router.put(HERE + "/phones/{phone}", status_code=204, responses=NONE)
async def change_phone(
    request: Request, party: Party, phone: Annotated[Ident, Path()], told: PhoneUseTold
) -> None:
    """The number is this to the party from now on: role, rank, and what may be done on it."""
    use, by = PhoneUse(**told.model_dump()), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await contact_phones.change_use(session, PartyId(party), phone, use, by=by)


@router.post(HERE + "/phones/{phone}/end", status_code=204, responses=NONE)
async def end_phone(request: Request, party: Party, phone: Annotated[Ident, Path()]) -> None:
    """The party uses the number no more."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await contact_phones.end_use(session, PartyId(party), phone, by=by)


@router.post(HERE + "/emails", status_code=201, responses=NONE)
async def add_email(request: Request, party: Party, told: EmailTold) -> Added:
    """The party uses an address from now on."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        added = await emails.add_email(session, PartyId(party), told.address, rank=told.rank, by=by)
    return Added(id=added)


@router.post(HERE + "/emails/{email}/end", status_code=204, responses=NONE)
async def end_email(request: Request, party: Party, email: Annotated[Ident, Path()]) -> None:
    """The party reads the address no more."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await emails.end_email(session, PartyId(party), email, by=by)


@router.post(HERE + "/addresses", status_code=201, responses=NONE)
async def keep_address(request: Request, party: Party, told: AddressTold) -> Added:
    """The party has an address from now on; the former of its kind ends."""
    facts = addresses.AddressFacts(**told.model_dump())
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        return Added(id=await addresses.keep_address(session, PartyId(party), facts, by=by))


@router.post(HERE + "/addresses/{address}/end", status_code=204, responses=NONE)
async def end_address(request: Request, party: Party, address: Annotated[Ident, Path()]) -> None:
    """The address holds no more."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await addresses.end_address(session, PartyId(party), address, by=by)


@router.get(HERE + "/documents", responses=NONE)
async def all_documents(request: Request, party: Party) -> DocumentsShape:
    """Identity documents with masked numbers; the look is audited."""
    async with parts_of(request).db.unit_of_work() as session:
        await head(session, PartyId(party))
        found = await documents.documents(session, PartyId(party))
        viewer = signed_in_of(request).employee.id
        await looked_at(session, PartyId(party), viewer=viewer, reason=reason_of(request))
    return DocumentsShape(items=[HeldDocumentShape.model_validate(one) for one in found])


@router.post(HERE + "/documents", status_code=201, responses=NONE)
async def add_document(request: Request, party: Party, told: DocumentTold) -> Added:
    """Add an identity document."""
    facts, by = documents.DocumentFacts(**told.model_dump()), signed_in_of(request).employee.id
    seal = parts_of(request).seal
    async with parts_of(request).db.unit_of_work() as session:
        added = await documents.add_document(session, PartyId(party), facts, seal=seal, by=by)
    return Added(id=added)


@router.post(HERE + "/documents/{document}/end", status_code=204, responses=NONE)
async def end_document(request: Request, party: Party, document: Annotated[Ident, Path()]) -> None:
    """The document is valid no more; it stays on record."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await documents.end_document(session, PartyId(party), document, by=by)


@router.post(HERE + "/documents/{document}/number", responses=NONE, openapi_extra=TELLS_SECRET)
async def whole_number(
    request: Request, party: Party, document: Annotated[Ident, Path()]
) -> WholeNumber:
    """The whole number of a document; audited."""
    async with parts_of(request).db.unit_of_work() as session:
        number = await documents.reveal_document_number(
            session,
            PartyId(party),
            document,
            seal=parts_of(request).seal,
            viewer=signed_in_of(request).employee.id,
            reason=reason_of(request),
        )
    return WholeNumber(number=number)


@router.get(HERE + "/consents", responses=NONE)
async def all_consents(request: Request, party: Party) -> ConsentsShape:
    """All that the party said, the latest first; the look is audited."""
    async with parts_of(request).db.unit_of_work() as session:
        await head(session, PartyId(party))
        found = await consents.consents(session, PartyId(party))
        viewer = signed_in_of(request).employee.id
        await looked_at(session, PartyId(party), viewer=viewer, reason=reason_of(request))
    return ConsentsShape(items=[ConsentShape.model_validate(one) for one in found])


@router.post(HERE + "/consents", status_code=201, responses=NONE)
async def record_consent(request: Request, party: Party, told: ConsentTold) -> Added:
    """Record a consent or its withdrawal; without `at` it is of now."""
    if told.at is not None and told.at.tzinfo is None:
        raise FieldRefused("at", "no_time_zone")
    facts, by = consents.ConsentFacts(**told.model_dump()), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        return Added(id=await consents.record_consent(session, PartyId(party), facts, by=by))


@router.get(HERE + "/attachments", responses=NONE)
async def all_attachments(request: Request, party: Party) -> AttachmentsShape:
    """The party's files; the look is audited."""
    async with parts_of(request).db.unit_of_work() as session:
        await head(session, PartyId(party))
        found = await attachments.attachments(session, PartyId(party))
        viewer = signed_in_of(request).employee.id
        await looked_at(session, PartyId(party), viewer=viewer, reason=reason_of(request))
    return AttachmentsShape(items=[_attachment(one) for one in found])


@router.post(HERE + "/attachments", status_code=201, responses=NONE)
async def attach(request: Request, party: Party) -> Added:
    """Keep a file, sent as `file` of multipart/form-data."""
    sent, parts = (await request.form()).get("file"), parts_of(request)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise FieldRefused("file", "missing")
    by = signed_in_of(request).employee.id
    added = await attachments.attach(
        parts.db, parts.files, PartyId(party), sent.file, sent.filename, by=by
    )
    return Added(id=added)


@router.get(HERE + "/attachments/{attachment}", responses=NONE, response_class=Response)
async def download(
    request: Request, party: Party, attachment: Annotated[Ident, Path()]
) -> Response:
    """The file; the look is audited."""
    parts = parts_of(request)
    found = await attachments.open_attachment(
        parts.db,
        parts.files,
        PartyId(party),
        attachment,
        viewer=signed_in_of(request).employee.id,
        reason=reason_of(request),
    )
    return handed_out(found)


@router.post(HERE + "/attachments/{attachment}/remove", status_code=204, responses=NONE)
async def detach(request: Request, party: Party, attachment: Annotated[Ident, Path()]) -> None:
    """Remove a file for good."""
    parts, by = parts_of(request), signed_in_of(request).employee.id
    await attachments.detach(parts.db, parts.files, PartyId(party), attachment, by=by)


def _phone(one: HeldPhone, *, whole: bool) -> HeldPhoneShape:
    return HeldPhoneShape(
        id=one.id,
        number=one.display if whole else one.masked,
        status=one.status,
        synthetic=one.synthetic,
        role=one.use.role,
        rank=one.use.rank,
        may_call=one.use.may_call,
        may_discuss=one.use.may_discuss,
        verified_at=one.verified_at,
    )


def _address(one: addresses.HeldAddress) -> HeldAddressShape:
    facts = one.facts
    return HeldAddressShape(
        id=one.id,
        kind=facts.kind,
        country=facts.country,
        region=facts.region,
        city=facts.city,
        street=facts.street,
        postal_code=facts.postal_code,
        valid_from=one.valid_from,
    )


def _attachment(one: attachments.HeldAttachment) -> AttachmentShape:
    return AttachmentShape(
        id=one.id,
        subject_kind=one.about.kind,
        subject=one.about.id,
        name=one.name,
        mime=one.mime,
        size=one.size,
        sha256=one.sha256,
        added_at=one.added_at,
    )
