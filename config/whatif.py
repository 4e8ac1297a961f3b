"""What the command line asks of a simulation, brought into the form of `crm_core.whatif`."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from config.calendar import FILE as CALENDARS
from config.calendar import read_calendar
from config.files import LARGEST_FILE, load_yaml
from config.queueing import FILE as QUEUES
from config.queueing import QueuePlan, read_queues
from config.settings import PACKAGE, SettingsInvalid
from crm_core.rules.mistakes import RulesRefused
from crm_core.rules.reading import read_rules
from crm_core.rules.vocabulary import Known
from crm_core.whatif.calls import RecordedCall, Recording
from crm_core.whatif.exchange import Manners
from crm_core.whatif.figures import Targets
from crm_core.whatif.knowing import with_managers
from crm_core.whatif.rosters import House, house_of
from crm_core.whatif.skilling import dealt
from crm_core.whatif.staff_file import Shift, StaffRefused, shifts_of, staff_by
from crm_core.whatif.staffing import Staff
from crm_core.whatif.study import Variant, by_day
from crm_core.whatif.world import Setting
from crm_core.worktime.hours import WorkCalendar
from crm_core.worktime.opening import schedule
from routing.rules.terms import NO_RULES, RuleSet

BASE = "as_recorded"
ASKED = "asked"
RULES = "rules.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What shall be otherwise than recorded; nothing by default."""

    rules: Path | None = None
    staff: Path | None = None
    skills_each: int | None = None
    managers: bool = False
    priority: bool = True
    """Whether the log's own priority counts, as seconds of credit."""
    ring: float = 0.0
    targets: Targets

    def changes(self) -> bool:
        """Whether anything is to be compared with the recorded house."""
        return bool(self.rules or self.staff or self.skills_each or self.managers) or (
            not self.priority
        )


def variants(recording: Recording, wishes: Wishes) -> tuple[Variant, ...]:
    """The house as it was recorded and, if anything shall change, as it is asked for."""
    base = _variant(BASE, recording, Wishes(targets=wishes.targets, ring=wishes.ring))
    return (base, _variant(ASKED, recording, wishes)) if wishes.changes() else (base,)


def _variant(name: str, recording: Recording, wishes: Wishes) -> Variant:
    houses = {day: _house(recording, wishes, day) for day in _first_days(recording, wishes)}
    shifts = read_shifts(wishes.staff) if wishes.staff else None
    calls = by_day(recording.calls)
    one_house = next(iter(houses.values()))

    def setting(day: date, recorded: Staff) -> Setting:
        staff = _staff(day, recorded, shifts, calls[day])
        if wishes.skills_each:
            staff = dealt(staff, calls[day], each=wishes.skills_each)
        return Setting(
            roster=houses.get(day, one_house).roster(staff),
            staff=staff,
            manners=Manners(ring=wishes.ring),
            targets=wishes.targets,
        )

    return Variant(
        name=name, setting=setting, calls=with_managers if wishes.managers else _as_they_are
    )


def _as_they_are(calls: Sequence[RecordedCall]) -> Sequence[RecordedCall]:
    return calls


def _staff(
    day: date, recorded: Staff, shifts: list[Shift] | None, calls: Sequence[RecordedCall]
) -> Staff:
    if shifts is None:
        return recorded
    return staff_by(shifts, day, calls[0].arrived_at.tzinfo or UTC)


def _first_days(recording: Recording, wishes: Wishes) -> list[date]:
    """The days that need a house of their own: with rules from files opening hours are worked out
    day by day."""
    days = recording.days()
    return days if wishes.rules else days[:1]


def _house(recording: Recording, wishes: Wishes, day: date) -> House:
    own = house_of(recording.calls)
    if not wishes.priority:
        own = own.with_rules(NO_RULES)
    return own if wishes.rules is None else house_from(wishes.rules, day, own)


def house_from(folder: Path, day: date, otherwise: House) -> House:
    """The house that queues.yaml and rules.yaml of a folder describe, as it is open on that day.

    Without queues the calls' own stay; without rules nothing but the queues decides. Raises
    SettingsInvalid.
    """
    house = otherwise.with_rules(NO_RULES)
    known = Known(queues=frozenset(one.queue for one in otherwise.queues))
    if (folder / QUEUES).exists():
        plan = read_queues(folder)
        house = _house_by(plan, _calendar(folder), day)
        known = Known(
            queues=frozenset(one.queue for one in plan.queues),
            skills=frozenset(plan.skills),
            schedules=frozenset(plan.schedules.names),
        )
    path = folder / RULES
    return house.with_rules(_rules(path, known)) if path.exists() else house


def _calendar(folder: Path) -> WorkCalendar:
    has_one = (folder / CALENDARS).exists()
    return read_calendar(folder if has_one else PACKAGE, zone="UTC").calendar()


def _house_by(plan: QueuePlan, calendar: WorkCalendar, day: date) -> House:
    since = datetime.combine(day, time(), UTC)
    return House(
        queues=plan.queues,
        default_queue=plan.default_queue,
        entries=plan.entries,
        schedules=tuple(schedule(one, calendar, since) for one in plan.schedules.opening),
    )


def _rules(path: Path, known: Known) -> RuleSet:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsInvalid([f"{path}: larger than {LARGEST_FILE} bytes"])
        return read_rules(path.read_text(encoding="utf-8"), known, version=path.name)
    except RulesRefused as error:
        lines = [f"{path}: line {one.line}: {one.problem} {one.word}" for one in error.mistakes]
        raise SettingsInvalid(lines) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid([f"{path}: it cannot be read"]) from error


def read_shifts(path: Path) -> list[Shift]:
    """The shifts of a CSV or YAML file (under `shifts`). Raises StaffRefused, SettingsInvalid."""
    if path.suffix.lower() in (".yaml", ".yml"):
        data = load_yaml(path)
        rows = data.get("shifts") if isinstance(data, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise StaffRefused(["there is no list of `shifts`"])
        return shifts_of(rows)
    return shifts_of(_csv_rows(path))


def _csv_rows(path: Path) -> list[Mapping[str, Any]]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise StaffRefused([f"larger than {LARGEST_FILE} bytes"])
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StaffRefused([f"it cannot be read: {error}"]) from error
    if any(None in row for row in rows):
        raise StaffRefused(["a row has more cells than the heading"])
    return [{str(key): value for key, value in row.items()} for row in rows]
