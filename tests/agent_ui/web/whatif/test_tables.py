"""Figures in words, and the drawing."""

from agent_ui.web.whatif.drawing import HEIGHT, draw
from agent_ui.web.whatif.tables import Words

BESIDE = {
    "recorded": {"offered": 2239, "service_level": 0.181, "mean_wait": 134.85, "left": 0},
    "base": {"offered": 2239, "service_level": 0.25, "mean_wait": 100.04, "left": 0}
    | {"interval": {"service_level": [0.24, 0.26], "offered": [2239, 2239]}},
    "predicted": {"offered": 2239, "service_level": 0.255, "mean_wait": 99.96, "left": 0}
    | {"interval": {"service_level": [0.245, 0.265]}},
    "difference": {"service_level": [0.005, 0.001, 0.009], "mean_wait": [-0.08, -0.2, 0.04]},
}
MISSING = ("answered", "abandoned", "turned_away", "callbacks", "abandon_rate", "mean_wait_all")


def beside() -> dict[str, dict[str, object]]:
    none = dict.fromkeys((*MISSING, "occupancy", "manager_rate"))
    return {side: none | values for side, values in BESIDE.items()}


def test_figures_are_written_as_each_language_does() -> None:
    english = {line.figure: line for line in Words("en").lines(beside())}
    assert set(english) == {"offered", "service_level", "mean_wait"}
    assert english["offered"].base == "2\u00a0239"
    assert english["service_level"].base == "25.0\u00a0% (24.0\u00a0% … 26.0\u00a0%)"
    assert english["service_level"].difference.startswith("+0.5\u00a0pp (+0.1")
    assert english["service_level"].telling and not english["mean_wait"].telling
    assert english["mean_wait"].difference == "−0.1 (−0.2 … +0.0)"
    russian = {line.figure: line for line in Words("ru").lines(beside())}
    assert russian["mean_wait"].recorded == "134,8"
    assert russian["service_level"].difference.startswith("+0,5\u00a0п.\u00a0п.")


def test_a_day_has_a_bar_for_each_side_within_the_drawing() -> None:
    days = [{"day": f"2026-03-{n:02}"} | beside() for n in range(1, 21)]
    drawing = draw(days, "service_level")
    assert drawing is not None and drawing.sides == ("recorded", "base", "predicted")
    for day in drawing.days:
        assert [bar.side for bar in day.bars] == list(drawing.sides)
        recorded, base, _ = day.bars
        assert recorded.y > base.y and recorded.low is None
        assert base.low is not None and base.high is not None and base.high < base.y < base.low
        assert all(bar.y + bar.height <= HEIGHT for bar in day.bars)
    assert sum(bool(day.name) for day in drawing.days) < 20
    assert draw([], "service_level") is None
