"""Tokens of programs: within scopes, for a time, and told once."""

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import ApiToken, AuditEvent, Role
from crm_core.staff.employees import Employee, deactivate
from crm_core.staff.permissions import Permission
from crm_core.staff.tokens import (
    PREFIX,
    NewToken,
    TokenRefused,
    TokenUnknown,
    bearer,
    create,
    revoke,
    tokens,
)
from tests.crm_core.conftest import FakeClock, hired

READ = Permission.VIEW_PARTIES


async def made(db: Database, employee: Employee, *scopes: Permission, days: int = 30) -> NewToken:
    async with db.unit_of_work() as session:
        return await create(
            session, employee, name="Reports", scopes=scopes or (READ,), days=days, by="test"
        )


async def test_it_acts_for_its_employee_within_its_scopes(db: Database) -> None:
    anna = await hired(db, "anna")
    token = await made(db, anna)
    found = await bearer(db, token.token)
    assert (found.token, found.employee.id) == (token.id, anna.id)
    assert found.employee.may(READ)
    assert not found.employee.may(Permission.TAKE_CALLS)
    assert anna.may(Permission.TAKE_CALLS)


async def test_only_its_hash_is_stored_and_nothing_is_told_twice(db: Database) -> None:
    token = await made(db, await hired(db, "anna"))
    assert token.token.startswith(PREFIX)
    assert token.token not in repr(token)
    async with db.reading() as session:
        row = (await session.scalars(select(ApiToken))).one()
        assert token.token not in str({c.key: getattr(row, c.key) for c in row.__table__.columns})
        told = list(await session.scalars(select(AuditEvent.detail)))
    assert token.token not in str(told)


@pytest.mark.parametrize("wrong", ["", "tlr_", "tlr_" + "x" * 43, "Bearer tlr_x"])
async def test_any_other_token_is_refused(db: Database, wrong: str) -> None:
    await made(db, await hired(db, "anna"))
    with pytest.raises(TokenRefused):
        await bearer(db, wrong)


async def test_it_ends_on_its_day(db: Database, clock: FakeClock) -> None:
    token = await made(db, await hired(db, "anna"), days=2)
    clock.pass_(days=2, seconds=-1)
    await bearer(db, token.token)
    clock.pass_(seconds=1)
    with pytest.raises(TokenRefused):
        await bearer(db, token.token)


async def test_it_ends_by_revocation_and_with_its_employee(db: Database) -> None:
    anna = await hired(db, "anna")
    first, second = await made(db, anna), await made(db, anna)
    async with db.unit_of_work() as session:
        await revoke(session, first.id, by="test")
        await revoke(session, first.id, by="test")
        with pytest.raises(TokenUnknown):
            await revoke(session, "none", by="test")
    with pytest.raises(TokenRefused):
        await bearer(db, first.token)
    await bearer(db, second.token)
    async with db.unit_of_work() as session:
        await deactivate(session, anna.id, by="test", reason="left")
    with pytest.raises(TokenRefused):
        await bearer(db, second.token)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 81}),
        ("scopes", {"scopes": ()}),
        ("scopes", {"scopes": (READ, Permission.MANAGE_STAFF)}),
        ("days", {"days": 0}),
        ("days", {"days": 10**12}),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(
    db: Database, field: str, change: dict[str, object]
) -> None:
    anna = await hired(db, "anna")
    asked = {"name": "Reports", "scopes": (READ,), "days": 30} | change
    async with db.unit_of_work() as session:
        with pytest.raises(FieldRefused) as refused:
            await create(session, anna, by="test", **asked)  # type: ignore[arg-type]
    assert refused.value.field == field


async def test_a_permission_that_the_role_lost_is_lost_to_the_token(db: Database) -> None:
    boss = await hired(db, "sofia", Role.SUPERVISOR)
    token = await made(db, boss, Permission.VIEW_BOARD)
    async with db.unit_of_work() as session:
        row = (await session.scalars(select(ApiToken))).one()
        row.scopes = [*row.scopes, Permission.MANAGE_STAFF, "no_such_permission"]
    found = await bearer(db, token.token)
    assert found.employee.may(Permission.VIEW_BOARD)
    assert not found.employee.may(Permission.MANAGE_STAFF)


async def test_the_list_tells_when_each_was_used(db: Database, clock: FakeClock) -> None:
    token = await made(db, await hired(db, "anna"))
    clock.pass_(hours=1)
    await bearer(db, token.token)
    async with db.reading() as session:
        (only,) = await tokens(session)
    assert (only.used_at, only.scopes) == (clock.at, {"view_parties"})
