"""A hundred callers and twenty agents, all of them sipp; sipp and Asterisk are the judges."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import yaml

from config.pbx import process as pbx_process
from config.pbx.addresses import free_ports
from routing.ids import QueueId
from tests.parts import cel
from tests.parts.crowd import bring_to_work, hire_crowd
from tests.parts.product import Product
from tests.parts.sipp import Caller, DeskPhone, calling, desk_phone
from tests.scenarios.conftest import STRANGER

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(300)]

AGENTS, CALLERS = 20, 100
ANSWER_AFTER, TALK = 0.5, 3.0


async def test_each_caller_gets_one_agent_and_each_agent_one_caller_at_a_time(
    fresh_product: Product, tmp_path: Path
) -> None:
    product = fresh_product
    crowd = await hire_crowd(product, AGENTS, QueueId("service"))
    no_paperwork(product)
    await asyncio.to_thread(product.stop)
    await asyncio.to_thread(product.start)
    cel.switch_on(product.pbx, lambda line: pbx_process.console(product.binary, product.pbx, line))
    port = free_ports().sip
    phones = DeskPhone(answer_after=ANSWER_AFTER, talk=TALK, calls=CALLERS)
    callers = Caller(number=STRANGER, dialled="4000", talk=120, calls=CALLERS, rate=25)
    async with AsyncExitStack() as stack:
        await bring_to_work(product, crowd, stack, port=port)
        with (
            desk_phone(product.pbx, phones, tmp_path, port=port) as answering,
            calling(product.pbx, callers, tmp_path) as ringing,
        ):
            assert await asyncio.to_thread(ringing.wait) == 0, "a caller's call went wrong"
            assert await asyncio.to_thread(answering.wait) == 0, "a phone's call went wrong"
    talks = talks_of(cel.read(product.pbx))
    assert len(talks) == CALLERS
    assert len({call for _, call, _, _ in talks}) == CALLERS, "somebody talked to two agents"
    endpoints = {one.desk_endpoint for one in crowd}
    assert {agent for agent, _, _, _ in talks} == endpoints, "somebody had nothing to do"
    assert nobody_talked_twice_at_once(talks)


def no_paperwork(product: Product) -> None:
    """Nobody writes cards here: let agents be free at once."""
    path = product.state / "config" / "queues.yaml"
    plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    for queue in plan["queues"]:
        queue["wrap_up"] = "none"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")


Talk = tuple[str, str, float, float]
"""The agent's endpoint, the call, from when until when (seconds since 1970)."""


def talks_of(seen: list[cel.Seen]) -> list[Talk]:
    """The agents' stays in bridges; the customers are anonymous to the trunk."""
    began: dict[str, cel.Seen] = {}
    talks = []
    for one in seen:
        agent = one.channel.removeprefix("PJSIP/").rpartition("-")[0]
        if not agent.startswith("d"):
            continue
        if one.event == "BRIDGE_ENTER":
            began[one.channel] = one
        elif one.event == "BRIDGE_EXIT":
            talks.append((agent, one.call, began.pop(one.channel).at, one.at))
    assert not began, "a talk has no end"
    return talks


def nobody_talked_twice_at_once(talks: list[Talk]) -> bool:
    ended: dict[str, float] = {}
    for agent, _, start, end in sorted(talks, key=lambda talk: talk[2]):
        if start < ended.get(agent, 0.0):
            return False
        ended[agent] = end
    return True
