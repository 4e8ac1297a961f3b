"""A result in the words of tables: figures as people read them, with their intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHARES = frozenset({"service_level", "abandon_rate", "occupancy", "manager_rate"})
TIMES = frozenset({"mean_wait", "mean_wait_all"})
FIGURES = (
    "offered",
    "answered",
    "abandoned",
    "turned_away",
    "callbacks",
    "left",
    "service_level",
    "abandon_rate",
    "mean_wait",
    "mean_wait_all",
    "occupancy",
    "manager_rate",
)
BRIEF = ("answered", "abandoned", "service_level", "mean_wait", "occupancy")
"""What stands in the table by days."""
NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure: recorded, then as the variants have it, then what changes, each as text.

    `telling` is whether the difference is more than chance.
    """

    figure: str
    recorded: str
    base: str
    predicted: str
    difference: str
    telling: bool


def lines(beside: Mapping[str, Any]) -> list[Line]:
    """The figures of all days; those that nobody has are left out."""
    return [_line(one, beside) for one in FIGURES if _there(one, beside)]


def brief(figures: Mapping[str, Any]) -> list[str]:
    """The figures of a day as texts."""
    return [shown(name, figures[name]) for name in BRIEF]


def shown(figure: str, value: float | None, *, sign: bool = False) -> str:
    """A figure as text: shares in percent, waits in seconds."""
    if value is None:
        return NONE
    plus = "+" if sign and value > 0 else ""
    if figure in SHARES:
        return f"{plus}{value * 100:.1f}\u00a0%".replace("-", "−")
    digits = 1 if figure in TIMES or value != round(value) else 0
    return f"{plus}{value:,.{digits}f}".replace(",", "\u00a0").replace("-", "−")


def _there(figure: str, beside: Mapping[str, Any]) -> bool:
    sides = [beside[side] for side in ("recorded", "base", "predicted") if side in beside]
    return any(side[figure] for side in sides)


def _line(figure: str, beside: Mapping[str, Any]) -> Line:
    mean, low, high = beside.get("difference", {}).get(figure, (None, None, None))
    return Line(
        figure=figure,
        recorded=shown(figure, beside["recorded"][figure]),
        base=_with_interval(figure, beside.get("base")),
        predicted=_with_interval(figure, beside["predicted"]),
        difference=_difference(figure, mean, low, high),
        telling=low is not None and high is not None and (low > 0 or high < 0),
    )


def _with_interval(figure: str, side: Mapping[str, Any] | None) -> str:
    if side is None:
        return NONE
    mean = shown(figure, side[figure])
    low, high = side["interval"].get(figure, (None, None))
    if low is None or low == high:
        return mean
    return f"{mean} ({shown(figure, low)} … {shown(figure, high)})"


def _difference(figure: str, mean: float | None, low: float | None, high: float | None) -> str:
    if mean is None:
        return NONE
    text = shown(figure, mean, sign=True)
    if low is None or low == high:
        return text
    return f"{text} ({shown(figure, low, sign=True)} … {shown(figure, high, sign=True)})"
