"""Whether an agent can take a call now, and if not, why."""

from routing.engine.records import Agent
from routing.terms import Activity, Availability, PassedOver, PhoneState


def hindrance(agent: Agent) -> PassedOver | None:
    """Return why the agent can take no call now, or None if he can."""
    if not agent.on_shift or agent.availability is Availability.OFFLINE:
        return PassedOver.OFFLINE
    busy = _BUSY.get(agent.activity)
    if busy is not None:
        return busy
    if agent.availability is Availability.NOT_READY:
        return PassedOver.NOT_READY
    if not agent.console:
        return PassedOver.CONSOLE_LOST
    return _PHONES.get(agent.phone_state)


_BUSY = {
    Activity.RINGING: PassedOver.RINGING,
    Activity.ON_CALL: PassedOver.ON_CALL,
    Activity.ON_HOLD: PassedOver.ON_CALL,
    Activity.WRAP_UP: PassedOver.WRAP_UP,
    Activity.NOT_RESPONDING: PassedOver.NOT_RESPONDING,
}
_PHONES = {
    PhoneState.UNREACHABLE: PassedOver.PHONE_UNREACHABLE,
    PhoneState.IN_USE: PassedOver.PHONE_IN_USE,
}
