"""When routing hears of consoles that come and go."""

import dataclasses

import pytest

from agent_ui.options import LiveOptions
from routing.facts import ConsoleConnected, ConsoleLost
from tests.agent_ui.live.tab import Floor


class TestWithoutGrace:
    @pytest.fixture
    def options(self, options: LiveOptions) -> LiveOptions:
        return dataclasses.replace(options, console_grace=0.02)

    async def test_the_first_tab_and_the_last_one_count(self, floor: Floor) -> None:
        token = await floor.token("anna")
        one = await floor.tab("anna", token=token)
        other = await floor.tab("anna", token=token)
        assert len(floor.facts(ConsoleConnected)) == 1
        await one.close()
        reloaded = await floor.tab("anna", token=token)
        await other.close()
        assert not floor.facts(ConsoleLost)
        await reloaded.close()
        lost = await floor.told(ConsoleLost)
        assert [fact.agent for fact in lost] == [floor.centre.id("anna")]
        async with await floor.tab("anna", token=token):
            assert len(floor.facts(ConsoleConnected)) == 2

    async def test_who_was_here_before_a_restart_and_does_not_come_is_lost(
        self, floor: Floor
    ) -> None:
        async with await floor.tab("anna"):
            floor.live.hub.expect(floor.centre.id("anna"))
            floor.live.hub.expect(floor.centre.id("boris"))
            lost = await floor.told(ConsoleLost)
            assert [fact.agent for fact in lost] == [floor.centre.id("boris")]


async def test_a_reload_is_no_event(floor: Floor) -> None:
    token = await floor.token("anna")
    for _ in range(3):
        await (await floor.tab("anna", token=token)).close()
    async with await floor.tab("anna", token=token):
        assert len(floor.facts(ConsoleConnected)) == 1
        assert not floor.facts(ConsoleLost)


async def test_a_board_is_no_console(floor: Floor) -> None:
    async with await floor.tab("sofia"):
        assert not floor.facts(ConsoleConnected)
