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
from crm_core.models.columns import Base
from crm_core.models.loans import (
    ArrearsPause,
    ArrearsSnapshot,
    InstalmentRow,
    Loan,
    LoanSchedule,
    PaymentAllocation,
)
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
from crm_core.models.search import SearchDocument, SearchSpelling, SearchTerm, TermSource
from crm_core.models.staff import (
    EmployeeRow,
    QueueMember,
    Role,
    SessionRow,
    SignInThrottle,
    TicketRow,
)

__all__ = [
    "Agreement",
    "AgreementParty",
    "ArrearsPause",
    "ArrearsSnapshot",
    "AuditEvent",
    "AuditHead",
    "Balance",
    "BankCard",
    "Base",
    "CallCard",
    "EmployeeRow",
    "InstalmentRow",
    "JournalCursor",
    "JournalRefusal",
    "LedgerEntry",
    "Loan",
    "LoanSchedule",
    "ManagerAssignment",
    "ManagerRole",
    "Organisation",
    "Party",
    "PartyKind",
    "PartyPhone",
    "PartyStatus",
    "PaymentAllocation",
    "Person",
    "PhoneNumber",
    "PhoneRole",
    "PhoneStatus",
    "Product",
    "ProductVersion",
    "QueueMember",
    "Role",
    "SearchDocument",
    "SearchSpelling",
    "SearchTerm",
    "SessionRow",
    "SignInThrottle",
    "TermSource",
    "TicketRow",
]
