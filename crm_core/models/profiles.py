"""Tables of a party's whole profile: documents, addresses, e-mails, consents, attachments, and the
figures and licences of an organisation.

Numbers of documents are sealed: what stands here tells nobody a number without the keyring.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, code
from crm_core.models.relations import ENDED, OPEN, VALIDITY
from routing.ids import PartyId


class DocumentType(StrEnum):
    """A kind of identity document."""

    PASSPORT = "passport"
    TRAVEL_PASSPORT = "travel_passport"
    ID_CARD = "id_card"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVING_LICENCE = "driving_licence"
    BIRTH_CERTIFICATE = "birth_certificate"
    MILITARY_ID = "military_id"
    OTHER = "other"


class AddressKind(StrEnum):
    """What an address is to a party."""

    REGISTERED = "registered"
    RESIDENCE = "residence"
    ACTUAL = "actual"
    POSTAL = "postal"
    WORK = "work"


class ConsentPurpose(StrEnum):
    """What a consent is for."""

    DATA_PROCESSING = "data_processing"
    CREDIT_HISTORY = "credit_history"
    MARKETING = "marketing"
    COLLECTION = "collection"
    SHARING = "sharing"
    RECORDING = "recording"


class ConsentChannel(StrEnum):
    """By which channel; `any` stands for all of them."""

    ANY = "any"
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    MESSENGER = "messenger"
    POST = "post"


class ConsentSource(StrEnum):
    """How a consent came to us."""

    CALL = "call"
    BRANCH = "branch"
    PAPER = "paper"
    ONLINE = "online"
    CORE_BANK = "core_bank"


class AttachmentSubject(StrEnum):
    """What of a party an attachment belongs to."""

    PARTY = "party"
    DOCUMENT = "document"
    CALL = "call"


class IdentityDocument(Base):
    """A document by which a party is identified; one that was replaced has `ended_at`."""

    __tablename__ = "identity_document"
    __table_args__ = (
        CheckConstraint("length(number_last4) <= 4", "last4"),
        CheckConstraint("expires_on IS NULL OR issued_on < expires_on", "dates"),
        Index(None, "party"),
        Index(None, "number_hash"),
        Index(None, "number_key"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    type: Mapped[DocumentType] = mapped_column(code(DocumentType, "type"))
    country: Mapped[str | None]
    number_sealed: Mapped[str]
    number_key: Mapped[str]
    number_hash: Mapped[str]
    number_last4: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PartyAddress(Base):
    """A party has this address, for a time; one of each kind at a time."""

    __tablename__ = "party_address"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        Index(
            "uq_party_address_open",
            "party",
            "kind",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[AddressKind] = mapped_column(code(AddressKind, "kind"))
    country: Mapped[str]
    region: Mapped[str]
    city: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PartyEmail(Base):
    """A party reads this mail, for a time. `folded` is what addresses are compared by."""

    __tablename__ = "party_email"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        CheckConstraint("rank >= 1", "rank"),
        Index(
            "uq_party_email_open",
            "party",
            "folded",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "folded"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    address: Mapped[str]
    folded: Mapped[str]
    rank: Mapped[int]
    verified_at: Mapped[datetime | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ConsentEvent(Base):
    """A party granted or withdrew a consent at a time. Never changed, only followed."""

    __tablename__ = "consent_event"
    __table_args__ = (Index(None, "party", "purpose", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(code(ConsentPurpose, "purpose"))
    channel: Mapped[ConsentChannel] = mapped_column(code(ConsentChannel, "channel"))
    granted: Mapped[bool]
    at: Mapped[datetime]
    source: Mapped[ConsentSource] = mapped_column(code(ConsentSource, "source"))
    evidence: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class Attachment(Base):
    """A file of a party. Its bytes lie outside the database under `storage_key`."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size >= 1", "size"),
        CheckConstraint("length(sha256) = 64", "sha256"),
        UniqueConstraint("storage_key"),
        Index(None, "party", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    subject_kind: Mapped[AttachmentSubject] = mapped_column(code(AttachmentSubject, "subject_kind"))
    subject: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    storage_key: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class OrganisationFigure(Base):
    """What an organisation was worth on a day, minor units of one currency."""

    __tablename__ = "organisation_figure"
    __table_args__ = (
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        CheckConstraint("employees IS NULL OR employees >= 0", "employees"),
    )

    organisation: Mapped[PartyId] = mapped_column(
        ForeignKey("organisation.party"), primary_key=True
    )
    as_of: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str]
    assets_minor: Mapped[int | None] = mapped_column(BigInteger)
    revenue_minor: Mapped[int | None] = mapped_column(BigInteger)
    profit_minor: Mapped[int | None] = mapped_column(BigInteger)
    employees: Mapped[int | None]
    created_at: Mapped[datetime]


class Licence(Base):
    """A permit that an organisation works by. Licences are published, so its number is open."""

    __tablename__ = "licence"
    __table_args__ = (
        CheckConstraint("expires_on IS NULL OR issued_on < expires_on", "dates"),
        UniqueConstraint("organisation", "number"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[PartyId] = mapped_column(ForeignKey("organisation.party"))
    number: Mapped[str]
    activity: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime]
