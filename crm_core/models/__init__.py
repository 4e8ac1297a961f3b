"""The tables. ORM models live here and only here; nothing outside crm_core imports them."""

from crm_core.models.agreements import (
    Agreement,
    AgreementParty,
    Balance,
    BankCard,
    LedgerEntry,
)
from crm_core.models.audit import AuditEvent, AuditHead
from crm_core.models.calls import CallCard, JournalCursor, JournalRefusal
from crm_core.models.clients import (
    ClientStanding,
    Segment,
    SegmentMembership,
    SegmentVersion,
    StandingAspect,
    Tier,
)
from crm_core.models.columns import Base
from crm_core.models.complaints import Complaint
from crm_core.models.interests import Interest, Need, OfferMade, Opportunity
from crm_core.models.loans import (
    ArrearsPause,
    ArrearsSnapshot,
    InstalmentRow,
    Loan,
    LoanSchedule,
    PaymentAllocation,
)
from crm_core.models.looks import OpenedAmounts
from crm_core.models.operations import ApiToken, IdempotentWrite, NightlyRun
from crm_core.models.parties import (
    ManagerAssignment,
    ManagerRole,
    Organisation,
    Party,
    PartyKind,
    PartyPhone,
    PartyStatus,
    Person,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.models.products import Product, ProductVersion
from crm_core.models.relations import (
    GroupKind,
    PartyGroup,
    PartyGroupMember,
    PartyRelationship,
    RelationshipType,
)
from crm_core.models.search import SearchDocument, SearchSpelling, SearchTerm, TermSource
from crm_core.models.staff import (
    EmployeeRow,
    QueueMember,
    Role,
    SessionRow,
    SignInThrottle,
    TicketRow,
)
from crm_core.models.structure import (
    Branch,
    EmployeeLeave,
    LeaveReason,
    PartyBranch,
    Team,
    TeamMember,
)
from crm_core.models.tasks import Task, WorkEvent

__all__ = [
    "Agreement",
    "AgreementParty",
    "ApiToken",
    "ArrearsPause",
    "ArrearsSnapshot",
    "AuditEvent",
    "AuditHead",
    "Balance",
    "BankCard",
    "Base",
    "Branch",
    "CallCard",
    "ClientStanding",
    "Complaint",
    "EmployeeLeave",
    "EmployeeRow",
    "GroupKind",
    "IdempotentWrite",
    "InstalmentRow",
    "Interest",
    "JournalCursor",
    "JournalRefusal",
    "LeaveReason",
    "LedgerEntry",
    "Loan",
    "LoanSchedule",
    "ManagerAssignment",
    "ManagerRole",
    "Need",
    "NightlyRun",
    "OfferMade",
    "OpenedAmounts",
    "Opportunity",
    "Organisation",
    "Party",
    "PartyBranch",
    "PartyGroup",
    "PartyGroupMember",
    "PartyKind",
    "PartyPhone",
    "PartyRelationship",
    "PartyStatus",
    "PaymentAllocation",
    "Person",
    "PhoneNumber",
    "PhoneRole",
    "PhoneStatus",
    "Product",
    "ProductVersion",
    "QueueMember",
    "RelationshipType",
    "Role",
    "SearchDocument",
    "SearchSpelling",
    "SearchTerm",
    "Segment",
    "SegmentMembership",
    "SegmentVersion",
    "SessionRow",
    "SignInThrottle",
    "StandingAspect",
    "Task",
    "Team",
    "TeamMember",
    "TermSource",
    "TicketRow",
    "Tier",
    "WorkEvent",
]
