"""The phones of all nodes as pages show them: telephony's states with their owners' names."""

from agent_ui.ports import Extension
from telephony.endpoints import EndpointBook
from telephony.exchange import Exchange


def extensions_of(exchange: Exchange, book: EndpointBook) -> list[Extension]:
    """All phones that any node has told of, as they stand now."""
    return [
        Extension(
            node=node.node,
            endpoint=one.endpoint,
            state=one.state.value,
            since=one.since,
            agent=(agent := book.owner(one.endpoint)),
            name=book.phones(agent).name if agent is not None else "",
            phone=book.kind(one.endpoint),
        )
        for node in exchange.nodes()
        for one in node.extensions.all()
    ]
