"""Each golden case is where the list says, and is what it says."""

from collections import Counter
from datetime import date, datetime, timedelta

from crm_core.demo.generator.golden import CASES, NUMBER, OWN_TRUNK
from tests.crm_core.demo.generator.conftest import AS_OF, Kept
from tests.crm_core.demo.generator.test_money import amount

NOW = datetime.fromisoformat(f"{AS_OF}T10:00:00+00:00")


def found(made: Kept, name: str, key: str, column: str = "") -> dict[str, object]:
    """The row of a file with that key in its first column, or in the named one."""
    return next(row for row in made.files[name] if row[column or next(iter(row))] == key)


def test_every_case_is_where_the_list_says(made: Kept) -> None:
    for case, place, key in CASES:
        assert found(made, place, key), case
    assert [row["case"] for row in made.files["golden"]] == [case for case, _p, _k in CASES]


def test_numbers_of_the_cases_are_theirs_alone_but_for_the_eight(made: Kept) -> None:
    numbers = Counter(row["number"] for row in made.files["party_phone"])
    mine = [row for row in made.files["party_phone"] if "golden" in str(row["party_key"])]
    shared = {row["number"] for row in mine if numbers[row["number"]] > 1}
    assert shared == {NUMBER.format(0)}
    assert numbers[NUMBER.format(0)] == 8
    trunk = found(made, "party_phone", "golden-trunk", "party_key")
    assert (trunk["number"], trunk["number_status"]) == (OWN_TRUNK, "own")


def test_people_are_who_they_are_said_to_be(made: Kept) -> None:
    minor = date.fromisoformat(str(found(made, "party", "golden-minor")["birth_date"]))
    assert 12 <= (AS_OF - minor).days // 365 < 14
    one, other = (found(made, "party", f"golden-twin-{n}") for n in (1, 2))
    same = ("family_name", "given_name", "middle_name", "birth_date")
    assert [one[c] for c in same] == [other[c] for c in same]
    assert found(made, "party", "golden-vip")["vip"] == "true"
    managers = [r for r in made.files["manager_assignment"] if r["party_key"] == "golden-vip"]
    first = found(made, "staff", str(managers[0]["username"]))
    assert date.fromisoformat(str(first["away_until"])) > AS_OF
    assert len(managers) == 3
    assert found(made, "profiles", "golden-deceased")["flags"] == "deceased"
    assert found(made, "profiles", "golden-fraud")["flags"] == "fraud_alert"
    assert found(made, "profiles", "golden-zone")["time_zone"] == "Asia/Vladivostok"
    names = [str(found(made, "party", f"golden-{n}")["family_name"]) for n in ("hyphen", "chinese")]
    assert ("'" in names[0] and "-" in names[0], names[1]) == (True, "欧阳")


def test_debts_stand_as_told(made: Kept) -> None:
    dpd = {
        str(row["agreement_key"]).removesuffix("-loan"): (row["dpd"], row["paused"])
        for row in made.files["arrears"]
        if "golden" in str(row["agreement_key"])
    }
    assert dpd["golden-borrower"] == (75, "false")
    assert dpd["golden-vip"] == (0, "false")
    assert dpd["golden-deceased"][1] == "true"
    late = {key for key, (days, _paused) in dpd.items() if days and "holding" in key}
    assert late == {"golden-holding-2"}
    held = [r["to_key"] for r in made.files["relationship"] if r["from_key"] == "golden-holding"]
    assert held == [f"golden-holding-{n}" for n in (1, 2, 3)]
    guarantor = found(made, "agreement_party", "golden-borrower-loan-g")
    assert (guarantor["party_key"], guarantor["role"]) == ("golden-guarantor", "guarantor")


def test_moments_are_as_old_as_told(made: Kept) -> None:
    entry = found(made, "entry", "golden-paid-entry")
    assert NOW - datetime.fromisoformat(str(entry["booked_at"])) == timedelta(hours=1)
    arrears = found(made, "arrears", "golden-paid-loan")
    overdue = sum(amount(arrears[f"overdue_{c}"]) for c in ("principal", "interest", "fee"))
    assert amount(entry["amount"]) == overdue > 0
    decision = found(made, "application", "golden-decision")
    assert NOW - datetime.fromisoformat(str(decision["decided_at"])) == timedelta(minutes=5)
    promise = found(made, "promises", "golden-promise")
    assert (promise["due_on"], promise["state"]) == (AS_OF, "active")


def test_calls_are_as_told(made: Kept) -> None:
    calls = {str(row["call_key"]): row for row in made.files["calls"]}
    assert calls["golden-call-anonymous"]["number"] == ""
    assert calls["golden-call-told"]["disposition"] == "informed"
    assert calls["golden-call-third"]["disposition"] == "third_party"
    assert calls["golden-call-expert"]["transfers"] == 1
    lost = calls["golden-call-lost"]
    assert (lost["outcome"], lost["disposition"]) == ("answered", "")
    caps = [row for row in calls.values() if row["party_key"] == "golden-caps"]
    assert len(caps) == 3
    assert all(str(row["arrived_at"]).startswith(str(AS_OF)) for row in caps)


def test_currencies_have_their_decimals(made: Kept) -> None:
    balances = {row["agreement_key"]: str(row["booked"]) for row in made.files["balance"]}
    assert "." not in balances["golden-yen"]
    assert len(balances["golden-dinar"].partition(".")[2]) == 3
