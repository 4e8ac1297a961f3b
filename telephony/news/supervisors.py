"""News of supervisors, who stand beside a call and are no party of it."""

from datetime import datetime

from routing.facts import Fact, MonitorEnded, MonitorStarted
from routing.ids import AgentId, CallId, FactId, LegId
from telephony.ami import AmiEvent
from telephony.endpoints import endpoint_of
from telephony.event_fields import leg_in, monitor_mode, time_of
from telephony.news.seen import Reader, Seen
from telephony.picture import Leg


def _monitoring(seen: Seen, event: AmiEvent) -> list[Fact]:
    leg = seen.known(event)
    if leg is None:  # the link was cut while his phone was rung
        endpoint = endpoint_of(event.fields.get("Channel", ""))
        leg = leg_in(event, agent=seen.book.owner(endpoint) if endpoint else None)
        if leg.agent is not None:
            seen.picture.add(leg)
    return monitoring(leg, time_of(event))


def monitoring(leg: Leg, at: datetime) -> list[Fact]:
    """Return the fact that a supervisor stands beside a call, if the leg is one's."""
    mode = monitor_mode(leg.exten)
    if not leg.beside or leg.agent is None or mode is None:
        return []
    name = FactId(f"monitoring:{leg.leg}:{mode}:{at.timestamp()}")
    return [MonitorStarted(id=name, at=at, call=leg.call, by=leg.agent, leg=leg.leg, mode=mode)]


def ended(leg: LegId, call: CallId, by: AgentId, *, at: datetime) -> Fact:
    """Return the fact that a supervisor's leg is gone."""
    return MonitorEnded(id=FactId(f"monitor-ended:{leg}"), at=at, call=call, by=by, leg=leg)


SAID: dict[str, Reader] = {"TellerlineMonitoring": _monitoring}
"""What the dialplan says of a supervisor's leg."""
