"""Prometheus metrics of the parts, read from their own counters when somebody asks."""

from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.self_service import Keypads
from crm_core.cards import CardProjection
from routing.loop import RoutingLoop
from telephony.exchange import Exchange


class Measured(Protocol):
    """What the collector reads."""

    registry: CollectorRegistry
    loop: RoutingLoop
    projection: CardProjection
    exchange: Exchange
    keypads: Keypads


class _Parts(Collector):
    def __init__(self, parts: Measured) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        yield from self._routing()
        yield from self._cards()
        yield from self._nodes()
        yield self._pins()

    def _routing(self) -> Iterator[Metric]:
        engine = self._parts.loop.engine
        calls = GaugeMetricFamily("tellerline_calls", "Calls known, by state", labels=["state"])
        agents = GaugeMetricFamily(
            "tellerline_agents", "Agents on shift, by activity", labels=["activity"]
        )
        for family, values in (
            (calls, [str(call.state) for call in engine.calls()]),
            (agents, [str(a.activity) for a in engine.agents() if a.on_shift]),
        ):
            for value in sorted(set(values)):
                family.add_metric([value], values.count(value))
        yield calls
        yield agents
        yield CounterMetricFamily(
            "tellerline_routing_defects",
            "Facts, commands or notices that something could not take",
            value=self._parts.loop.defects,
        )

    def _cards(self) -> Iterator[Metric]:
        counts = self._parts.projection.counts
        yield CounterMetricFamily("tellerline_cards_written", "Card rows", value=counts.cards)
        yield CounterMetricFamily(
            "tellerline_cards_refused", "Cards SQL would not take", value=counts.refused
        )
        yield GaugeMetricFamily(
            "tellerline_cards_away", "1 while SQL does not answer", value=int(counts.away)
        )

    def _nodes(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("tellerline_node_synced", "Offers are possible", labels=["node"])
        resyncs = CounterMetricFamily("tellerline_resyncs", "Snapshots taken in", labels=["node"])
        repairs = CounterMetricFamily(
            "tellerline_repairs", "Differences found between picture and node", labels=["node"]
        )
        commands = CounterMetricFamily(
            "tellerline_commands", "Commands by kind and outcome", labels=["node", "command"]
        )
        for node in self._parts.exchange.nodes():
            up.add_metric([node.node], int(node.is_synced))
            resyncs.add_metric([node.node], node.counters.resyncs)
            repairs.add_metric([node.node], node.counters.repairs)
            for name, count in sorted(node.outcomes.items()):
                commands.add_metric([node.node, name], count)
        yield from (up, resyncs, repairs, commands)

    def _pins(self) -> Metric:
        tries = CounterMetricFamily(
            "tellerline_pin_tries",
            "PINs keyed by callers, by what came of them",
            labels=["outcome"],
        )
        for outcome, count in sorted(self._parts.keypads.pin_tries.items()):
            tries.add_metric([outcome], count)
        return tries


def register_metrics(parts: Measured) -> None:
    """Let the registry ask the parts."""
    parts.registry.register(_Parts(parts))
