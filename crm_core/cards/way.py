"""The way of a call: what explains whom it was offered to, and when.

One shape for a call that is under way, as routing tells it, and for one whose card has it back
from the JSON that `crm_core.cards.rows` wrote. A card written before a part of it was kept has
nothing there. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from crm_core.cards.card import Card
from crm_core.cards.keyed import end_on, keyed_on
from routing.facts import SelfService
from routing.ids import AgentId, CallId, OfferId, QueueId, SkillId
from routing.notices import CallView, Considered, OfferView, PoolCount, StepView
from routing.terms import (
    Basis,
    Direction,
    Dismissal,
    OfferKind,
    OfferOutcome,
    PassedOver,
    ServiceEnd,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A call's steps, rules and offers. `credit` is seconds, `rate` percent, times aware UTC."""

    call: CallId
    queue: QueueId
    queued_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    direction: Direction
    callback_of: CallId | None
    offers: tuple[OfferView, ...]
    rules: tuple[str, ...] = ()
    rules_version: str = ""
    plan: tuple[StepView, ...] = ()
    waits_for: tuple[AgentId, datetime] | None = None
    credit: int = 0
    rate: int = 100
    callback_offered: bool = False
    dismissal: Dismissal | None = None
    attempts: int = 0
    self_service: SelfService | None = None
    service_end: ServiceEnd | None = None


_PLAIN = ("call", "queue", "queued_at", "answered_at", "ended_at", "direction", "callback_of")


def way_of(call: CallView) -> Way:
    """The way of a call as routing tells it."""
    return Way(**{field.name: getattr(call, field.name) for field in fields(Way)})


def way_on(card: Card) -> Way:
    """The way of a call as its card keeps it."""
    kept = card.routing
    dismissal, waits_for = kept.get("dismissal"), kept.get("waits_for")
    return Way(
        **{name: getattr(card, name) for name in _PLAIN},
        offers=tuple(_offer(one) for one in card.offers),
        rules=tuple(kept.get("rules", ())),
        rules_version=kept.get("rules_version", ""),
        plan=tuple(_step(one) for one in kept.get("plan", ())),
        waits_for=(AgentId(waits_for[0]), _time(waits_for[1])) if waits_for else None,
        credit=kept.get("credit", 0),
        rate=kept.get("rate", 100),
        callback_offered=kept.get("callback_offered", False),
        dismissal=Dismissal(dismissal) if dismissal else None,
        attempts=kept.get("attempts", 0),
        self_service=keyed_on(card.self_service),
        service_end=end_on(card.self_service),
    )


def _offer(kept: Mapping[str, Any]) -> OfferView:
    pool, ended_at = kept.get("pool"), kept["ended_at"]
    return OfferView(
        offer=OfferId(kept["offer"]),
        agent=AgentId(kept["agent"]),
        kind=OfferKind(kept["kind"]),
        basis=Basis(kept["basis"]),
        rank=kept["rank"],
        made_at=_time(kept["made_at"]),
        outcome=OfferOutcome(kept["outcome"]),
        ended_at=_time(ended_at) if ended_at else None,
        passed_over=tuple(
            Considered(agent=AgentId(one["agent"]), why=PassedOver(one["why"]), rank=one["rank"])
            for one in kept["passed_over"]
        ),
        pool=_pool(pool) if pool else None,
        waited=kept.get("waited", 0.0),
    )


def _pool(kept: Mapping[str, Any]) -> PoolCount:
    return PoolCount(
        queue=QueueId(kept["queue"]),
        able=kept["able"],
        free=kept["free"],
        busy=tuple((PassedOver(why), count) for why, count in kept["busy"].items()),
    )


def _step(kept: Mapping[str, Any]) -> StepView:
    return StepView(
        basis=Basis(kept["basis"]),
        opens_at=_time(kept["opens_at"]),
        queue=QueueId(kept["queue"]) if kept["queue"] else None,
        needs=tuple((SkillId(skill), level) for skill, level in kept["needs"].items()),
        agents=tuple(AgentId(one) for one in kept["agents"]),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
