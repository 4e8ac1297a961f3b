"""What a report's rows are called in the reader's language, and how its values are written."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal, format_percent
from fastapi import Request

from agent_ui.shapes import Names
from agent_ui.web.api import names_of
from agent_ui.web.bonds.forms import zone_of
from agent_ui.web.filters import duration
from agent_ui.web.reports.columns import Kind, Value
from agent_ui.web.shell import language_of, queue_names, shell_of
from crm_core.reports.asking import OF_CLOCK, Grouping, Key, Report, Row
from crm_core.reports.intervals import Interval
from crm_core.reports.naming import People
from routing.ids import AgentId

NONE = "—"
_LOCALES = {"en": "en_GB"}
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS: Mapping[Interval, str] = {Interval.DAY: "EEE d MMM y", Interval.MONTH: "LLLL y"}
_SHORT: Mapping[Interval, str] = {
    Interval.DAY: "EEE d.MM",
    Interval.WEEK: "d MMM",
    Interval.MONTH: "LLL y",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Names in one language and one zone."""

    language: str
    zone: ZoneInfo
    text: Callable[..., str]
    people: People
    queues: Mapping[str, str]
    names: Names

    @property
    def locale(self) -> str:
        """English is written as in Europe."""
        return _LOCALES.get(self.language, self.language)

    def key(self, grouping: Grouping, key: Key) -> str:
        """What a group is called."""
        if key is None:
            return self.text(f"reports.no.{grouping}")
        if grouping is Grouping.HOUR:
            return hour(int(key))
        if grouping is Grouping.WEEKDAY:
            return self.weekday(int(key))
        code = str(key)
        named: Mapping[Grouping, Callable[[], str]] = {
            Grouping.QUEUE: lambda: self.queues.get(code, code),
            Grouping.AGENT: lambda: self.people.agents.get(AgentId(code), code),
            Grouping.TEAM: lambda: self.people.teams.get(code, code),
            Grouping.TOPIC: lambda: self.names.topic(code),
            Grouping.DISPOSITION: lambda: self.names.disposition(code),
        }
        return named[grouping]()

    def weekday(self, n: int) -> str:
        """Monday is 0."""
        name = str(get_day_names("wide", "stand-alone", self.locale)[n])
        return name[:1].upper() + name[1:]

    def ordered(self, report: Report) -> Report:
        """The report with the groups of an interval in the order of their names."""
        grouping = report.question.grouping
        if grouping is Grouping.NONE or grouping in OF_CLOCK:
            return report
        names = {row.key: self.key(grouping, row.key).casefold() for row in report.rows}

        def place(row: Row) -> tuple[datetime, bool, str]:
            return row.start or _ANY_TIME, row.key is None, names[row.key]

        return dataclasses.replace(report, rows=tuple(sorted(report.rows, key=place)))

    def start(self, row: Row, interval: Interval) -> str:
        """When the row's interval begins, in the house's time."""
        if row.start is None:
            return self.text("reports.whole")
        local = row.start.astimezone(self.zone)
        if interval is Interval.WEEK:
            return self.text("reports.week", day=format_date(local, "d MMM y", locale=self.locale))
        if interval in _DAYS:
            return format_date(local, _DAYS[interval], locale=self.locale)
        return format_datetime(local, "EEE d MMM, HH:mm", locale=self.locale)

    def short(self, row: Row, interval: Interval) -> str:
        """The same where there is little room."""
        if row.start is None:
            return ""
        local = row.start.astimezone(self.zone)
        if interval in _SHORT:
            return format_date(local, _SHORT[interval], locale=self.locale)
        return f"{local:%H:%M}"

    def value(self, kind: Kind, value: Value) -> str:
        """A value as people read it; a dash where there is none."""
        if value is None:
            return NONE
        if kind is Kind.SHARE:
            return format_percent(value, "#,##0.0 %", locale=self.locale)
        if kind is Kind.DURATION:
            return duration(round(value))
        return self.number(int(value))

    def number(self, n: int) -> str:
        return format_decimal(n, locale=self.locale)


def labels_of(request: Request, people: People) -> Labels:
    """Labels for whoever asks."""
    language = language_of(request)
    return Labels(
        language=language,
        zone=zone_of(request),
        text=shell_of(request).translations.gettext(language),
        people=people,
        queues=queue_names(request, language),
        names=names_of(request),
    )


def hour(n: int) -> str:
    """An hour of the day by its beginning."""
    return f"{n:02}:00"
