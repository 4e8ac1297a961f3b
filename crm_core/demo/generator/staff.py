"""The people who work at the bank, and which of them looks after which client."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.demo.generator.chance import Chance
from crm_core.demo.generator.parties import BRANCHES, Roster
from crm_core.demo.generator.people import others
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Extra, Row

MANAGERS, AGENTS, SUPERVISORS, COLLECTORS, TEAMS = 120, 180, 14, 20, 9
"""Employees and teams at 50,000 clients."""

COLUMNS = ("party_key", "source_version", "rank", "username")
COLUMNS_OF_STAFF = (
    *("username", "name", "role", "team", "branch", "language", "shift", "away_until"),
)

SHIFTS = ("07:00-16:00", "09:00-18:00", "11:00-20:00", "15:00-24:00")

AWAY = 40
"""Of a thousand employees: those on leave on the plan's day. The first manager always is."""

_MANAGED = {"A": 3, "B": 2, "C": 1}
"""How many managers a client of the tier has; others have one in three cases of ten."""
_OTHERS_MANAGED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """Somebody who works at the bank."""

    username: str
    name: str
    role: str
    team: int
    branch: str
    language: str
    shift: str
    away_until: date | None


def staff(plan: Plan) -> list[Employee]:
    """The relationship managers, the agents, the supervisors, the collectors, in this order."""
    chance = plan.chance("staff")
    sizes = {
        "manager": plan.count(MANAGERS, least=3),
        "agent": plan.count(AGENTS, least=4),
        "supervisor": plan.count(SUPERVISORS, least=1),
        "collector": plan.count(COLLECTORS, least=1),
    }
    roles = [role for role, size in sizes.items() for _ in range(size)]
    humans = others(plan, len(roles), block="people who work here")
    return [
        Employee(
            username=_username(role, n),
            name=f"{human.given} {human.family}",
            role=role,
            team=n % plan.count(TEAMS, least=2) + 1,
            branch=f"b{n % plan.count(BRANCHES, least=2) + 1:02}",
            language=human.language,
            shift=chance.of(SHIFTS),
            away_until=_away(plan, chance, first=n == 0),
        )
        for n, (role, human) in enumerate(zip(roles, humans, strict=True))
    ]


def assignment_rows(plan: Plan, parties: Roster, employees: list[Employee]) -> Iterator[Row]:
    """The managers of each client that has any, the first first."""
    chance = plan.chance("managers")
    made_up = [one.username for one in employees if one.role == "manager"]
    usernames = list(plan.managers) or made_up
    for one in parties.clients:
        count = _MANAGED.get(one.tier, 1 if chance.hits(_OTHERS_MANAGED) else 0)
        for rank, username in enumerate(chance.picked(usernames, count), start=1):
            yield (one.key, 1, rank, username)


def staff_file(employees: list[Employee]) -> Extra:
    """The employees, whom the core bank does not tell of."""
    return Extra("staff", COLUMNS_OF_STAFF, map(_row, employees))


def _row(one: Employee) -> Row:
    where = (one.team, one.branch, one.language, one.shift)
    return (one.username, one.name, one.role, *where, one.away_until or "")


def _away(plan: Plan, chance: Chance, *, first: bool) -> date | None:
    """The last day of somebody's leave."""
    days = chance.between(1, 14)
    return plan.as_of + timedelta(days=days) if chance.hits(AWAY) or first else None


def _username(role: str, n: int) -> str:
    return f"{role[0]}{n + 1:03}"
