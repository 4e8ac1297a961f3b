"""What bank is to be made: how large, from which seed, as of which day, in which languages.

All counts of a bank follow from the plan here; shapes stand with their blocks. Shares are parts of
a thousand unless told otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from crm_core.demo.generator.chance import Chance
from crm_core.errors import Refused

FEWEST, MOST = 20, 1_000_000
_FULL = 50_000
_PARTS = 10_000


class PlanRefused(Refused):
    """No bank can be made of this plan."""

    code = "demo_plan_refused"


class Locale(StrEnum):
    """Whose names the clients have."""

    RU = "ru"
    UK = "uk"
    EN = "en"
    ZH = "zh"
    MIX = "mix"


class ProfileName(StrEnum):
    """What the bank is made for."""

    DEMO = "demo"
    STRESS = "stress"
    EDGE = "edge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How unusual the bank is. `switchboards` are those of 50,000 clients."""

    shared_numbers: int = 60
    switchboards: int = 40
    dirty_numbers: int = 30
    in_debt: int = 100
    duplicates: int = 25
    odd_names: int = 0
    odd_currencies: int = 0
    extreme_dates: int = 0


PROFILES: Mapping[ProfileName, Profile] = MappingProxyType(
    {
        ProfileName.DEMO: Profile(),
        ProfileName.STRESS: Profile(
            shared_numbers=200, switchboards=200, dirty_numbers=120, in_debt=250, duplicates=80
        ),
        ProfileName.EDGE: Profile(
            dirty_numbers=300, odd_names=300, odd_currencies=250, extreme_dates=150
        ),
    }
)

LANGUAGES: Mapping[Locale, Mapping[str, int]] = MappingProxyType(
    {
        Locale.RU: {"ru": 1},
        Locale.UK: {"uk": 1},
        Locale.EN: {"en": 1},
        Locale.ZH: {"zh": 1},
        Locale.MIX: {"ru": 60, "uk": 20, "en": 12, "zh": 8},
    }
)
"""Shares of the languages of a locale's clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A bank to be made. `scale` is in ten-thousandths of `clients`; `as_of` the business date.

    With `managers` the clients are given to these employees' usernames, otherwise to made-up ones.
    Raises PlanRefused.
    """

    clients: int = _FULL
    seed: int = 42
    as_of: date
    locale: Locale = Locale.MIX
    scale: int = _PARTS
    profile: ProfileName = ProfileName.DEMO
    managers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        sized = _PARTS // 100 <= self.scale <= _PARTS and FEWEST <= self.size <= MOST
        if not sized or not 2000 <= self.as_of.year <= 2100:
            raise PlanRefused

    @property
    def size(self) -> int:
        """How many clients there will be, without those who are none."""
        return self.clients * self.scale // _PARTS

    @property
    def unusual(self) -> Profile:
        return PROFILES[self.profile]

    def count(self, in_full: int, *, least: int = 0) -> int:
        """So many in this bank if there are `in_full` of them at 50,000 clients."""
        return max(least, (in_full * self.size + _FULL // 2) // _FULL)

    def chance(self, block: str) -> Chance:
        """The stream of draws of a block, from its beginning."""
        return Chance(self.seed, block)


def share(n: int, per_mille: int) -> int:
    """So many of a thousand of `n`, to the nearest whole."""
    return (n * per_mille + 500) // 1000
