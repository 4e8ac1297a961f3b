"""Complaints of the last three months; the contract has no entity for them.

The topics have the shares of a public file of complaints about banks; 98.4 % are answered in time.
"""

from collections.abc import Iterator
from datetime import timedelta

from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Extra, Row
from crm_core.demo.generator.words.essences import ESSENCES

COMPLAINTS = 600
"""At 50,000 clients."""

TOPICS = {
    "account_opening": 25,
    "deposits": 16,
    "low_funds": 9,
    "billing_dispute": 7,
    "card": 14,
    "loan": 15,
    "service": 14,
}
"""In percent; the codes are those of the standard list of topics."""

TIMELY = 984
CHANNELS = ("call", "call", "call", "branch", "email", "chat", "letter")
COLUMNS = (
    *("complaint_key", "party_key", "topic", "channel", "received_on", "answered_on", "timely"),
    "essence",
)

_NORM_DAYS, _DAYS = 15, 90


def complaints_file(plan: Plan, parties: Roster) -> Extra:
    """The complaints of clients."""
    return Extra("complaints", COLUMNS, _rows(plan, parties))


def _rows(plan: Plan, parties: Roster) -> Iterator[Row]:
    chance, words = plan.chance("complaints"), plan.chance("words of complaints")
    count = plan.count(COMPLAINTS, least=5)
    late = set(chance.picked(range(count), count - share(count, TIMELY)))
    for n, topic in enumerate(chance.dealt(count, TOPICS)):
        received = plan.as_of - timedelta(days=chance.between(_NORM_DAYS, _DAYS))
        taken = chance.between(1, _NORM_DAYS)
        days = _NORM_DAYS + taken if n in late else taken
        answered = received + timedelta(days=days)
        one = chance.of(parties.clients)
        yield (
            *(f"complaint-{n + 1:05}", one.key, topic, chance.of(CHANNELS)),
            *(received, answered if answered <= plan.as_of else ""),
            *("false" if n in late else "true", words.of(ESSENCES[one.language]["complaint"])),
        )
