"""Reports as files: the same rows as CSV, in plain numbers, and as a workbook, in its own kinds."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agent_ui.web.reports.columns import Column, Kind, Value, columns
from agent_ui.web.reports.heat import HOURS, WEEKDAYS, by_place, contacts
from agent_ui.web.reports.labels import Labels, hour
from agent_ui.web.reports.tables import Formula, Term, formulas
from agent_ui.web.workbook import Cell, Duration, Share, Sheet, workbook
from crm_core.reports.asking import Grouping, Report, Row
from crm_core.reports.intervals import Interval
from crm_core.reports.measures import BY_NAME, NOTHING, Figures

_OF_DAYS = frozenset({Interval.DAY, Interval.WEEK, Interval.MONTH})
_NAMES_WIDE, _NUMBERS_WIDE = 24, 15


def report_rows(report: Report, labels: Labels) -> tuple[list[str], Iterator[list[Cell]]]:
    """Heading and rows, the total last: all that is counted."""
    shown = columns(tells_time=report.question.tells_time, whole=True)
    heading = [*_places(report, labels), *(labels.text(f"reports.column.{c.name}") for c in shown)]
    return heading, _rows(report, labels, shown)


def report_book(report: Report, labels: Labels, made_at: datetime) -> bytes:
    """A workbook with the report and how it was counted."""
    heading, rows = report_rows(report, labels)
    places = len(_places(report, labels))
    widths = [_NAMES_WIDE] * places + [_NUMBERS_WIDE] * (len(heading) - places)
    title = labels.text("reports.title")
    table = Sheet(name=title, header=heading, rows=rows, widths=widths, last_is_total=True)
    return workbook([table, _counted(report, labels)], made_at=made_at)


def heat_rows(report: Report, labels: Labels) -> tuple[list[str], Iterator[list[Cell]]]:
    """Heading and a row for each weekday and hour: contacts, and their service level."""
    names = ("weekday", "hour", "contacts", "service_level")
    places = by_place(report)

    def rows() -> Iterator[list[Cell]]:
        for weekday in WEEKDAYS:
            for at in HOURS:
                figures = places.get((weekday, at), NOTHING)
                share = BY_NAME["service_level"].value(figures)
                told = None if share is None else Share(share)
                yield [labels.weekday(weekday), hour(at), contacts(figures), told]

    return [labels.text(f"reports.column.{name}") for name in names], rows()


def heat_book(report: Report, labels: Labels, made_at: datetime) -> bytes:
    """A workbook of the heat map."""
    heading, rows = heat_rows(report, labels)
    title = labels.text("reports.heat")
    widths = [_NUMBERS_WIDE] * len(heading)
    return workbook([Sheet(name=title, header=heading, rows=rows, widths=widths)], made_at=made_at)


def plain(cell: Cell) -> Cell:
    """A cell for CSV: a share as a number of 0 to 1, a duration in seconds, a time as ISO 8601."""
    match cell:
        case Share(of_one):
            return round(of_one, 6)
        case Duration(seconds):
            return round(seconds, 3)
        case datetime():
            return cell.isoformat(sep=" ", timespec="minutes")
    return cell


def _places(report: Report, labels: Labels) -> list[str]:
    question = report.question
    heading = []
    if question.interval is not Interval.WHOLE:
        heading.append(labels.text("reports.interval"))
    if question.grouping is not Grouping.NONE:
        heading.append(labels.text(f"reports.group.{question.grouping}"))
    return heading


def _rows(report: Report, labels: Labels, shown: Sequence[Column]) -> Iterator[list[Cell]]:
    for row in report.rows:
        yield [*_place(report, labels, row), *_cells(shown, row.figures)]
    places = len(_places(report, labels))
    title = [labels.text("reports.total"), *[""] * (places - 1)][:places]
    yield [*title, *_cells(shown, report.total)]


def _place(report: Report, labels: Labels, row: Row) -> Iterator[Cell]:
    question = report.question
    if row.start is not None:
        local = row.start.astimezone(labels.zone)
        yield local.date() if question.interval in _OF_DAYS else local.replace(tzinfo=None)
    if question.grouping is not Grouping.NONE:
        yield labels.key(question.grouping, row.key)


def _cells(shown: Sequence[Column], figures: Figures) -> Iterator[Cell]:
    for column in shown:
        value: Value = column.value(figures)
        if value is None or column.kind is Kind.COUNT:
            yield value
        else:
            yield Share(value) if column.kind is Kind.SHARE else Duration(value)


def _counted(report: Report, labels: Labels) -> Sheet:
    """The period, the settings of the queues, the formulas with their figures."""
    text, period = labels.text, report.question.period
    rows: list[list[Cell]] = [
        [text("reports.period"), f"{period.first} – {period.last}", period.zone.key],
    ]
    rows += [
        [labels.queues.get(queue, queue), text("reports.within", n=level.within), short]
        for queue, level in report.question.levels.items()
        for short in (text("reports.short", n=level.short),)
    ]
    rows += [
        [text(f"reports.column.{one.name}"), _spelt(one, labels), one.value]
        for one in formulas(report, labels)
    ]
    heading = ["", text("reports.how"), text("reports.value")]
    return Sheet(name=text("reports.how"), header=heading, rows=rows, widths=[24, 110, 18])


def _spelt(formula: Formula, labels: Labels) -> str:
    """The formula in words with its figures."""
    return f"{_sum(formula.above, labels)} ÷ {_sum(formula.below, labels)}"


def _sum(terms: Sequence[Term], labels: Labels) -> str:
    told = [f"{labels.text(f'reports.figure.{one.name}')} [{one.value}]" for one in terms]
    return told[0] if len(told) == 1 else f"({' + '.join(told)})"
