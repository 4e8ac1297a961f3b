"""What is known of the parties themselves: sex, birth and death, time zone, branch, address; and a
warning of fraud, which is an entry of the blacklist that two persons have made.

What the bank earns on a party has no place of its own and stays in the file.
"""

from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.collections.blacklist import Proposal, approve, propose
from crm_core.collections.states import BlacklistReason, BlacklistScope
from crm_core.corebank.bulk import insert_rows, update_rows
from crm_core.database import moment
from crm_core.demo.extra.ground import Cells, Ground
from crm_core.demo.generator.profiles import COLUMNS
from crm_core.demo.generator.writing import SOURCE
from crm_core.ids import new_id
from crm_core.models import AddressKind, PartyAddress, Person, Sex
from crm_core.models import Party as PartyRow
from routing.ids import AgentId

_PARTY = ("time_zone", "home_branch", "synthetic")
_PERSON = ("sex", "birth_place", "died_on")
_ADDRESS = (
    *("id", "party", "kind", "country", "region", "city", "street", "postal_code"),
    *("valid_from", "created_at"),
)
_SEXES = {"m": Sex.MALE, "f": Sex.FEMALE}
_AT_ONCE = 5_000


async def load_profiles(session: AsyncSession, ground: Ground) -> int:
    """How many profiles are new; one that was loaded before is its people's to change."""
    held = select(PartyRow.id).where(PartyRow.source == SOURCE, PartyRow.synthetic.is_(True))
    known, count = set(await session.scalars(held)), 0
    told = ground.rows("profiles", COLUMNS)
    fresh = (row for row in told if ground.parties[row["party_key"]] not in known)
    while rows := list(islice(fresh, _AT_ONCE)):
        await _write(session, ground, rows)
        count += len(rows)
    return count


async def _write(session: AsyncSession, ground: Ground, rows: list[Cells]) -> None:
    ids = {row["party_key"]: ground.parties[row["party_key"]] for row in rows}
    parties = [
        (row["time_zone"] or None, row["branch"] or None, True, ids[row["party_key"]])
        for row in rows
    ]
    await update_rows(session, PartyRow, _PARTY, parties, key="id")
    people = [(*_person(row), ids[row["party_key"]]) for row in rows if row["sex"]]
    await update_rows(session, Person, _PERSON, people, key="party")
    await _add_addresses(session, ground, rows)
    for row in rows:
        if row["flags"] == "fraud_alert":
            await _warn_of_fraud(session, ground, row["party_key"])


def _person(row: Cells) -> tuple[object, ...]:
    died_on = date.fromisoformat(row["died_on"]) if row["died_on"] else None
    return (_SEXES[row["sex"]], row["birth_place"] or None, died_on)


async def _add_addresses(session: AsyncSession, ground: Ground, rows: list[Cells]) -> None:
    now = moment(session)
    fresh = [
        (
            *(new_id(), ground.parties[row["party_key"]]),
            AddressKind.RESIDENCE if row["sex"] else AddressKind.ACTUAL,
            *(row["country"], "", row["city"], row["address"], "", now, now),
        )
        for row in rows
    ]
    await insert_rows(session, PartyAddress, _ADDRESS, fresh)


async def _warn_of_fraud(session: AsyncSession, ground: Ground, key: str) -> None:
    writer, second = _two_persons(ground)
    told = Proposal(
        reason=BlacklistReason.FRAUD,
        scope=BlacklistScope.ALL,
        starts_on=ground.day,
        party=ground.parties[key],
    )
    entry = await propose(session, told, by=writer, region="RU", seal=ground.seal)
    await approve(session, entry, by=second)


def _two_persons(ground: Ground) -> tuple[AgentId, AgentId]:
    first, second, *_ = sorted(ground.agents.values())
    return first, second
