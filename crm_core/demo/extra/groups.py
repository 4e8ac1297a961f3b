"""Households, groups of companies and holdings, with their heads."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import insert_rows
from crm_core.database import moment
from crm_core.demo.extra.ground import Ground
from crm_core.demo.generator.relations import GROUP_COLUMNS
from crm_core.demo.generator.writing import SOURCE
from crm_core.ids import new_id
from crm_core.models import GroupKind, PartyGroup, PartyGroupMember

_GROUP = (
    *("id", "kind", "name", "head", "source", "source_key", "created_at", "updated_at"),
    "row_version",
)
_MEMBER = ("id", "group", "party", "valid_from", "created_at")


async def load_groups(session: AsyncSession, ground: Ground) -> int:
    """How many groups are new."""
    known = set(
        await session.scalars(select(PartyGroup.source_key).where(PartyGroup.source == SOURCE))
    )
    now, ids = moment(session), {}
    groups, members = [], []
    for row in ground.rows("groups", GROUP_COLUMNS):
        key, party = row["group_key"], ground.parties[row["party_key"]]
        if key in known:
            continue
        if key not in ids:
            ids[key] = new_id()
            head = party if row["head"] == "true" else None
            what = (GroupKind(row["kind"]), row["name"], head)
            groups.append((ids[key], *what, SOURCE, key, now, now, 1))
        members.append((new_id(), ids[key], party, now, now))
    await insert_rows(session, PartyGroup, _GROUP, groups)
    await insert_rows(session, PartyGroupMember, _MEMBER, members)
    return len(groups)
