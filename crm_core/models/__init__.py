"""The tables. ORM models live here and only here; nothing outside crm_core imports them."""

from crm_core.models.audit import AuditEvent, AuditHead
from crm_core.models.calls import CallCard, JournalCursor, JournalRefusal
from crm_core.models.columns import Base
from crm_core.models.parties import (
    ManagerAssignment,
    ManagerRole,
    Organisation,
    Party,
    PartyKind,
    PartyNameToken,
    PartyPhone,
    PartyStatus,
    Person,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.models.staff import (
    EmployeeRow,
    QueueMember,
    Role,
    SessionRow,
    SignInThrottle,
    TicketRow,
)

__all__ = [
    "AuditEvent",
    "AuditHead",
    "Base",
    "CallCard",
    "EmployeeRow",
    "JournalCursor",
    "JournalRefusal",
    "ManagerAssignment",
    "ManagerRole",
    "Organisation",
    "Party",
    "PartyKind",
    "PartyNameToken",
    "PartyPhone",
    "PartyStatus",
    "Person",
    "PhoneNumber",
    "PhoneRole",
    "PhoneStatus",
    "QueueMember",
    "Role",
    "SessionRow",
    "SignInThrottle",
    "TicketRow",
]
