"""A result as a drawing: for each day a bar for what was recorded and one for each variant.

Pure. Units are the drawing's own, one to a pixel at full size. The table under it tells all that it
shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 960, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 30
SIDES = ("recorded", "base", "predicted")
_TICKS = 4
_NAMES_APART = 74
"""Room for a day's name; days closer than that go without."""
_WIDEST = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`low` and `high` are the ends of its interval, if it has one."""

    side: str
    x: float
    y: float
    width: float
    height: float
    low: float | None = None
    high: float | None = None

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The bars of a day, and its name where there is room for one."""

    bars: tuple[Bar, ...]
    name: str
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Days from left to right; ticks are pairs of height and percent."""

    days: tuple[Day, ...]
    ticks: tuple[tuple[float, int], ...]
    sides: tuple[str, ...]


def draw(days: Sequence[Mapping[str, Any]], figure: str) -> Drawing | None:
    """Draw a share, such as the service level, day by day; None without days."""
    if not days:
        return None
    sides = tuple(side for side in SIDES if side in days[0])
    step = (WIDTH - LEFT - RIGHT) / len(days)
    every = -(-_NAMES_APART // step)
    return Drawing(
        days=tuple(
            _day(one, figure, sides, (LEFT + n * step, step), named=n % every == 0)
            for n, one in enumerate(days)
        ),
        ticks=tuple((_height(n / _TICKS), 100 * n // _TICKS) for n in range(_TICKS + 1)),
        sides=sides,
    )


def _day(
    one: Mapping[str, Any],
    figure: str,
    sides: Sequence[str],
    place: tuple[float, float],
    *,
    named: bool,
) -> Day:
    left, step = place
    width = min(step * 0.84 / len(sides), _WIDEST)
    start = left + (step - width * len(sides)) / 2
    bars = [
        _bar(one[side], figure, side, (round(start + n * width, 1), width))
        for n, side in enumerate(sides)
    ]
    return Day(
        bars=tuple(bar for bar in bars if bar is not None),
        name=str(one["day"])[5:] if named else "",
        middle=round(left + step / 2, 1),
    )


def _bar(
    figures: Mapping[str, Any], figure: str, side: str, place: tuple[float, float]
) -> Bar | None:
    value = figures[figure]
    if value is None:
        return None
    low, high = figures.get("interval", {}).get(figure, (None, None))
    x, width = place
    top = _height(value)
    return Bar(
        side=side,
        x=x,
        y=top,
        width=round(width - 1.5, 1),
        height=round(HEIGHT - BOTTOM - top, 1),
        low=None if low is None else _height(max(low, 0.0)),
        high=None if high is None else _height(min(high, 1.0)),
    )


def _height(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
