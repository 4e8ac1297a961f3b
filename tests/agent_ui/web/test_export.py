"""Files for spreadsheets: no cell of theirs is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_ui.web.export import csv_file, neutral


@pytest.mark.parametrize("cell", ["=1+1", "+7 916", "-5", "@x", "\t=1", "  =1", "\r=1", "＝1"])
def test_a_formula_becomes_text(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Anna", "7+1", "'=1", "a@b"])
def test_text_stays_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1))
def test_no_row_of_a_file_begins_a_formula(cells: list[str]) -> None:
    answer = csv_file("a.csv", ["h"] * len(cells), [cells])
    text = bytes(answer.body).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert read == [neutral(one) for one in cells]
    assert not any(one.startswith(("=", "+", "-", "@")) for one in read)
