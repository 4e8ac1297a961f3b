"""How urgent a case is: points from a table, each with its factor, so that everybody can check it.

Pure. The table is data (`config/collections.yaml`) and has a version, which is stored with each
score. A factor gives the points of its highest band that its figure reaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HIGHEST = 100


class ScoreFactor(StrEnum):
    """What the points are for; each is a whole figure."""

    DPD = "dpd"
    """The worst days past due."""
    AGREEMENTS = "agreements"
    """How many agreements are overdue."""
    BROKEN = "broken"
    """Promises of this case that were broken."""
    KEPT = "kept"
    """Promises of this case that were kept."""
    EPISODE = "episode"
    """Which time the case is open."""
    SILENT_DAYS = "silent_days"
    """Days since the debtor himself was last reached, or since the episode began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From this figure on the factor gives these points."""

    at_least: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Points by factor; bands in ascending order."""

    version: str
    factors: Mapping[ScoreFactor, tuple[Band, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What one factor gave for its figure."""

    factor: ScoreFactor
    figure: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The sum of the points, from 0 to HIGHEST; `factors` are those that gave any."""

    version: str
    value: int
    factors: tuple[Points, ...]


def score(table: ScoreTable, figures: Mapping[ScoreFactor, int]) -> Score:
    """The score of these figures; a factor without a figure gives nothing."""
    given = (
        Points(factor=factor, figure=figures[factor], points=_points(bands, figures[factor]))
        for factor, bands in table.factors.items()
        if factor in figures
    )
    factors = tuple(one for one in given if one.points)
    total = sum(one.points for one in factors)
    return Score(version=table.version, value=max(0, min(HIGHEST, total)), factors=factors)


def _points(bands: tuple[Band, ...], figure: int) -> int:
    return next((one.points for one in reversed(bands) if figure >= one.at_least), 0)
