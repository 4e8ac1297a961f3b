"""All nodes together, as routing sees telephony: commands go to the node that holds the call."""

import asyncio
from collections.abc import Sequence

from routing.commands import CallCommand
from routing.ids import CallId, NodeId
from telephony.node import AsteriskNode


class Exchange:
    """Implements `routing.ports.Telephony` over one or more nodes."""

    def __init__(self) -> None:
        self._nodes: dict[NodeId, AsteriskNode] = {}

    def connect(self, nodes: Sequence[AsteriskNode]) -> None:
        """Use these nodes."""
        self._nodes = {node.node: node for node in nodes}

    def nodes(self) -> tuple[AsteriskNode, ...]:
        """Return all nodes."""
        return tuple(self._nodes.values())

    def carry_out(self, command: CallCommand) -> None:
        """Hand the command to its node. Raises KeyError for a node that is not ours."""
        self._nodes[command.node].carry_out(command)

    async def digits(self, node: NodeId, call: CallId, digits: str) -> None:
        """Play DTMF to a customer."""
        await self._nodes[node].digits(call, digits)

    async def run(self) -> None:
        """Serve all nodes until cancelled."""
        async with asyncio.TaskGroup() as group:
            for node in self._nodes.values():
                group.create_task(node.run())
