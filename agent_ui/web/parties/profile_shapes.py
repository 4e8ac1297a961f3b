"""What the API takes and tells of a party's profile. Numbers are masked, amounts null or open."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import ShortText
from crm_core.models import (
    AddressKind,
    AttachmentSubject,
    ConsentChannel,
    ConsentPurpose,
    ConsentSource,
    DocumentType,
    Education,
    PartyKind,
    PhoneRole,
    PhoneStatus,
    RiskLevel,
    Sex,
)
from crm_core.money import LARGEST_MINOR

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1", examples=["RU"])]
Note = Annotated[ShortText | None, Field(default=None)]
Number = Annotated[str, Field(min_length=1, max_length=64)]


class Told(BaseModel):
    """The base of all that comes in: nothing that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AmountShape(Told):
    """An amount in minor units of a currency of ISO 4217."""

    amount_minor: Annotated[int, Field(ge=0, le=LARGEST_MINOR)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class GeneralTold(Told):
    """What is told of any party."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    time_zone: Note = None
    home_branch: Note = None
    risk_level: RiskLevel | None = None
    vip: bool = False
    dnc: bool = False


class PersonTold(Told):
    """What is told of a person."""

    family_name: ShortText = ""
    given_name: ShortText = ""
    middle_name: ShortText = ""
    birth_date: date | None = None
    birth_place: Note = None
    died_on: date | None = None
    sex: Sex | None = None
    citizenship: Country | None = None
    education: Education | None = None
    occupation: Note = None
    employer: Note = None
    employer_name: Note = None
    monthly_income: AmountShape | None = None
    monthly_expense: AmountShape | None = None
    dependants: Annotated[int, Field(ge=0, le=50)] | None = None
    possessions: Note = None


class OrganisationTold(Told):
    """What is told of an organisation."""

    name: ShortText = ""
    legal_name: ShortText = ""
    registration_number: Note = None
    tax_id: Note = None
    industry_code: Note = None
    employees: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    credit_rating: Note = None
    founded_on: date | None = None


class PhoneUseTold(Told):
    """What a number is to a party, and what may be done on it."""

    role: PhoneRole = PhoneRole.MOBILE
    rank: Annotated[int, Field(ge=1, le=99)] = 1
    may_call: bool = True
    may_discuss: bool = True
    verified: bool = False


class PhoneTold(PhoneUseTold):
    """A number as it is written anywhere, and what may be done on it."""

    number: Number


class NewPartyTold(Told):
    """A new client; `sure` adds him though somebody is alike."""

    general: GeneralTold = GeneralTold()
    person: PersonTold | None = None
    organisation: OrganisationTold | None = None
    phones: Annotated[list[PhoneTold], Field(max_length=10)] = []
    tax_id: Number | None = None
    sure: bool = False


class ProfileChange(Told):
    """The fields to change; those that are left out stay. `version` is the one it is made from."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    general: GeneralTold | None = None
    person: PersonTold | None = None
    organisation: OrganisationTold | None = None


class EmailTold(Told):
    """An e-mail address."""

    address: Annotated[str, Field(min_length=3, max_length=254)]
    rank: Annotated[int, Field(ge=1, le=99)] = 1


class AddressTold(Told):
    """An address; the former of its kind ends."""

    kind: AddressKind
    country: Country
    region: ShortText = ""
    city: ShortText = ""
    street: ShortText = ""
    postal_code: ShortText = ""


class DocumentTold(Told):
    """An identity document; its number is stored encrypted."""

    type: DocumentType
    number: Number
    country: Country | None = None
    issued_by: ShortText = ""
    issued_on: date | None = None
    expires_on: date | None = None


class ConsentTold(Told):
    """A consent, or its withdrawal."""

    purpose: ConsentPurpose
    channel: ConsentChannel = ConsentChannel.ANY
    granted: bool
    source: ConsentSource = ConsentSource.ONLINE
    evidence: ShortText = ""
    at: datetime | None = None


class Added(Shape):
    """The id of what was added."""

    id: str


class ProfileShape(Shape):
    """A profile; one of `person` and `organisation` is there."""

    party: str
    kind: PartyKind
    version: int
    general: GeneralTold
    person: PersonTold | None
    organisation: OrganisationTold | None
    tax_id: Annotated[str | None, Field(description="A person's, masked")]
    updated_at: datetime
    erased_at: datetime | None


class AlikeShape(Shape):
    """A party that the new one may be."""

    party: str
    name: str
    phones: list[str]
    evidence: list[str]


class AlikeList(Shape):
    """Who is alike; nobody was added."""

    code: str = "resembling"
    errors: tuple[()] = ()
    items: list[AlikeShape]


class DifferenceShape(Shape):
    """A field that somebody else changed."""

    field: str
    yours: Any
    stored: Any


class ConflictShape(Shape):
    """Somebody changed the profile meanwhile; nothing was written."""

    code: str = "profile_changed"
    errors: tuple[()] = ()
    version: int
    differences: list[DifferenceShape]


class HeldPhoneShape(Shape):
    """A number in use; `number` is whole for those who look after the party."""

    id: str
    number: str
    status: PhoneStatus
    synthetic: bool
    role: PhoneRole
    rank: int
    may_call: bool
    may_discuss: bool
    verified_at: datetime | None


class HeldEmailShape(Shape):
    """An e-mail address in use."""

    id: str
    address: str
    rank: int
    verified_at: datetime | None


class HeldAddressShape(Shape):
    """An address in force."""

    id: str
    kind: AddressKind
    country: str
    region: str
    city: str
    street: str
    postal_code: str
    valid_from: datetime


class ContactsShape(Shape):
    """All contact points that hold now."""

    phones: list[HeldPhoneShape]
    emails: list[HeldEmailShape]
    addresses: list[HeldAddressShape]


class HeldDocumentShape(Shape):
    """A document; its number is masked."""

    id: str
    type: DocumentType
    number: str
    country: str | None
    issued_by: str
    issued_on: date | None
    expires_on: date | None
    expired: bool
    ended_at: datetime | None


class DocumentsShape(Shape):
    """A party's documents, those in force first."""

    items: list[HeldDocumentShape]


class ConsentShape(Shape):
    """A consent event."""

    id: str
    purpose: ConsentPurpose
    channel: ConsentChannel
    granted: bool
    at: datetime
    source: ConsentSource
    evidence: str
    recorded_at: datetime


class ConsentsShape(Shape):
    """All that the party said, the latest first."""

    items: list[ConsentShape]


class AttachmentShape(Shape):
    """A file of the party. `size` is in bytes."""

    id: str
    subject_kind: AttachmentSubject
    subject: str
    name: str
    mime: str
    size: int
    sha256: str
    added_at: datetime


class AttachmentsShape(Shape):
    """A party's files, the newest first."""

    items: list[AttachmentShape]


class WholeNumber(Shape):
    """A number, whole; that it was shown is audited."""

    number: str
