"""Who uses which number: families and firms share, clerks mistype, numbers change hands.

A person uses 1.6 numbers on average. So many second numbers are another party's instead of an own
one that the wanted share of all numbers is used by two parties or more; a switchboard is used by
its firm and by those who work there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crm_core.demo.generator.chance import Chance, Curve
from crm_core.demo.generator.numbers import Numbers, as_typed
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan, share

COLUMNS = (
    *("source_key", "source_version", "party_key", "number", "role", "rank", "number_status"),
    "synthetic",
)

USES = {1: 50, 2: 40, 3: 10}
"""How many numbers a person uses: 1.6 on average."""

SWITCHBOARD_CONTACTS = Curve((0, 500_000, 900_000, 1_000_000), (5, 9, 22, 40))
REASSIGNED, INVALID = 10, 5
"""Shares of all numbers, of a thousand."""

_OF_FIRMS = {1: 40, 2: 40, 3: 20}
_ROLES = ("mobile", "home", "work")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A party uses a number. `status` is the number's."""

    party: str
    number: str
    role: str
    rank: int
    status: str = "active"


def uses(plan: Plan, parties: Roster, numbers: Numbers, *, shared_later: int = 0) -> list[Use]:
    """All uses, in the order of the parties, each party's first number first.

    `shared_later` numbers are left to be shared by records that come to be in another block.
    """
    chance = plan.chance("phones")
    found = list(_own(chance, parties, numbers))
    _switch(plan, chance, found, parties)
    _share(plan, chance, found, parties, shared_later)
    _age(chance, found)
    return found


def typed(plan: Plan, uses: list[Use]) -> Iterator[tuple[str, str]]:
    """Key and text of each use: some are written as people write."""
    chance = plan.chance("writing of phones")
    dirty = set(chance.picked(range(len(uses)), share(len(uses), plan.unusual.dirty_numbers)))
    for n, one in enumerate(uses):
        yield f"p{n + 1:07}", as_typed(chance, one.number) if n in dirty else one.number


def _own(chance: Chance, parties: Roster, numbers: Numbers) -> Iterator[Use]:
    """Everybody's own numbers."""
    everybody = list(parties)
    persons = sum(not one.organisation for one in everybody)
    of_persons = iter(chance.dealt(persons, USES))
    of_firms = iter(chance.dealt(len(everybody) - persons, _OF_FIRMS))
    for one in everybody:
        for rank in range(1, next(of_firms if one.organisation else of_persons) + 1):
            role = "work" if one.organisation else _ROLES[rank - 1]
            number = numbers.next(one.language)
            yield Use(party=one.key, number=number, role=role, rank=rank)


def _switch(plan: Plan, chance: Chance, found: list[Use], parties: Roster) -> None:
    """Let people who work at a firm be reached over its switchboard."""
    firms = chance.picked(parties.organisations, plan.count(plan.unusual.switchboards, least=1))
    boards = {one.party: one.number for one in found if one.rank == 1}
    contacts = SWITCHBOARD_CONTACTS.spread(len(firms))
    spare = [n for n, one in enumerate(found) if one.rank > 1 and one.role != "work"]
    spare = chance.picked(spare, min(sum(contacts), len(spare) // 3))
    for firm, count in zip(firms, contacts, strict=True):
        for n in spare[:count]:
            found[n] = replace(found[n], number=boards[firm.key], role="work")
        del spare[:count]


def _share(plan: Plan, chance: Chance, found: list[Use], parties: Roster, later: int) -> None:
    """Let two use one number, until the wanted share of all numbers is used by several."""
    users: dict[str, int] = {}
    for one in found:
        users[one.number] = users.get(one.number, 0) + 1
    wanted = plan.unusual.shared_numbers
    shared = later + sum(count > 1 for count in users.values())
    missing = max(0, (wanted * len(users) - 1000 * shared) // (1000 + wanted))
    alone = [n for n, one in enumerate(found) if users[one.number] == 1]
    others = chance.shuffled([n for n in alone if found[n].rank == 1])
    at_home = _first_at_home(found, parties)
    for taker in chance.picked([n for n in alone if found[n].rank > 1], missing):
        known = at_home.get(found[taker].party)
        giver = others.pop() if known is None else known
        while users[found[giver].number] > 1 or found[giver].party == found[taker].party:
            giver = others.pop()
        role = "relative" if known is None and chance.hits(400) else "home"
        found[taker] = replace(found[taker], number=found[giver].number, role=role)
        users[found[giver].number] = 2


def _first_at_home(found: list[Use], parties: Roster) -> dict[str, int]:
    """The use of the first number of the head of a party's household."""
    firsts = {one.party: n for n, one in enumerate(found) if one.rank == 1}
    heads: dict[int, str] = {}
    for one in parties.persons:
        if one.home is not None:
            heads.setdefault(one.home, one.key)
    return {one.key: firsts[heads[one.home]] for one in parties.persons if one.home is not None}


def _age(chance: Chance, found: list[Use]) -> None:
    """Some numbers do not exist any more, some are somebody else's by now."""
    once: dict[str, int] = {}
    for n, one in enumerate(found):
        once[one.number] = -1 if one.number in once else n
    alone = [n for n in once.values() if n >= 0]
    reassigned, invalid = share(len(once), REASSIGNED), share(len(once), INVALID)
    for i, n in enumerate(chance.picked(alone, reassigned + invalid)):
        found[n] = replace(found[n], status="reassigned" if i < reassigned else "invalid")
