"""Bank cards: ready for pick-up, expiring soon, and the ordinary ones."""

from collections.abc import Iterator
from datetime import timedelta

from crm_core.demo.generator.accounts import Accounts
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Party, Row
from crm_core.demo.generator.words.latin import latin

COLUMNS = (
    *("source_key", "source_version", "agreement_key", "party_key", "network", "status", "last4"),
    *("embossed_name", "issued_on", "expires_on", "branch", "ready_at_branch_on"),
    "reissue_offer_on",
)

PER_ACTIVE_CLIENT = 900
"""Cards for a thousand active clients."""

STATES = {"ready": 20, "expiring": 50, "active": 890, "blocked": 25, "ordered": 15}
"""Of a thousand cards; an expiring one ends within 60 days."""

_NETWORKS = {
    "ru": ("mir", "mir", "mir", "unionpay"),
    "uk": ("visa", "mastercard", "prostir"),
    "en": ("visa", "mastercard"),
    "zh": ("unionpay",),
}
_YEARS, _SOON, _OFFER = 5, 60, 15


def card_rows(plan: Plan, parties: Roster, found: Accounts) -> Iterator[Row]:
    """The cards of active clients, on a card account where there is one."""
    chance = plan.chance("cards")
    active = [one for one in parties.clients if one.status == "active"]
    owners = chance.picked(active, share(len(active), PER_ACTIVE_CLIENT))
    accounts = _best(found)
    states = chance.dealt(len(owners), STATES)
    for n, (one, state) in enumerate(zip(owners, states, strict=True), start=1):
        days = chance.between(_SOON + 1, _YEARS * 365 - 100)
        if state == "expiring":
            days = chance.between(0, _SOON)
        expires = plan.as_of + timedelta(days=days)
        issued = expires - timedelta(days=_YEARS * 365)
        ready = plan.as_of - timedelta(days=chance.between(0, 20))
        if state in ("ready", "ordered"):
            issued, expires = ready, ready + timedelta(days=_YEARS * 365)
        yield (
            *(f"k{n:07}", 1, accounts[one.key], one.key, chance.of(_NETWORKS[one.language])),
            *("active" if state == "expiring" else state, f"{chance.below(10_000):04}"),
            *(embossed(one), "" if state == "ordered" else issued, expires, one.branch),
            ready if state == "ready" else "",
            expires - timedelta(days=_OFFER) if state == "expiring" else "",
        )


def embossed(one: Party) -> str:
    """A name as it is pressed into plastic: at most 26 Latin capitals."""
    names = (one.name,) if one.organisation else (one.given, one.family)
    return " ".join(latin(name, one.language) for name in names if name).upper()[:26].strip()


def _best(found: Accounts) -> dict[str, str]:
    """The account of each owner that a card belongs to."""
    best: dict[str, str] = {}
    for one in found.held:
        if one.offer == "pay_card" or one.owner not in best:
            best[one.owner] = one.key
    return best
