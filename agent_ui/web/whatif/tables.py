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
BRIEF = ("offered", "answered", "abandoned", "service_level", "mean_wait", "occupancy")
"""What stands in the table by days."""
NONE = "–"
_SPACE = "\u00a0"
_POINTS = {"ru": "п.\u00a0п."}
_COMMA = frozenset({"ru", "uk"})
"""Languages that write decimals with a comma."""


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


@dataclass(frozen=True, slots=True)
class Words:
    """Figures as a language writes them."""

    language: str

    def lines(self, beside: Mapping[str, Any]) -> list[Line]:
        """The figures of all days; those that nobody has are left out."""
        return [self._line(one, beside) for one in FIGURES if _there(one, beside)]

    def brief(self, figures: Mapping[str, Any]) -> list[str]:
        """The figures of a day as texts."""
        return [self.shown(name, figures[name]) for name in BRIEF]

    def shown(self, figure: str, value: float | None) -> str:
        """A figure as text: shares in percent, waits in seconds, calls whole."""
        if value is None:
            return NONE
        if figure in SHARES:
            return f"{self._number(value * 100, 1)}{_SPACE}%"
        return self._number(value, 1 if figure in TIMES else 0)

    def _changed(self, figure: str, value: float) -> str:
        """A difference as text: of shares in points of percent; none at all is a bare 0."""
        if value == 0:
            return "0"
        if figure in SHARES:
            unit = _POINTS.get(self.language, "pp")
            return f"{self._number(value * 100, 1, sign='+')}{_SPACE}{unit}"
        return self._number(value, 1, sign="+")

    def _number(self, value: float, digits: int, *, sign: str = "-") -> str:
        text = f"{round(value, digits) + 0.0:{sign},.{digits}f}".replace(",", _SPACE)
        if self.language in _COMMA:
            text = text.replace(".", ",")
        return text.replace("-", "−")

    def _line(self, figure: str, beside: Mapping[str, Any]) -> Line:
        mean, low, high = beside.get("difference", {}).get(figure, (None, None, None))
        return Line(
            figure=figure,
            recorded=self.shown(figure, beside["recorded"][figure]),
            base=self._with_interval(figure, beside.get("base")),
            predicted=self._with_interval(figure, beside["predicted"]),
            difference=self._difference(figure, mean, low, high),
            telling=low is not None and high is not None and (low > 0 or high < 0),
        )

    def _with_interval(self, figure: str, side: Mapping[str, Any] | None) -> str:
        if side is None:
            return NONE
        mean = self.shown(figure, side[figure])
        low, high = side["interval"].get(figure, (None, None))
        if low is None or low == high:
            return mean
        return f"{mean} ({self.shown(figure, low)} … {self.shown(figure, high)})"

    def _difference(
        self, figure: str, mean: float | None, low: float | None, high: float | None
    ) -> str:
        if mean is None:
            return NONE
        text = self._changed(figure, mean)
        if low is None or high is None or low == high:
            return text
        return f"{text} ({self._changed(figure, low)} … {self._changed(figure, high)})"


def _there(figure: str, beside: Mapping[str, Any]) -> bool:
    sides = [beside[side] for side in ("recorded", "base", "predicted") if side in beside]
    return any(side[figure] for side in sides)
