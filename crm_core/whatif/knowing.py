"""Managers for clients of a log that names none: whoever served them first looks after them since.

So it can be asked what priority managers would change: those clients ask for their own agent.
"""

from collections.abc import Iterable
from dataclasses import replace

from crm_core.whatif.calls import RecordedCall
from routing.ids import AgentId, PartyId


def with_managers(calls: Iterable[RecordedCall], *, tier: str | None = None) -> list[RecordedCall]:
    """The calls, in their order, with the agent of each client's first answered call as manager.

    Only what was known by then is used: the first call itself has none. `tier` limits it to clients
    of this priority at the time of the call.
    """
    first: dict[PartyId, AgentId] = {}
    told: list[RecordedCall] = []
    for call in calls:
        told.append(_with_manager(call, first, tier))
        for client in call.candidates:
            if call.agent is not None:
                first.setdefault(client.party, call.agent)
    return told


def _with_manager(
    call: RecordedCall, first: dict[PartyId, AgentId], tier: str | None
) -> RecordedCall:
    candidates = tuple(
        replace(one, managers=(first[one.party],))
        if one.party in first and tier in (None, one.tier)
        else one
        for one in call.candidates
    )
    return call if candidates == call.candidates else replace(call, candidates=candidates)
