"""A report as a drawing: a bar a row, its parts one upon the other, with a point for the share.

Pure. Units are the drawing's own, one to a pixel at full size. It shows nothing that the table
under it does not tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.reports.measures import BY_NAME, Figures

WIDTH, HEIGHT = 1120, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 48, 14, 40
MOST_BARS = 62
WIDEST = 64
_TICKS = 4
_ROUND = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
"""Tenths."""
_NAMES_APART = 74
"""Room for a name under a bar; names closer than that are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a bar; `part` is the figure that it stands for."""

    part: str
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`name` is empty where there is no room for it; `share` is the height of the line, if any."""

    x: float
    width: float
    blocks: tuple[Block, ...]
    name: str
    title: str
    share: float | None

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A height with what it stands for, in contacts and in percent."""

    y: float
    count: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Bars from left to right."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


PARTS = ("answered_in_time", "answered_late", "abandoned")
"""From below upwards."""


def draw(rows: Sequence[tuple[str, str, Figures]]) -> Drawing | None:
    """A bar for each (short name, whole name, figures); None of nothing, or of too much."""
    tallest = max((sum(_parts(figures).values()) for *_, figures in rows), default=0)
    if not tallest or len(rows) > MOST_BARS:
        return None
    top = _round_up(tallest)
    step = (WIDTH - LEFT - RIGHT) / len(rows)
    every = -(-_NAMES_APART // step)
    bars = tuple(_bar(n, step, row, top, named=n % every == 0) for n, row in enumerate(rows))
    ticks = tuple(
        Tick(y=_height(n / _TICKS), count=top * n // _TICKS, percent=100 * n // _TICKS)
        for n in range(_TICKS + 1)
    )
    return Drawing(bars=bars, ticks=ticks)


def joined(drawing: Drawing) -> str:
    """The line from share to share, in the words of SVG; broken where there is nothing to tell.

    For bars that follow each other in time.
    """
    words, drawn = [], False
    for bar in drawing.bars:
        if bar.share is not None:
            words.append(f"{'L' if drawn else 'M'}{bar.middle:.1f} {bar.share}")
        drawn = bar.share is not None
    return "".join(words)


def _bar(n: int, step: float, row: tuple[str, str, Figures], top: int, *, named: bool) -> Bar:
    short, title, figures = row
    width = min(WIDEST, step * 0.72)
    blocks, below = [], 0
    for part, count in _parts(figures).items():
        upper, lower = _height((below + count) / top), _height(below / top)
        if count:
            blocks.append(Block(part=part, y=upper, height=round(lower - upper, 1)))
        below += count
    share = BY_NAME["service_level"].value(figures)
    return Bar(
        x=round(LEFT + n * step + (step - width) / 2, 1),
        width=round(width, 1),
        blocks=tuple(blocks),
        name=short if named else "",
        title=title,
        share=None if share is None else _height(share),
    )


def _parts(figures: Figures) -> dict[str, int]:
    late = figures.answered - figures.answered_in_time
    return dict(zip(PARTS, (figures.answered_in_time, late, figures.abandoned), strict=True))


def _height(share: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)


def _round_up(n: int) -> int:
    """The next number that four lines divide into round ones."""
    size = 1
    while True:
        for tick in _ROUND:
            top = _TICKS * tick * size // 10
            if n <= top and tick * size % 10 == 0:
                return top
        size *= 10
