"""Reports as files and over the API: the same numbers everywhere, and never a formula."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest

from crm_core.models import EmployeeRow
from tests.agent_ui.web.conftest import Site

CSV, XLSX = "/reports/intervals.csv", "/reports/intervals.xlsx"
API, HEAT_API = "/api/v1/reports/intervals", "/api/v1/reports/heatmap"
DAY = {"from": "2026-02-27", "to": "2026-02-27"}
BY_AGENT = DAY | {"interval": "whole", "group": "agent"}
_MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


class Book:
    """A workbook as a spreadsheet would read it."""

    def __init__(self, content: bytes) -> None:
        self._files = zipfile.ZipFile(io.BytesIO(content))
        texts = self._xml("xl/sharedStrings.xml") if self._has("xl/sharedStrings.xml") else None
        self._texts = [] if texts is None else ["".join(one.itertext()) for one in texts]

    def rows(self, sheet: int) -> list[list[str | float | None]]:
        found = self._xml(f"xl/worksheets/sheet{sheet}.xml").findall(".//m:row", _MAIN)
        return [[self._cell(cell) for cell in row] for row in found]

    def formulas(self) -> int:
        names = [one for one in self._files.namelist() if "worksheets/sheet" in one]
        return sum(len(self._xml(name).findall(".//m:f", _MAIN)) for name in names)

    def _cell(self, cell: ElementTree.Element) -> str | float | None:
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        value = cell.find("m:v", _MAIN)
        if value is None or value.text is None:
            return None
        return self._texts[int(value.text)] if cell.get("t") == "s" else float(value.text)

    def _has(self, name: str) -> bool:
        return name in self._files.namelist()

    def _xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._files.read(name))


async def rename(site: Site, name: str) -> None:
    async with site.centre.db.unit_of_work() as session:
        row = await session.get_one(EmployeeRow, site.centre.id("clara"))
        row.name = name


async def test_the_api_tells_figures_formulas_and_settings(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    told = (await sofia.get(API, params=DAY | {"interval": "hour"})).json()
    (ten, eleven) = told["rows"]
    assert ten["start"] == "2026-02-27T07:00:00Z" and eleven["values"]["offered"] == 0
    assert told["settings"] == [{"queue": "main", "within": 20, "short": 5}]
    total = told["total"]
    assert (total["offered"], total["abandoned_short"]) == (6, 1)
    for formula in told["formulas"]:
        if formula["name"] == "abandon_rate":
            assert formula["above"] == ["abandoned"]
    assert total["service_level"] == pytest.approx(4 / 6) and total["aht"] == 120
    assert ten["values"]["time_idle"] == 20 * 60 and eleven["values"]["time_idle"] == 10 * 60
    assert total["staffed"] == 3600 and told["time_zone"] == "Europe/Moscow"


async def test_csv_tells_the_same_numbers(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    answer = await sofia.get(CSV, params=DAY)
    assert 'filename="report-2026-02-27-2026-02-27.csv"' in answer.headers["content-disposition"]
    day, total = lines(answer.text)
    assert day["Interval"] == "2026-02-27" and total["Interval"] == "Total"
    assert (day["Offered"], day["Short abandons"], day["Service level"]) == ("6", "1", "0.666667")
    assert (day["Handling time (AHT)"], day["Time on shift"]) == ("120.0", "3600.0")
    assert list(day.values())[1:] == list(total.values())[1:]


async def test_a_workbook_has_numbers_times_and_how_it_was_counted(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    answer = await sofia.get(XLSX, params=DAY | {"interval": "hour"})
    book = Book(answer.content)
    heading, ten, _eleven, total = book.rows(1)
    row = dict(zip(heading, ten, strict=False))
    assert row["Interval"] == pytest.approx(46080 + 10 / 24)
    assert row["Offered"] == 6.0 and row["Service level"] == pytest.approx(4 / 6)
    assert row["Handling time (AHT)"] == pytest.approx(120 / 86_400)
    assert total[0] == "Total"
    counted_how = [" ".join(str(cell) for cell in row) for row in book.rows(2)]
    assert any(
        "answered in time [4] ÷ (answered [5] + abandoned [1])" in one for one in counted_how
    )
    assert book.formulas() == 0


async def test_no_name_is_a_formula(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    for name in ('=HYPERLINK("http://evil.example","x")', "@sum", "+7", "-1"):
        await rename(counted, name)
        (clara, *_rest) = lines((await sofia.get(CSV, params=BY_AGENT)).text)
        assert clara["Agent"] == f"'{name}"
        book = Book((await sofia.get(XLSX, params=BY_AGENT)).content)
        assert book.rows(1)[1][0] == name and book.formulas() == 0


async def test_the_heat_map_is_a_file_and_an_answer_too(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    told = (await sofia.get(HEAT_API, params=DAY)).json()
    cell = {"weekday": 4, "hour": 10, "contacts": 6, "service_level": pytest.approx(4 / 6)}
    assert told["cells"] == [cell]
    rows = lines((await sofia.get("/reports/heatmap.csv", params=DAY)).text)
    assert len(rows) == 7 * 24
    (busy,) = [row for row in rows if row["Contacts"] != "0"]
    assert (busy["Weekday"], busy["Hour"], busy["Contacts"]) == ("Friday", "10:00", "6")
    book = Book((await sofia.get("/reports/heatmap.xlsx", params=DAY)).content)
    assert [row[2] for row in book.rows(1)[1:] if row[2]] == [6.0]


async def test_the_api_refuses_by_field(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    answer = await sofia.get(
        API, params={"from": "2026-01-01", "to": "2026-02-27", "interval": "15m"}
    )
    assert answer.status_code == 422 and "too_long" in answer.text
