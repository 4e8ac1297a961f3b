"""The tables of docs/core-banking.md, made from the contract.

`python -m tests.architecture.contract` writes them anew between the page's two marks.
"""

from pathlib import Path

from crm_core.corebank.entities import ENTITIES, Column, Entity

PAGE = Path(__file__).parents[2] / "docs" / "core-banking.md"
BEGIN, END = "<!-- entities -->", "<!-- /entities -->"


def page_with_tables(text: str) -> str:
    """The page with its tables as the contract has them now."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    tables = "\n".join(_section(entity) for entity in ENTITIES.values())
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def _section(entity: Entity) -> str:
    told = [f"Event `{entity.event}`", f"key `{entity.key}`"]
    if entity.grouped:
        told.append("the rows of a key stand together and share a version")
    if entity.control:
        told.append(f"control total of `{entity.control}`")
    rows = [_row(column) for column in entity.columns]
    head = ["| Column | Type | Needed | Values |", "|---|---|---|---|"]
    return "\n".join([f"### {entity.name}", "", "; ".join(told) + ".", "", *head, *rows, ""])


def _row(column: Column) -> str:
    values = [", ".join(column.codes)] if column.codes else []
    if column.parent:
        values.append(f"key of {column.parent}")
    if column.default:
        values.append(f"{column.default} if empty")
    needed = "yes" if column.required else ""
    return f"| {column.name} | {column.type} | {needed} | {'; '.join(values)} |"


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
