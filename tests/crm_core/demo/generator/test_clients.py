"""People, firms, their standing, numbers, families and duplicates: the shares of the table."""

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import phonenumbers

from crm_core.demo.generator.duplicates import KINDS
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.staff import staff
from crm_core.demo.generator.words import LEXICONS
from crm_core.models import PartyStatus, PhoneStatus
from crm_core.models.clients import Tier
from crm_core.phones import normalise
from tests.crm_core.demo.generator.conftest import AS_OF, CLIENTS, Kept, Rows


def clients(made: Kept) -> Rows:
    return [row for row in made["party"] if str(row["source_key"]).startswith("c")]


def near(found: float, wanted: float, tolerance: float) -> bool:
    return abs(found - wanted) <= tolerance


def test_statuses_tiers_and_kinds_are_exact(made: Kept) -> None:
    rows = clients(made)
    assert len(rows) == CLIENTS
    kinds = Counter(row["kind"] for row in rows)
    assert kinds == {"person": 1_860, "organisation": 140}
    statuses = {PartyStatus(str(code)): n for code, n in Counter(r["status"] for r in rows).items()}
    assert statuses == {"active": 1440, "inactive": 280, "new": 120, "potential": 120, "closed": 40}
    tiers = {Tier(str(code)): n for code, n in Counter(row["tier"] for row in rows).items()}
    assert [tiers[one] for one in (Tier.A, Tier.B, Tier.C, Tier.D)] == [80, 180, 540, 920]
    assert tiers[Tier.DORMANT] + tiers[Tier.POTENTIAL] == 280
    by_key = {row["source_key"]: row for row in made["party"]}
    others = [key for key in by_key if str(key).startswith("x")]
    assert len(others) == 360
    assert {by_key[key]["tier"] for key in others} == {"suspect", "potential"}


def test_the_top_fifth_earns_the_bank_four_fifths(made: Kept) -> None:
    keys = {row["source_key"] for row in clients(made)}
    earned = sorted(
        (int(str(row["revenue"])) for row in made["profiles"] if row["party_key"] in keys),
        reverse=True,
    )
    assert 0.78 <= sum(earned[: CLIENTS // 5]) / sum(earned) <= 0.82


def test_tiers_follow_what_is_earned(made: Kept) -> None:
    tier = {row["source_key"]: row["tier"] for row in clients(made)}
    earned: dict[object, list[int]] = defaultdict(list)
    for row in made["profiles"]:
        if row["party_key"] in tier:
            earned[tier[row["party_key"]]].append(int(str(row["revenue"])))
    order = ["A", "B", "C", "D"]
    for above, below in pairwise(order):
        assert min(earned[above]) >= max(earned[below])


def test_persons_use_1_6_numbers_and_6_percent_of_all_are_shared(made: Kept) -> None:
    persons = {row["source_key"] for row in made["party"] if row["kind"] == "person"}
    uses = [row for row in made["party_phone"] if not str(row["party_key"]).startswith("d")]
    mine = [row for row in uses if row["party_key"] in persons]
    owners = {row["party_key"] for row in mine}
    assert near(len(mine) / len(owners), 1.6, 0.001)
    users: dict[object, set[object]] = defaultdict(set)
    for row in made["party_phone"]:
        users[normalise(str(row["number"]), "RU")].add(row["party_key"])
    shared = sum(len(several) > 1 for several in users.values())
    assert near(shared / len(users), 0.06, 0.005)
    assert max(map(len, users.values())) >= 5, "a switchboard"


def test_all_numbers_can_be_called_in_theory_are_marked_and_some_are_badly_written(
    made: Kept,
) -> None:
    raw = [str(row["number"]) for row in made.files["party_phone"]]
    read = [normalise(one, "RU") for one in raw]
    assert None not in read
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(one)) for one in set(read) if one)
    dirty = sum(one != two for one, two in zip(raw, read, strict=True))
    assert near(dirty / len(raw), 0.03, 0.002)
    assert {row["synthetic"] for row in made.files["party_phone"]} == {"true"}
    states = Counter(row["number_status"] for row in made["party_phone"])
    numbers = len(set(read))
    assert near(states[PhoneStatus.REASSIGNED] / numbers, 0.01, 0.001)
    assert near(states[PhoneStatus.INVALID] / numbers, 0.005, 0.001)


def test_families_share_a_name_and_children_have_their_fathers(made: Kept) -> None:
    people = {row["source_key"]: row for row in made["party"]}
    sexes = {row["party_key"]: str(row["sex"]) for row in made["profiles"]}
    couples = [row for row in made["relationship"] if row["type"] == "spouse"]
    assert len(couples) == 440
    parents = [row for row in made["relationship"] if row["type"] == "parent"]
    assert parents
    for row in parents:
        parent, child = people[row["from_key"]], people[row["to_key"]]
        fathers = LEXICONS[str(parent["language"])].fathers
        if sexes[str(row["from_key"])] == "m" and fathers:
            his, hers = fathers[str(parent["given_name"])]
            middle = his if sexes[str(row["to_key"])] == "m" else hers
            assert child["middle_name"] == middle
        born = date.fromisoformat(str(child["birth_date"]))
        older = date.fromisoformat(str(parent["birth_date"]))
        assert (born - older).days > 15 * 365
        assert born <= AS_OF.replace(year=AS_OF.year - 18)


def test_relations_name_parties_once_and_shares_add_up(made: Kept) -> None:
    known = {row["source_key"] for row in made.files["party"]}
    shares: dict[object, float] = defaultdict(float)
    seen = set()
    for row in made.files["relationship"]:
        assert row["from_key"] in known
        assert row["to_key"] in known
        assert row["from_key"] != row["to_key"]
        pair = (row["from_key"], row["to_key"], row["type"])
        assert pair not in seen
        seen.add(pair)
        if row["share"]:
            shares[row["to_key"]] += float(str(row["share"]))
    assert all(total < 1.000_001 for total in shares.values())
    kinds = Counter(row["type"] for row in made.files["relationship"])
    wanted = "spouse parent relative employer founder parent_company affiliate guarantor partner"
    assert set(wanted.split()) <= set(kinds)


def test_groups_have_2_to_30_members_and_households_2_to_4(made: Kept) -> None:
    sizes: dict[object, Counter[object]] = defaultdict(Counter)
    for row in made["groups"]:
        sizes[row["kind"] == "household"][row["group_key"]] += 1
    assert len(sizes[True]) == 440
    assert set(sizes[True].values()) == {2, 3, 4}
    assert set(sizes[False].values()) <= set(range(2, 31))
    assert len(sizes[False]) == 17


def test_duplicates_are_2_5_percent_and_the_truth_tells_how(made: Kept) -> None:
    people = {row["source_key"]: row for row in made["party"]}
    phones = {row["party_key"]: row["number"] for row in made["party_phone"] if row["rank"] == 1}
    pairs = made["duplicates"]
    assert len(pairs) == CLIENTS // 40
    counts = Counter(row["kind"] for row in pairs)
    assert set(counts) == set(KINDS)
    assert max(counts.values()) - min(counts.values()) <= 1
    for row in pairs:
        one, other = people[row["party_key"]], people[row["duplicate_key"]]
        assert one["birth_date"] == other["birth_date"]
        names = [(p["family_name"], p["given_name"]) for p in (one, other)]
        kept = [normalise(str(phones[row[k]]), "RU") for k in ("party_key", "duplicate_key")]
        assert (kept[0] == kept[1]) == (row["kind"] != "old_phone")
        assert (names[0] == names[1]) == (row["kind"] == "old_phone")
        if row["kind"] == "swapped":
            assert names[0] == names[1][::-1]
        if row["kind"] == "transliteration" and one["language"] in ("ru", "uk"):
            assert str(other["family_name"]).isascii()


def test_managers_are_ranked_and_key_clients_have_several(made: Kept) -> None:
    roles = {row["username"]: row["role"] for row in made["staff"]}
    ranks: dict[object, list[object]] = defaultdict(list)
    for row in made["manager_assignment"]:
        assert roles[row["username"]] == "manager"
        ranks[row["party_key"]].append(row["rank"])
    tier = {row["source_key"]: row["tier"] for row in clients(made)}
    wanted = {"A": 3, "B": 2, "C": 1}
    for key, code in tier.items():
        count = len(ranks.get(key, []))
        assert ranks.get(key, []) == list(range(1, count + 1))
        assert count == wanted.get(str(code), count) <= 3


def test_the_full_bank_has_the_staff_of_the_table() -> None:
    employees = staff(Plan(as_of=AS_OF))
    roles = Counter(one.role for one in employees)
    assert roles == {"manager": 120, "agent": 180, "supervisor": 14, "collector": 20}
    assert len({one.branch for one in employees}) == 22
    assert len({one.team for one in employees}) == 9
    assert len({one.username for one in employees}) == 334
