"""What a look-up came to, before it is an answer. Only shapes, and what they share."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from crm_core.bank.holdings import Holding
from crm_core.selfservice.answers import Item
from routing.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks, and when: `now` in UTC, `today` by the bank's calendar. `own` are his open
    agreements, those that he co-holds among them; what he guarantees or pays for is not his."""

    party: PartyId
    now: datetime
    today: date
    own: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Items, and when the oldest news in them was told. `stale`: they may not be told any more.
    `untold`: there is such a thing, but the bank has said nothing of it."""

    items: tuple[Item, ...] = ()
    as_of: datetime | None = None
    stale: bool = False
    untold: bool = False


def percent(share: Decimal) -> Decimal:
    """A share as percent, without zeros that say nothing: 0.189 is 18.9, 0.2 is 20."""
    shown = share * 100
    whole = shown.to_integral_value()
    return whole if shown == whole else shown.normalize()
