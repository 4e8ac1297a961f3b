"""The heat map: contacts by weekday and hour of the house, as a table of cells. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent_ui.web.reports.labels import Labels, hour
from crm_core.reports.asking import Report
from crm_core.reports.measures import BY_NAME, NOTHING, Figures, offered, total

HOURS, WEEKDAYS = range(24), range(7)
WARMEST = 5
_GOOD, _FAIR = 80, 60
"""From how many percent of service level on a cell is good, and fair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`warmth` is the cell's class: 0 to 5 by its share of the busiest hour, or how good the
    service level is; empty where there is nothing."""

    value: str
    warmth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A row a weekday from Monday on, and the sums by weekday and by hour."""

    hours: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...], str], ...]
    sums: tuple[str, ...]
    total: str


def contacts(figures: Figures) -> int:
    """All that were offered, and those called back."""
    return offered(figures) + figures.called_back


def by_place(report: Report) -> Mapping[tuple[int, int], Figures]:
    """Figures by weekday and hour."""
    return {divmod(int(row.key or 0), 24): row.figures for row in report.rows}


def heat(report: Report, show: str, labels: Labels) -> Heat:
    """The map of contacts, or of their service level."""
    places = by_place(report)
    busiest = max((contacts(one) for one in places.values()), default=0)

    def cell(weekday: int, at: int) -> Cell:
        figures = places.get((weekday, at), NOTHING)
        if show == "contacts":
            return _counted(contacts(figures), busiest, labels)
        return _level(BY_NAME["service_level"].value(figures))

    def summed(*, weekday: int | None = None, at: int | None = None) -> str:
        chosen = [
            one
            for (day, hour_), one in places.items()
            if weekday in (None, day) and at in (None, hour_)
        ]
        return _sum(total(chosen), show, labels)

    return Heat(
        hours=tuple(hour(n) for n in HOURS),
        rows=tuple(
            (labels.weekday(day), tuple(cell(day, at) for at in HOURS), summed(weekday=day))
            for day in WEEKDAYS
        ),
        sums=tuple(summed(at=at) for at in HOURS),
        total=summed(),
    )


def _counted(n: int, busiest: int, labels: Labels) -> Cell:
    if not n:
        return Cell(value="", warmth="")
    return Cell(value=labels.number(n), warmth=f"is-{-(-n * WARMEST // busiest)}")


def _level(share: float | None) -> Cell:
    """In whole percent, without the sign: a cell has no room for it."""
    if share is None:
        return Cell(value="", warmth="")
    percent = round(share * 100)
    warmth = "good" if percent >= _GOOD else "fair" if percent >= _FAIR else "poor"
    return Cell(value=str(percent), warmth=f"is-{warmth}")


def _sum(figures: Figures, show: str, labels: Labels) -> str:
    if show == "contacts":
        return labels.number(contacts(figures))
    return _level(BY_NAME["service_level"].value(figures)).value
