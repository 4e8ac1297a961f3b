"""All parties of the bank with their standing as clients: status, tier and what the bank earns.

Statuses and tiers keep their shares exactly. Tiers go by revenue, whose shape is the pyramid of the
few who earn the bank most of its money: the top fifth gives between 78 and 82 %.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm_core.demo.generator.chance import Chance, Curve, apportioned
from crm_core.demo.generator.firms import Firm, firms
from crm_core.demo.generator.people import Human, clients, others
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Party

STATUSES = {"new": 60, "active": 720, "inactive": 140, "potential": 60, "closed": 20}
TIERS = {"A": 40, "B": 90, "C": 270, "D": 460}
"""Shares of a thousand; the rest of the tiers is dormant and potential."""

OTHERS = {"guarantor": 3_000, "founder": 2_000, "lead": 2_500, "relative": 1_500}
"""Parties who are no clients, at 50,000 clients."""

BRANCHES = 22

REVENUE = Curve(
    (
        *(0, 100_000, 250_000, 400_000, 540_000, 660_000, 800_000, 870_000, 910_000, 940_000),
        *(960_000, 980_000, 990_000, 995_000, 998_000, 999_500, 1_000_000),
    ),
    (
        *(1_000, 1_111, 1_333, 1_667, 2_174, 2_941, 5_000, 7_692, 11_111, 16_667),
        *(25_000, 50_000, 100_000, 200_000, 500_000, 1_200_000, 1_200_000),
    ),
)
"""What a client earns the bank a year, in major units: a Pareto shape, cut at the top."""

_DAYS_SINCE = {
    "new": (1, 89),
    "active": (90, 3_600),
    "inactive": (180, 800),
    "potential": (1, 300),
    "closed": (365, 900),
    "suspect": (1, 600),
}
_ZONES = {
    "ru": (*("Europe/Moscow",) * 12, "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok"),
    "uk": ("Europe/Kyiv",),
    "en": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "zh": ("Asia/Shanghai",),
}


@dataclass(frozen=True, slots=True)
class Roster:
    """All parties, the clients first. The others stand by what they are to the bank."""

    persons: tuple[Party, ...]
    organisations: tuple[Party, ...]
    others: dict[str, tuple[Party, ...]]

    @property
    def clients(self) -> tuple[Party, ...]:
        return self.persons + self.organisations

    def __iter__(self) -> Iterator[Party]:
        yield from self.persons
        yield from self.organisations
        for several in self.others.values():
            yield from several


def roster(plan: Plan) -> Roster:
    """The parties of the plan's bank, without duplicates and golden cases."""
    people = [_person(one, f"c{n:07}") for n, one in enumerate(clients(plan), start=1)]
    first = len(people) + 1
    houses = enumerate(firms(plan, plan.size - len(people)), start=first)
    known = people + [_organisation(one, f"c{n:07}") for n, one in houses]
    standing = list(_standing(plan, known))
    return Roster(
        persons=tuple(one for one in standing if not one.organisation),
        organisations=tuple(one for one in standing if one.organisation),
        others=_others(plan),
    )


def _person(one: Human, key: str) -> Party:
    return Party(
        key=key,
        family=one.family,
        given=one.given,
        middle=one.middle,
        sex=one.sex,
        born=one.born,
        language=one.language,
        home=one.home,
        since=one.born,
    )


def _organisation(one: Firm, key: str) -> Party:
    return Party(
        key=key,
        organisation=True,
        name=one.name,
        legal_name=one.legal_name,
        registration_number=one.registration_number,
        language=one.language,
        home=one.group,
        since=one.founded,
    )


def _standing(plan: Plan, known: list[Party]) -> Iterator[Party]:
    """The clients with status, tier, revenue, branch and time zone, in their order."""
    chance = plan.chance("standing")
    places = chance.shuffled(range(len(known)))
    revenues = REVENUE.spread(len(known))[::-1]
    steps = zip(places, revenues, _pyramid(chance, len(known)), strict=True)
    by_place = {place: (revenue, *step) for place, revenue, step in steps}
    for place, one in enumerate(known):
        revenue, tier, status = by_place[place]
        yield replace(
            one,
            client=True,
            client_number=f"1{one.key[1:]}",
            status=status,
            tier=tier,
            revenue=revenue,
            vip=tier == "A" and chance.hits(250),
            since=_since(plan, chance, status),
            branch=_branch(plan, chance),
            time_zone=chance.of(_ZONES[one.language]),
        )


def _pyramid(chance: Chance, n: int) -> Iterator[tuple[str, str]]:
    """Tier and status of `n` clients, who earns most first."""
    left = dict(zip(STATUSES, apportioned(n, tuple(STATUSES.values())), strict=True))
    counts = apportioned(n, (*TIERS.values(), 1000 - sum(TIERS.values())))
    at_bottom = counts.pop()
    potential = min(left["potential"], at_bottom)
    bottom = ["potential"] * potential + ["inactive"] * (at_bottom - potential)
    left["potential"] -= potential
    left["inactive"] -= at_bottom - potential
    working = chance.shuffled(["new"] * left["new"] + ["active"] * left["active"])
    quiet = [s for s in ("potential", "inactive", "closed") for _ in range(left[s])]
    above = n - at_bottom - counts[-1]
    lower = chance.shuffled(working[above:] + quiet)
    tiers = [tier for tier, count in zip(TIERS, counts, strict=True) for _ in range(count)]
    yield from zip(tiers, working[:above] + lower, strict=True)
    names = {"potential": "potential", "inactive": "dormant"}
    yield from ((names[status], status) for status in chance.shuffled(bottom))


def _others(plan: Plan) -> dict[str, tuple[Party, ...]]:
    chance = plan.chance("standing of those who are no clients")
    counts = {kind: plan.count(count, least=2) for kind, count in OTHERS.items()}
    humans = others(plan, sum(counts.values()))
    found: dict[str, tuple[Party, ...]] = {}
    n = 0
    for kind, count in counts.items():
        several = []
        for human in _first(humans, count):
            n += 1
            known = kind == "guarantor" or (kind == "lead" and chance.hits(500))
            status = "potential" if known else "suspect"
            person = _person(human, f"x{n:07}")
            several.append(
                replace(
                    person,
                    status=status,
                    tier=status,
                    since=_since(plan, chance, status),
                    branch=_branch(plan, chance),
                    time_zone=chance.of(_ZONES[human.language]),
                )
            )
        found[kind] = tuple(several)
    return found


def _first(humans: Iterator[Human], count: int) -> Iterable[Human]:
    return (next(humans) for _ in range(count))


def _since(plan: Plan, chance: Chance, status: str) -> date:
    return plan.as_of - timedelta(days=chance.between(*_DAYS_SINCE[status]))


def _branch(plan: Plan, chance: Chance) -> str:
    return f"b{chance.early(range(1, plan.count(BRANCHES, least=2) + 1)):02}"
