"""Who may do what, said a second time: a change of the table must be meant."""

import pytest

from crm_core.models import Role
from crm_core.staff.permissions import PERMISSIONS, Permission, may

DESK = {Role.AGENT, Role.MANAGER, Role.COLLECTOR}
OFFICE = {*DESK, Role.CREDIT_OFFICER, Role.SUPERVISOR}
SUPERVISOR, ADMINISTRATOR = {Role.SUPERVISOR}, {Role.ADMINISTRATOR}
LENDERS = {Role.MANAGER, Role.CREDIT_OFFICER}

MEANT: dict[Permission, set[Role]] = {
    Permission.TAKE_CALLS: DESK,
    Permission.VIEW_BOARD: SUPERVISOR | ADMINISTRATOR,
    Permission.SUPERVISE_CALLS: SUPERVISOR,
    Permission.VIEW_REPORTS: SUPERVISOR | ADMINISTRATOR,
    Permission.MANAGE_RULES: SUPERVISOR | ADMINISTRATOR,
    Permission.MANAGE_FLOWS: SUPERVISOR | ADMINISTRATOR,
    Permission.VIEW_OWN_CARDS: DESK,
    Permission.VIEW_ALL_CARDS: SUPERVISOR,
    Permission.VIEW_PARTIES: OFFICE,
    Permission.EDIT_PARTIES: OFFICE,
    Permission.VIEW_AMOUNTS: OFFICE,
    Permission.VIEW_NUMBERS: LENDERS,
    Permission.MANAGE_PINS: {Role.AGENT, Role.MANAGER, Role.SUPERVISOR},
    Permission.APPROVE_PINS: SUPERVISOR,
    Permission.MERGE_PARTIES: SUPERVISOR,
    Permission.ERASE_PARTIES: ADMINISTRATOR,
    Permission.ASSIGN_MANAGERS: SUPERVISOR,
    Permission.VIEW_CASES: DESK | SUPERVISOR,
    Permission.WORK_CASES: {Role.COLLECTOR},
    Permission.DIRECT_CASES: SUPERVISOR,
    Permission.VIEW_APPLICATIONS: OFFICE,
    Permission.WORK_APPLICATIONS: LENDERS,
    Permission.DECIDE_APPLICATIONS: {Role.CREDIT_OFFICER},
    Permission.WORK_TASKS: OFFICE,
    Permission.DIRECT_TASKS: SUPERVISOR,
    Permission.HANDLE_COMPLAINTS: OFFICE,
    Permission.MANAGE_PRODUCTS: ADMINISTRATOR,
    Permission.MANAGE_CALENDARS: ADMINISTRATOR,
    Permission.MANAGE_ORGANISATION: SUPERVISOR | ADMINISTRATOR,
    Permission.MANAGE_SEGMENTS: SUPERVISOR | ADMINISTRATOR,
    Permission.MANAGE_STAFF: ADMINISTRATOR,
    Permission.MANAGE_TOKENS: ADMINISTRATOR,
    Permission.MANAGE_BANK_DATA: ADMINISTRATOR,
    Permission.VIEW_AUDIT: SUPERVISOR | ADMINISTRATOR,
}


def test_every_permission_and_every_role_is_meant() -> None:
    assert set(MEANT) == set(Permission)
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("permission", Permission)
def test_every_cell_of_the_table_is_meant(permission: Permission) -> None:
    assert {role for role in Role if may(role, permission)} == MEANT[permission]
