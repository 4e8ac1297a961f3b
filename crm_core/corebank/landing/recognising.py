"""What parties from the bank are recognised by, made in the transaction that stores them.

Of a party that is new nothing else is known yet, so its keys come from the row itself; a number
only adds a key. A party that changed is read whole.
"""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import add_missing, insert_rows
from crm_core.corebank.cells import Values
from crm_core.corebank.ground import Thing
from crm_core.duplicates.finding import BATCH, refresh
from crm_core.duplicates.keys import keys_of, mark_key
from crm_core.duplicates.likeness import Likeness, firm, part_of_name
from crm_core.models import MatchKey, PartyKind
from routing.ids import PartyId

_COLUMNS = ("party", "key")


async def recognise_new(session: AsyncSession, things: Iterable[Thing]) -> None:
    """Keys of parties of which nothing is stored but what their rows tell."""
    rows = [(one.target, key) for one in things for key in keys_of(_likeness(one.target, one.row))]
    await insert_rows(session, MatchKey, _COLUMNS, rows)


async def recognise_changed(session: AsyncSession, parties: Iterable[str]) -> None:
    """Make the keys of these parties anew."""
    changed = [PartyId(one) for one in sorted(set(parties))]
    for start in range(0, len(changed), BATCH):
        await refresh(session, changed[start : start + BATCH])


async def recognise_numbers(session: AsyncSession, things: Iterable[Thing]) -> None:
    """Keys of the numbers; one that is used no more counts too, so none is taken away."""
    rows = sorted({(one.row["party"], mark_key("p", one.row["number"][0])) for one in things})
    await add_missing(session, MatchKey, _COLUMNS, rows)


def _likeness(party: str, row: Values) -> Likeness:
    """The same as `crm_core.duplicates.gather` reads of the party that the row makes. Pure."""
    kind, number = PartyKind(row["kind"]), row["registration_number"]
    if kind is PartyKind.ORGANISATION:
        name = str(row["legal_name"] or row["name"])
        return Likeness(
            party=party, kind=kind, family=firm(name), tax_ids=frozenset(filter(None, (number,)))
        )
    family, one = part_of_name(row["family_name"] or "")
    given, other = part_of_name(row["given_name"] or "")
    middle, _ = part_of_name(row["middle_name"] or "")
    return Likeness(
        party=party,
        kind=kind,
        family=family,
        given=given,
        middle=middle,
        suffix=max(one, other),
        born=row["birth_date"],
    )
