"""Which SIP endpoint is whose phone. Endpoint names are random and say nothing by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.ids import AgentId
from routing.terms import PhoneKind

TECHNOLOGY = "PJSIP/"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPhones:
    """The two endpoints of an agent."""

    agent: AgentId
    name: str
    browser: str
    desk: str
    always: PhoneKind | None = None
    """The phone that he works with unless he takes another: he has one without any shift."""

    def endpoint(self, kind: PhoneKind) -> str:
        """Return the endpoint of this kind."""
        return self.browser if kind is PhoneKind.BROWSER else self.desk


class EndpointBook:
    """All agents' endpoints, and which one each works with in this shift."""

    def __init__(self, phones: Iterable[AgentPhones] = ()) -> None:
        self._phones: dict[AgentId, AgentPhones] = {}
        self._owners: dict[str, AgentId] = {}
        self._active: dict[AgentId, str] = {}
        self.load(phones)

    def load(self, phones: Iterable[AgentPhones]) -> None:
        """Take over the agents' phones; who works with one keeps it in use."""
        self._phones = {entry.agent: entry for entry in phones}
        self._owners = {
            endpoint: entry.agent
            for entry in self._phones.values()
            for endpoint in (entry.browser, entry.desk)
        }
        for entry in self._phones.values():
            if entry.always is not None:
                self._active.setdefault(entry.agent, entry.endpoint(entry.always))

    def phones(self, agent: AgentId) -> AgentPhones:
        """Return an agent's phones. Raises KeyError for an unknown agent."""
        return self._phones[agent]

    def owner(self, endpoint: str) -> AgentId | None:
        """Return whose endpoint this is."""
        return self._owners.get(endpoint)

    def kind(self, endpoint: str) -> PhoneKind | None:
        """Return which of its owner's phones this is."""
        agent = self._owners.get(endpoint)
        if agent is None:
            return None
        is_browser = self._phones[agent].browser == endpoint
        return PhoneKind.BROWSER if is_browser else PhoneKind.DESK

    def activate(self, agent: AgentId, kind: PhoneKind) -> str:
        """Note which phone the agent works with; return its endpoint."""
        endpoint = self._phones[agent].endpoint(kind)
        self._active[agent] = endpoint
        return endpoint

    def active(self, agent: AgentId) -> str | None:
        """Return the endpoint the agent works with, or None before his shift."""
        return self._active.get(agent)

    def active_agent(self, device: str) -> AgentId | None:
        """Return the agent who works with this device (`PJSIP/<endpoint>`) now."""
        if not device.startswith(TECHNOLOGY):
            return None
        endpoint = device[len(TECHNOLOGY) :]
        agent = self._owners.get(endpoint)
        return agent if agent is not None and self._active.get(agent) == endpoint else None


def endpoint_of(channel: str) -> str | None:
    """Return the endpoint in a channel's name (`PJSIP/<endpoint>-<number>`), if it has one."""
    if not channel.startswith(TECHNOLOGY):
        return None
    name, dash, _ = channel[len(TECHNOLOGY) :].rpartition("-")
    return name if dash else None
