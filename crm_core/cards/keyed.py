"""What a caller did at his keypad: what it proves, and how his card keeps it. Pure.

The picture is routing's own, whole; beside it stands how self-service let go of him.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.bank.terms import VerificationLevel
from routing.facts import SelfService
from routing.ids import FlowId, PartyId
from routing.notices import CallView
from routing.terms import Match, ServiceEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Who a PIN proved that the caller is, how surely, and since when."""

    party: PartyId
    level: VerificationLevel
    at: datetime


def proof_of(call: CallView) -> Proof | None:
    """What a PIN said of the caller; None if none did."""
    keyed = call.self_service
    if keyed is None or keyed.party is None or call.proved_at is None:
        return None
    level = VerificationLevel(min(keyed.level, VerificationLevel.STRONG))
    return Proof(party=keyed.party, level=level, at=call.proved_at)


def taken_for(call: CallView) -> PartyId | None:
    """The one party that he is taken for: whom a PIN proved, else whom his number suggests."""
    proof = proof_of(call)
    if proof is not None:
        return proof.party
    return call.candidates[0].party if call.match is Match.ONE else None


def keyed_document(call: CallView) -> dict[str, Any] | None:
    """The picture as the card keeps it; None if he was never at a keypad."""
    service = call.self_service
    if service is None:
        return None
    return {
        "flow": service.flow,
        "version": service.version,
        "node": service.node,
        "path": service.path,
        "language": service.language,
        "topic": service.topic,
        "told": list(service.told),
        "party": service.party,
        "level": service.level,
        "identified_by": service.identified_by,
        "recording": service.recording,
        "end": call.service_end,
    }


def keyed_on(kept: Mapping[str, Any] | None) -> SelfService | None:
    """The picture that a card keeps."""
    if not kept:
        return None
    return SelfService(
        flow=FlowId(kept["flow"]),
        version=kept["version"],
        node=kept["node"],
        path=kept["path"],
        language=kept["language"],
        topic=kept["topic"],
        told=tuple(kept["told"]),
        party=PartyId(kept["party"]) if kept["party"] else None,
        level=kept["level"],
        identified_by=kept["identified_by"],
        recording=kept["recording"],
    )


def end_on(kept: Mapping[str, Any] | None) -> ServiceEnd | None:
    """How self-service let go of him; None where it was never told."""
    return ServiceEnd(kept["end"]) if kept and kept["end"] else None
