"""Two texts side by side: nothing is lost, nothing told twice, equal stretches are left out."""

from hypothesis import given
from hypothesis import strategies as st

from agent_ui.web.rules.difference import AROUND, Kind, differences

texts = st.lists(st.sampled_from("abcd"), max_size=12).map("\n".join)


@given(texts, texts)
def test_each_line_stands_once_or_is_counted(old: str, new: str) -> None:
    rows = differences(old, new)
    if old.splitlines() == new.splitlines():
        assert rows == []
        return
    left_out = sum(row.left_out for row in rows)
    for text, sides in (
        (old.splitlines(), [row.old for row in rows]),
        (new.splitlines(), [row.new for row in rows]),
    ):
        shown = [side for side in sides if side is not None]
        assert len(shown) + left_out == len(text)
        assert all(text[side.line - 1] == side.text for side in shown)
    for row in rows:
        if row.kind is Kind.EQUAL:
            assert row.old and row.new and row.old.text == row.new.text


def test_what_is_far_from_a_change_is_left_out() -> None:
    lines = [str(n) for n in range(20)]
    rows = differences("\n".join(lines), "\n".join([*lines[:-1], "new"]))
    assert [row.kind for row in rows] == [Kind.GAP, *[Kind.EQUAL] * AROUND, Kind.CHANGED]
    assert rows[0].left_out == 20 - AROUND - 1
    assert rows[-1].old and rows[-1].new and (rows[-1].old.text, rows[-1].new.text) == ("19", "new")
