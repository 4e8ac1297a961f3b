"""Results are kept so that a command takes effect once, also while it still runs."""

import asyncio

import pytest

from agent_ui.live.ledger import Ledger, Result
from routing.ids import AgentId

ANNA, BORIS = AgentId("anna"), AgentId("boris")


class Counted:
    """Work that counts how often it ran and waits until it may end."""

    def __init__(self, **result: object) -> None:
        self.runs = 0
        self.result: Result = {"ok": True} | result
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Result:
        self.runs += 1
        await self.gate.wait()
        return self.result | {"run": self.runs}


async def test_a_command_runs_once() -> None:
    ledger, work = Ledger(), Counted()
    results = [await ledger.once(ANNA, "1", work=work) for _ in range(3)]
    assert work.runs == 1
    assert results[0] == results[1] == results[2]


async def test_while_it_runs_a_second_one_waits_for_it() -> None:
    ledger, work = Ledger(), Counted()
    work.gate.clear()
    tasks = [asyncio.create_task(ledger.once(ANNA, "1", work=work)) for _ in range(3)]
    await asyncio.sleep(0)
    work.gate.set()
    results = await asyncio.gather(*tasks)
    assert work.runs == 1
    assert results[0] == results[1] == results[2]


async def test_a_waiting_tab_that_goes_does_not_stop_the_command() -> None:
    ledger, work = Ledger(), Counted()
    work.gate.clear()
    first = asyncio.create_task(ledger.once(ANNA, "1", work=work))
    await asyncio.sleep(0)
    second = asyncio.create_task(ledger.once(ANNA, "1", work=work))
    await asyncio.sleep(0)
    second.cancel()
    work.gate.set()
    assert (await first)["run"] == 1


async def test_a_tab_that_goes_in_the_middle_frees_the_id() -> None:
    ledger, work = Ledger(), Counted()
    work.gate.clear()
    first = asyncio.create_task(ledger.once(ANNA, "1", work=work))
    await asyncio.sleep(0)
    second = asyncio.create_task(ledger.once(ANNA, "1", work=work))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second)["code"] == "interrupted"
    work.gate.set()
    assert (await ledger.once(ANNA, "1", work=work))["ok"]


async def test_employees_do_not_share_ids() -> None:
    ledger, work = Ledger(), Counted()
    await ledger.once(ANNA, "1", work=work)
    await ledger.once(BORIS, "1", work=work)
    assert work.runs == 2


@pytest.mark.parametrize("code", ["unavailable", "interrupted"])
async def test_what_passes_by_itself_may_be_tried_again(code: str) -> None:
    ledger, work = Ledger(), Counted(ok=False, code=code)
    await ledger.once(ANNA, "1", work=work)
    await ledger.once(ANNA, "1", work=work)
    assert work.runs == 2


async def test_only_so_many_are_kept() -> None:
    ledger, work = Ledger(kept=2), Counted()
    for command in ("1", "2", "3", "3", "2", "1"):
        await ledger.once(ANNA, command, work=work)
    assert work.runs == 4
