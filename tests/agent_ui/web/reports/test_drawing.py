"""The drawing of a report: nothing outside its frame, heights that mean what the scale says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_ui.web.reports.drawing import BOTTOM, HEIGHT, MOST_BARS, TOP, WIDTH, draw, joined
from crm_core.reports.measures import Figures

FLOOR = HEIGHT - BOTTOM
counts = st.integers(0, 5_000)
figures = st.builds(
    lambda in_time, late, abandoned: Figures(
        answered=in_time + late, answered_in_time=in_time, abandoned=abandoned
    ),
    *(counts, counts, counts),
)


@given(st.lists(figures, min_size=1, max_size=MOST_BARS))
def test_bars_stand_apart_inside_the_frame_and_are_as_high_as_their_count(
    several: list[Figures],
) -> None:
    drawing = draw([(str(n), str(n), one) for n, one in enumerate(several)])
    if drawing is None:
        assert not any(one.answered + one.abandoned for one in several)
        return
    top = drawing.ticks[-1].count
    assert [tick.count for tick in drawing.ticks] == [top * n // 4 for n in range(5)]
    right = 0.0
    for bar, one in zip(drawing.bars, several, strict=True):
        assert right <= bar.x and bar.x + bar.width <= WIDTH
        right = bar.x + bar.width
        whole = (one.answered + one.abandoned) / top * (FLOOR - TOP)
        assert sum(block.height for block in bar.blocks) == pytest.approx(whole, abs=0.3)
        assert all(TOP <= block.y <= FLOOR for block in bar.blocks)


def test_the_line_is_broken_where_nothing_was_offered() -> None:
    full, empty = Figures(answered=4, answered_in_time=1), Figures()
    rows = [(str(n), "", one) for n, one in enumerate((full, full, empty, full))]
    drawing = draw(rows)
    assert drawing and joined(drawing).count("M") == 2 and joined(drawing).count("L") == 1
    assert drawing.bars[2].share is None
    share = drawing.bars[0].share
    assert share == pytest.approx(FLOOR - (FLOOR - TOP) / 4)


def test_more_than_can_be_told_apart_is_not_drawn() -> None:
    one = ("", "", Figures(answered=1))
    assert draw([one] * (MOST_BARS + 1)) is None and draw([]) is None
