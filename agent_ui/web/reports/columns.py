"""The columns of a report: one list for the page, the files and the API. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from crm_core.reports.measures import BY_NAME, Figures, Measure, Unit, handled, offered, staffed


class Kind(StrEnum):
    """How a value is written. Durations are seconds, shares 0 to 1."""

    COUNT = "count"
    DURATION = "duration"
    SHARE = "share"


Value = int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A named value of figures; its heading is the text `reports.column.<name>`."""

    name: str
    kind: Kind
    value: Callable[[Figures], Value]
    of_time: bool = False
    """Of agents' time, which not every report tells."""


_UNITS: Mapping[Unit, Kind] = MappingProxyType(
    {Unit.SHARE: Kind.SHARE, Unit.SECONDS: Kind.DURATION}
)


def _count(name: str) -> Column:
    return Column(name=name, kind=Kind.COUNT, value=lambda figures: int(getattr(figures, name)))


def _made(name: str, value: Callable[[Figures], int]) -> Column:
    return Column(name=name, kind=Kind.COUNT, value=value)


def _measured(name: str) -> Column:
    measure: Measure = BY_NAME[name]
    timed = any(part.startswith("time_") for part in measure.below)
    return Column(name=name, kind=_UNITS[measure.unit], value=measure.value, of_time=timed)


def _spent(name: str, value: Callable[[Figures], int]) -> Column:
    return Column(
        name=name,
        kind=Kind.DURATION,
        value=lambda figures: value(figures) / 1000,
        of_time=True,
    )


COLUMNS = (
    _made("offered", offered),
    _made("handled", handled),
    _count("answered_in_time"),
    _measured("service_level"),
    _measured("asa"),
    _count("abandoned"),
    _measured("abandon_rate"),
    _measured("aht"),
    _count("transferred"),
    _measured("transfer_rate"),
    _measured("occupancy"),
    _spent("staffed", staffed),
)
"""What the page shows."""

MORE = (
    _count("answered"),
    _count("abandoned_short"),
    _count("callbacks_taken"),
    _count("waited_too_long"),
    _count("turned_away"),
    _count("lost"),
    _count("self_served"),
    _count("called_back"),
    _count("unreached"),
    _spent("time_idle", lambda figures: figures.time_idle),
    _spent("time_ringing", lambda figures: figures.time_ringing),
    _spent("time_dialling", lambda figures: figures.time_dialling),
    _spent("time_on_call", lambda figures: figures.time_on_call),
    _spent("time_on_hold", lambda figures: figures.time_on_hold),
    _spent("time_wrap_up", lambda figures: figures.time_wrap_up),
    _spent("time_not_responding", lambda figures: figures.time_not_responding),
    _spent("time_away", lambda figures: figures.time_away),
)
"""What files and the API tell beside it."""


def columns(*, tells_time: bool, whole: bool = False) -> tuple[Column, ...]:
    """Those that a report has; `whole` asks for all that is counted."""
    wanted = COLUMNS + MORE if whole else COLUMNS
    return tuple(one for one in wanted if tells_time or not one.of_time)
