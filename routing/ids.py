"""Identifiers. Each is opaque text; only its maker may take it apart.

A call is named by the linked id of the caller's channel and a leg by its channel's unique id;
Asterisk's `systemname` puts the node in front of both, so they are unique over all nodes.
"""

from typing import NewType

NodeId = NewType("NodeId", str)
CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
OfferId = NewType("OfferId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
PartyId = NewType("PartyId", str)
SkillId = NewType("SkillId", str)
ScheduleId = NewType("ScheduleId", str)
FlowId = NewType("FlowId", str)
FactId = NewType("FactId", str)
CommandId = NewType("CommandId", str)
