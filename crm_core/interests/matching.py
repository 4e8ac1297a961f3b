"""What to offer a client: needs x products, by a table of rules. Pure.

Each match says for which need it is, how well it fits and which conditions of the rule held, so
that an agent can say why. What the client answered before keeps the same offer away for a time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.bank.terms import AgreementKind
from crm_core.catalogue import Entry
from crm_core.interests.states import OfferOutcome
from crm_core.models.parties import PartyKind


class Why(StrEnum):
    """A condition of a rule that held."""

    NEED = "need"
    HAS = "has"
    LACKS = "lacks"
    TIER = "tier"
    NOT_OVERDUE = "not_overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRule:
    """A product for a need. Conditions that are empty or False do not ask for anything."""

    need: str
    product: str
    fit: int
    kinds: frozenset[PartyKind] = frozenset()
    tiers: frozenset[str] = frozenset()
    has: frozenset[AgreementKind] = frozenset()
    lacks: frozenset[AgreementKind] = frozenset()
    not_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRules:
    """The needs by code, the rules, and for how long each answer keeps an offer away."""

    needs: Mapping[str, Entry]
    rules: tuple[OfferRule, ...]
    quiet: Mapping[OfferOutcome, timedelta]

    def name(self, code: str, language: str) -> str:
        """The need's name; a code that is not there is its own name."""
        need = self.needs.get(code)
        return need.name(language) if need else code


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """What the rules ask of a client. `has` are the families of his own open agreements."""

    kind: PartyKind
    tier: str
    has: frozenset[AgreementKind]
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The client's last answer to an offer of a product."""

    product: str
    outcome: OfferOutcome
    quiet_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMatch:
    """A product that fits a need; the greater `fit` (1 to 100) is offered first."""

    product: str
    need: str
    fit: int
    why: tuple[Why, ...]


def matches(
    rules: OfferRules,
    client: ClientFacts,
    needs: Iterable[str],
    *,
    answered: Iterable[Answered],
    now: datetime,
) -> list[OfferMatch]:
    """What to offer for these needs, the best first, each product once."""
    quiet = {one.product for one in answered if now < one.quiet_until}
    wanted = set(needs)
    fitting = [
        OfferMatch(product=rule.product, need=rule.need, fit=rule.fit, why=_why(rule))
        for rule in rules.rules
        if rule.need in wanted and rule.product not in quiet and _holds(rule, client)
    ]
    best: dict[str, OfferMatch] = {}
    for one in sorted(fitting, key=lambda one: (-one.fit, one.product, one.need)):
        best.setdefault(one.product, one)
    return list(best.values())


def _holds(rule: OfferRule, client: ClientFacts) -> bool:
    return (
        (not rule.kinds or client.kind in rule.kinds)
        and (not rule.tiers or client.tier in rule.tiers)
        and (not rule.has or bool(rule.has & client.has))
        and not rule.lacks & client.has
        and not (rule.not_overdue and client.overdue)
    )


def _why(rule: OfferRule) -> tuple[Why, ...]:
    asked = (
        (Why.NEED, True),
        (Why.HAS, bool(rule.has)),
        (Why.LACKS, bool(rule.lacks)),
        (Why.TIER, bool(rule.tiers)),
        (Why.NOT_OVERDUE, rule.not_overdue),
    )
    return tuple(why for why, held in asked if held)
