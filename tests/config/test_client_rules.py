"""`config/clients.yaml`: the shipped one is right, and a wrong one names its place."""

from pathlib import Path

import pytest

from config.client_rules import read_client_rules
from config.settings import SettingsInvalid

SHIPPED = Path(__file__).parents[2] / "config"


def test_the_shipped_rules_are_read() -> None:
    rules = read_client_rules(SHIPPED)
    assert (rules.days.new, rules.days.inactive) == (90, 180)
    assert {"RUB": 100_000_000}.items() <= (rules.value.criteria[0].amounts or {}).items()


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("new: 90", "new: none", "status.new"),
        ("active: 90", "active: 181", "status.active"),
        ("fact: referrals, at_least: 1", "fact: friends, at_least: 1", "tiers.loyalty.points.6"),
        ("fact: referrals, at_least: 1,", "fact: referrals,", "tiers.loyalty.points.6: no bound"),
        ('RUB: "600000"', 'RUB: "1.234"', "tiers.value.points.2: amounts"),
        ("fact: owed", "fact: wealth", "tiers.value.points.4"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, was: str, becomes: str, place: str) -> None:
    text = (SHIPPED / "clients.yaml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "clients.yaml").write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(SettingsInvalid) as told:
        read_client_rules(tmp_path)
    assert place in str(told.value)
