"""Staff as it is planned, instead of as it was: rows of who works from when to when.

A row: `from` and `to` (such as 09:00, local as the calls' times are; `to` may be 24:00), `agents`
(how many), `queues` (names with spaces between), and perhaps `skills` (such as `cards:3 loans`),
`day` (a date; empty: every day) and `name`. The rows come from CSV or YAML and are checked here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from crm_core.errors import Refused
from crm_core.whatif.staffing import Staff
from routing.ids import AgentId, QueueId, SkillId
from routing.roster import HIGHEST, LOWEST, AgentProfile

MOST_ROWS = 5_000
MOST_AGENTS = 5_000
_CLOCK = re.compile(r"^([01]?[0-9]|2[0-4]):([0-5][0-9])$", re.ASCII)
_CODE = re.compile(r"^[\w.-]{1,64}$")


class StaffRefused(Refused):
    """The plan cannot be taken; `lines` tell where and why."""

    code = "staff_refused"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """So many agents, alike, between two times of a day (from midnight)."""

    starts: timedelta
    ends: timedelta
    agents: int
    queues: tuple[QueueId, ...]
    skills: tuple[tuple[SkillId, int], ...] = ()
    day: date | None = None
    name: str = ""


def shifts_of(rows: Iterable[Mapping[str, Any]]) -> list[Shift]:
    """Check the rows. Raises StaffRefused with a line for each that is wrong."""
    shifts: list[Shift] = []
    wrong: list[str] = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise StaffRefused([f"more than {MOST_ROWS:,} rows"])
        try:
            shifts.append(
                _shift({str(key): str(value) for key, value in row.items() if value is not None})
            )
        except ValueError as error:
            wrong.append(f"row {number}: {error}")
    if not shifts and not wrong:
        wrong = ["there is no row"]
    if sum(one.agents for one in shifts) > MOST_AGENTS:
        wrong.append(f"more than {MOST_AGENTS:,} agents")
    if wrong:
        raise StaffRefused(wrong[:20])
    return shifts


def staff_by(shifts: Iterable[Shift], day: date, zone: tzinfo) -> Staff:
    """Who works on a day by these shifts."""
    midnight = datetime.combine(day, time(), zone)
    profiles: list[AgentProfile] = []
    duties = {}
    for number, shift in enumerate(shifts, start=1):
        if shift.day not in (None, day):
            continue
        for n in range(1, shift.agents + 1):
            agent = AgentId(f"{shift.name or f'shift{number}'}.{n}")
            profiles.append(
                AgentProfile(agent=agent, name=agent, queues=shift.queues, skills=shift.skills)
            )
            duties[agent] = ((midnight + shift.starts, midnight + shift.ends),)
    return Staff(agents=tuple(profiles), duties=duties)


def _shift(row: Mapping[str, str]) -> Shift:
    unknown = set(row) - {"from", "to", "agents", "queues", "skills", "day", "name"}
    if unknown:
        raise ValueError(f"unknown columns: {', '.join(sorted(unknown))}")
    starts, ends = _clock(row, "from"), _clock(row, "to")
    if ends <= starts:
        raise ValueError("`to` is not after `from`")
    agents = row.get("agents", "1").strip()
    if not agents.isascii() or not agents.isdigit() or int(agents) > MOST_AGENTS:
        raise ValueError(f"agents: not a number up to {MOST_AGENTS:,}: {agents!r}")
    queues = tuple(QueueId(_code("queues", one)) for one in row.get("queues", "").split())
    if not queues:
        raise ValueError("queues: names at least one")
    name = row.get("name", "").strip()
    return Shift(
        starts=starts,
        ends=ends,
        agents=int(agents),
        queues=queues,
        skills=tuple(_skill(one) for one in row.get("skills", "").split()),
        day=_day(row.get("day", "").strip()),
        name=_code("name", name) if name else "",
    )


def _clock(row: Mapping[str, str], column: str) -> timedelta:
    text = row.get(column, "").strip()
    match = _CLOCK.match(text)
    moment = timedelta(hours=int(match[1]), minutes=int(match[2])) if match else None
    if moment is None or moment > timedelta(hours=24):
        raise ValueError(f"{column}: not a time such as 09:00: {text!r}")
    return moment


def _skill(text: str) -> tuple[SkillId, int]:
    skill, _, level = text.partition(":")
    if level and (level not in map(str, range(LOWEST, HIGHEST + 1))):
        raise ValueError(f"skills: a level is {LOWEST} to {HIGHEST}: {text!r}")
    return SkillId(_code("skills", skill)), int(level or LOWEST)


def _code(column: str, text: str) -> str:
    if not _CODE.match(text):
        raise ValueError(f"{column}: letters, digits, dots and dashes only: {text!r}")
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"day: not a date such as 2026-03-02: {text!r}") from None
