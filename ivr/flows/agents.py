"""Agents whom a flow names: by username as it is written, by id as routing knows them. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from ivr.flows.nodes import Flow, Node, Transfer
from routing.ids import AgentId


def with_agents(flow: Flow, agents: Mapping[str, AgentId]) -> Flow:
    """The flow with ids of agents. A name that is gone since stays as it is written, and means
    nobody: routing passes over it."""
    return replace(flow, nodes={name: _known(node, agents) for name, node in flow.nodes.items()})


def _known(node: Node, agents: Mapping[str, AgentId]) -> Node:
    if isinstance(node, Transfer) and node.agent is not None:
        return replace(node, agent=agents.get(node.agent, node.agent))
    return node
