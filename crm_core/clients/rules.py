"""The rules of status and tier, as data; the configuration fills them in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDays:
    """Days of the status rule. A client is new so long after the first agreement, active if he did
    something so lately, inactive (dormant) if nothing for so long; closed without any agreement or
    contact for so long."""

    new: int = 90
    active: int = 90
    inactive: int = 180
    closed: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Points for a fact of `crm_core.clients.standing.MEASURES` within bounds, both included.

    Of amounts it is enough to reach `at_least` in one currency, in minor units; amounts of two
    currencies are never added.
    """

    fact: str
    points: int
    at_least: int | None = None
    at_most: int | None = None
    amounts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Criteria whose points are added; `high` or more are high."""

    criteria: tuple[Criterion, ...]
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRules:
    """Status and the quadrants of loyalty and value. `window_days`: how far back operations and
    turnover count."""

    days: StatusDays
    window_days: int
    loyalty: Scale
    value: Scale
