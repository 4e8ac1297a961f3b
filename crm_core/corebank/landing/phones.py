"""Phone numbers of parties as the bank tells them: a number once, used by as many as use it.

A number that was once told to be synthetic stays so: whoever dials must not learn otherwise.
"""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import add_missing, insert_rows
from crm_core.corebank.ground import Ground, Landing, Refusals, Thing
from crm_core.corebank.landing.recognising import recognise_numbers
from crm_core.ids import new_id
from crm_core.models import PartyPhone, PhoneNumber, PhoneStatus

_NUMBER = ("id", "e164", "digits_reversed", "status", "synthetic", "created_at")
_USE = ("id", "party", "phone", "raw", "role", "rank", "valid_from", "created_at")


async def _add(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    numbers = await _numbers(session, ground, things)
    rows = [
        (
            one.target,
            one.row["party"],
            numbers[one.row["number"][0]],
            one.row["number"][1],
            one.row["role"],
            one.row["rank"],
            ground.now,
            ground.now,
        )
        for one in things
    ]
    await insert_rows(session, PartyPhone, _USE, rows)
    await recognise_numbers(session, things)
    return {}


async def _change(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    """Another number is used instead from now on; the old row keeps until when it was."""
    numbers = await _numbers(session, ground, things)
    row = PartyPhone
    for one in things:
        held = await session.get_one(row, one.target, populate_existing=True)
        phone, told = numbers[one.row["number"][0]], one.row
        if held.phone != phone and held.valid_from < ground.now:
            session.add(
                row(
                    id=new_id(),
                    party=held.party,
                    phone=held.phone,
                    raw=held.raw,
                    role=held.role,
                    rank=held.rank,
                    valid_from=held.valid_from,
                    valid_to=ground.now,
                    created_at=held.created_at,
                )
            )
            held.valid_from = ground.now
        held.party, held.phone, held.raw = told["party"], phone, told["number"][1]
        held.role, held.rank, held.valid_to = told["role"], told["rank"], None
        await session.flush()
    await recognise_numbers(session, things)
    return {}


async def _end(session: AsyncSession, ground: Ground, targets: list[str]) -> None:
    row = PartyPhone
    held = row.id.in_(targets), row.valid_to.is_(None), row.valid_from < ground.now
    await session.execute(update(row).where(*held).values(valid_to=ground.now))


async def _numbers(
    session: AsyncSession, ground: Ground, things: Iterable[Thing]
) -> dict[str, str]:
    """The ids of all numbers, by number; those that nobody used yet are added."""
    wanted = {one.row["number"][0]: one.row["number_status"] for one in things}
    made_up = {one.row["number"][0] for one in things if one.row["synthetic"]}
    rows = [
        (new_id(), e164, e164[:0:-1], status, e164 in made_up, ground.now)
        for e164, status in wanted.items()
    ]
    await add_missing(session, PhoneNumber, _NUMBER, rows)
    row = PhoneNumber
    held = await session.execute(
        select(row.e164, row.id, row.status, row.synthetic).where(row.e164.in_(list(wanted)))
    )
    ids: dict[str, str] = {}
    for e164, number, status, synthetic in held.all():
        ids[e164] = number
        news: dict[str, object] = {}
        if status != wanted[e164] and status not in (PhoneStatus.OWN, PhoneStatus.SERVICE):
            news["status"] = wanted[e164]
        if e164 in made_up and not synthetic:
            news["synthetic"] = True
        if news:
            await session.execute(update(row).where(row.id == number).values(**news))
    return ids


PARTY_PHONE = Landing(add=_add, change=_change, end=_end)
