"""Who may do what: one table of roles and permissions. What is not in the table is denied."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from crm_core.models import Role


class Permission(StrEnum):
    """What can be allowed."""

    TAKE_CALLS = "take_calls"
    VIEW_BOARD = "view_board"
    SUPERVISE_CALLS = "supervise_calls"
    """Listen, whisper, barge, take over; force an agent's state; message agents."""
    VIEW_REPORTS = "view_reports"
    """Interval reports, heat map, staffing and what-if."""
    MANAGE_RULES = "manage_rules"
    """Routing rules: write a version, check it, try it; publish what somebody else wrote."""
    MANAGE_FLOWS = "manage_flows"
    """Self-service flows: draw a version, try it; publish what somebody else drew."""
    VIEW_OWN_CARDS = "view_own_cards"
    VIEW_ALL_CARDS = "view_all_cards"

    VIEW_PARTIES = "view_parties"
    EDIT_PARTIES = "edit_parties"
    """Profiles, contact points, consents, relations, attachments, interests and needs."""
    VIEW_AMOUNTS = "view_amounts"
    """Amounts of a client whom a sufficient verification level opens."""
    VIEW_NUMBERS = "view_numbers"
    """Whole numbers of documents, accounts and cards, one by one and audited."""
    MANAGE_PINS = "manage_pins"
    """Ask for a client to set a telephone PIN, hand him its code, block and remove his PIN."""
    APPROVE_PINS = "approve_pins"
    """Approve what another asked for; have a code sent by the bank; unblock a PIN."""
    MERGE_PARTIES = "merge_parties"
    ERASE_PARTIES = "erase_parties"
    ASSIGN_MANAGERS = "assign_managers"

    VIEW_CASES = "view_cases"
    WORK_CASES = "work_cases"
    """Contacts, promises, next steps of collection cases."""
    DIRECT_CASES = "direct_cases"
    """Owners, pauses, cancelled promises, legal steps, blacklist: what a second person approves."""

    VIEW_APPLICATIONS = "view_applications"
    WORK_APPLICATIONS = "work_applications"
    """Take an application down, submit it, move it through stages that need no vote."""
    DECIDE_APPLICATIONS = "decide_applications"

    WORK_TASKS = "work_tasks"
    """Own tasks and those of the own team; hand a task to a colleague."""
    DIRECT_TASKS = "direct_tasks"
    """Tasks of everybody."""
    HANDLE_COMPLAINTS = "handle_complaints"

    MANAGE_PRODUCTS = "manage_products"
    MANAGE_CALENDARS = "manage_calendars"
    MANAGE_ORGANISATION = "manage_organisation"
    """Branches, teams, leave; who serves which queue with which skills, for it changes with the
    day, while accounts (MANAGE_STAFF) are the administrator's."""
    MANAGE_SEGMENTS = "manage_segments"
    MANAGE_STAFF = "manage_staff"
    MANAGE_TOKENS = "manage_tokens"
    MANAGE_BANK_DATA = "manage_bank_data"
    """Batches from the core bank: what came, what was refused, what waits for its parent."""
    VIEW_AUDIT = "view_audit"


_P = Permission
_COMMON = frozenset(
    {_P.VIEW_PARTIES, _P.EDIT_PARTIES, _P.VIEW_AMOUNTS, _P.WORK_TASKS, _P.HANDLE_COMPLAINTS}
)
_DESK = _COMMON | {_P.TAKE_CALLS, _P.VIEW_OWN_CARDS, _P.VIEW_CASES, _P.VIEW_APPLICATIONS}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AGENT: _DESK | {_P.MANAGE_PINS},
        Role.MANAGER: _DESK | {_P.VIEW_NUMBERS, _P.WORK_APPLICATIONS, _P.MANAGE_PINS},
        Role.COLLECTOR: _DESK | {_P.WORK_CASES},
        Role.CREDIT_OFFICER: _COMMON
        | {_P.VIEW_NUMBERS, _P.VIEW_APPLICATIONS, _P.WORK_APPLICATIONS, _P.DECIDE_APPLICATIONS},
        Role.SUPERVISOR: _COMMON
        | {
            _P.VIEW_BOARD,
            _P.SUPERVISE_CALLS,
            _P.VIEW_REPORTS,
            _P.MANAGE_RULES,
            _P.MANAGE_FLOWS,
            _P.VIEW_ALL_CARDS,
            _P.MANAGE_PINS,
            _P.APPROVE_PINS,
            _P.MERGE_PARTIES,
            _P.ASSIGN_MANAGERS,
            _P.VIEW_CASES,
            _P.DIRECT_CASES,
            _P.VIEW_APPLICATIONS,
            _P.DIRECT_TASKS,
            _P.MANAGE_SEGMENTS,
            _P.MANAGE_ORGANISATION,
            _P.VIEW_AUDIT,
        },
        Role.ADMINISTRATOR: frozenset(
            {
                _P.VIEW_BOARD,
                _P.VIEW_REPORTS,
                _P.MANAGE_RULES,
                _P.MANAGE_FLOWS,
                _P.ERASE_PARTIES,
                _P.MANAGE_PRODUCTS,
                _P.MANAGE_CALENDARS,
                _P.MANAGE_ORGANISATION,
                _P.MANAGE_SEGMENTS,
                _P.MANAGE_STAFF,
                _P.MANAGE_TOKENS,
                _P.MANAGE_BANK_DATA,
                _P.VIEW_AUDIT,
            }
        ),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has the permission."""
    return permission in PERMISSIONS.get(role, frozenset())
