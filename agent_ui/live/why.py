"""Why a call rings here, as the console tells it: sentences as codes with values. Pure.

Employees stand by their names, for those are the same in every language; queues and skills by
their codes, which the page names in the reader's own.
"""

from collections.abc import Callable

from agent_ui.explaining import Said, Value, explain, keyed
from agent_ui.live.patch import Document
from crm_core.cards.way import way_of
from routing.ids import AgentId
from routing.notices import CallView

Name = Callable[[AgentId], str]
_PEOPLE = frozenset({"agent", "agents"})


def why_here(agent: AgentId, call: CallView, name: Name) -> Document | None:
    """How it was decided that this agent is rung: of the call, its steps and his last offer."""
    told = explain(way_of(call))
    offer = next((one for one in reversed(told.offers) if one.agent == agent), None)
    if offer is None:
        return None
    return {
        "facts": [_said(one, name) for one in (*told.facts, *offer.facts)],
        "steps": [
            {"who": _said(step.who, name), "opens": _said(step.opens, name)} for step in told.steps
        ],
    }


def keyed_here(call: CallView) -> list[Document]:
    """What the caller did at his keypad before; empty if he was never there."""
    told = keyed(call.self_service, call.service_end)
    return [{"code": one.code, "values": _plain(one)} for one in told]


def _plain(said: Said) -> Document:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in said.values.items()
    }


def _said(said: Said, name: Name) -> Document:
    return {
        "code": said.code,
        "values": {key: _value(key, value, name) for key, value in said.values.items()},
    }


def _value(key: str, value: Value, name: Name) -> str | list[str]:
    if isinstance(value, tuple):
        return [name(AgentId(one)) if key in _PEOPLE else one for one in value]
    return name(AgentId(value)) if key in _PEOPLE else value
