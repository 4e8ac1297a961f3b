"""Reports over the API. Durations are seconds, shares 0 to 1; what cannot be told is null."""

from datetime import date, datetime

from pydantic import BaseModel

from agent_ui.shapes import Shape
from agent_ui.web.reports.columns import columns
from agent_ui.web.reports.heat import by_place, contacts
from crm_core.reports.asking import Grouping, Key, Report
from crm_core.reports.intervals import Interval
from crm_core.reports.measures import BY_NAME, MEASURES, Figures, ServiceLevel

Values = dict[str, int | float | None]


class FormulaShape(Shape):
    """A measure: the sum of some figures over the sum of others."""

    name: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    unit: str


class SettingShape(Shape):
    """A queue's settings: seconds."""

    queue: str
    within: int
    short: int


class RowShape(Shape):
    """An interval, or a group of it. `start` is UTC, null of a report of the whole period; `key` is
    the group: a code or id, an hour, a weekday from Monday as 0."""

    start: datetime | None
    key: Key
    values: Values


class ReportShape(Shape):
    """A report. `until` tells how far a period that is not over has come."""

    first: date
    last: date
    time_zone: str
    interval: Interval
    group: Grouping
    until: datetime
    settings: list[SettingShape]
    formulas: list[FormulaShape]
    rows: list[RowShape]
    total: Values


class HeatCellShape(BaseModel):
    """What ended in an hour of a weekday; Monday is 0."""

    weekday: int
    hour: int
    contacts: int
    service_level: float | None


class HeatShape(Shape):
    """Contacts by weekday and hour of the house; what is not there had none."""

    first: date
    last: date
    time_zone: str
    cells: list[HeatCellShape]


def report_shape(report: Report) -> ReportShape:
    """The report as the API tells it."""
    question = report.question
    told = columns(tells_time=question.tells_time, whole=True)

    def values(figures: Figures) -> Values:
        return {one.name: one.value(figures) for one in told}

    rows = [RowShape(start=r.start, key=r.key, values=values(r.figures)) for r in report.rows]
    return ReportShape(
        first=question.period.first,
        last=question.period.last,
        time_zone=question.period.zone.key,
        interval=question.interval,
        group=question.grouping,
        until=report.until,
        settings=[_setting(queue, level) for queue, level in question.levels.items()],
        formulas=[FormulaShape.model_validate(measure) for measure in MEASURES],
        rows=rows,
        total=values(report.total),
    )


def heat_shape(report: Report) -> HeatShape:
    """The heat map as the API tells it."""
    period = report.question.period
    cells = [
        HeatCellShape(
            weekday=weekday,
            hour=hour,
            contacts=contacts(figures),
            service_level=BY_NAME["service_level"].value(figures),
        )
        for (weekday, hour), figures in by_place(report).items()
    ]
    return HeatShape(first=period.first, last=period.last, time_zone=period.zone.key, cells=cells)


def _setting(queue: str, level: ServiceLevel) -> SettingShape:
    return SettingShape(queue=queue, within=level.within, short=level.short)
