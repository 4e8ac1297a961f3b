"""The table of docs/reports.md, made from the measures and their English texts.

`python -m tests.architecture.formulas` writes it anew between the page's two marks.
"""

from collections.abc import Iterable
from pathlib import Path

from agent_ui.i18n import read_translations
from crm_core.reports.measures import MEASURES

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "docs" / "reports.md"
BEGIN, END = "<!-- formulas -->", "<!-- /formulas -->"


def page_with_formulas(text: str) -> str:
    """The page with the formulas as the code has them now."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    _ = read_translations(ROOT / "agent_ui" / "locale").gettext("en")

    def spelt(names: Iterable[str]) -> str:
        return " + ".join(_(f"reports.figure.{name}") for name in names)

    rows = [
        f"| {_(f'reports.column.{one.name}')} | {spelt(one.above)} | {spelt(one.below)} |"
        for one in MEASURES
    ]
    table = "\n".join(["| Measure | The sum of | over the sum of |", "|---|---|---|", *rows])
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


if __name__ == "__main__":
    REPORTS.write_text(page_with_formulas(REPORTS.read_text(encoding="utf-8")), encoding="utf-8")
