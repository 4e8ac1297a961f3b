"""Who may open a live screen, and when it is taken away from him."""

import dataclasses
import json
from datetime import timedelta

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from agent_ui.options import LiveOptions
from tests.agent_ui.centre import ORIGIN
from tests.agent_ui.live.tab import Floor, Tab

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "http://desk.test.evil.example", "http://desk.test:81"],
)
async def test_a_socket_from_another_page_is_refused(floor: Floor, origin: str | None) -> None:
    ticket = await floor.ticket(await floor.token("anna"))
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{floor.url}?ticket={ticket}", origin=origin)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403
    tab = Tab(await connect(f"{floor.url}?ticket={ticket}", origin=ORIGIN))  # type: ignore[arg-type]
    async with tab:  # the refused one has not used the ticket up
        await tab.until(lambda state: "me" in state)


async def test_two_origins_are_no_origin(floor: Floor) -> None:
    ticket = await floor.ticket(await floor.token("anna"))
    headers = [("Origin", ORIGIN), ("Origin", "https://evil.example")]
    with pytest.raises(InvalidStatus):
        await connect(f"{floor.url}?ticket={ticket}", additional_headers=headers)


async def test_another_path_is_not_there(floor: Floor) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(floor.url + "/other", origin=ORIGIN)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 404


async def close_code(url: str) -> int | None:
    async with connect(url, origin=ORIGIN) as connection:  # type: ignore[arg-type]
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        return connection.close_code


@pytest.mark.parametrize("query", ["", "?ticket=", "?ticket=none", "?ticket=a&ticket=b", "?a=b"])
async def test_no_seat_without_a_ticket(floor: Floor, query: str) -> None:
    assert await close_code(floor.url + query) == 4003


async def test_an_endless_ticket_is_refused(floor: Floor) -> None:
    assert await close_code(f"{floor.url}?ticket={'a' * 4000}") == 4003


async def test_a_ticket_is_good_once(floor: Floor) -> None:
    ticket = await floor.ticket(await floor.token("anna"))
    tab = Tab(await connect(f"{floor.url}?ticket={ticket}", origin=ORIGIN))  # type: ignore[arg-type]
    async with tab:
        await tab.until(lambda state: "me" in state)
        assert await close_code(f"{floor.url}?ticket={ticket}") == 4003


async def test_a_late_ticket_is_refused(floor: Floor) -> None:
    ticket = await floor.ticket(await floor.token("anna"))
    floor.centre.wait(60)
    assert await close_code(f"{floor.url}?ticket={ticket}") == 4003


async def test_a_revoked_session_is_closed(floor: Floor) -> None:
    async with await floor.tab("anna") as anna, await floor.tab("boris") as boris:
        await floor.centre.sign_in.revoke(floor.centre.id("anna"), by="test", reason="left")
        await floor.live.server.check_sessions()
        assert await anna.closed() == 4001
        assert (await boris.command("phone.restarted"))["ok"]


async def test_signing_out_closes_at_once(floor: Floor) -> None:
    token = await floor.token("anna")
    session = await floor.centre.sign_in.session(token)
    async with await floor.tab("anna", token=token) as tab:
        floor.live.hub.signed_out(session.session_id)
        assert await tab.closed() == 4001


async def test_a_call_on_the_screen_keeps_the_session(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        await floor.live.server.check_sessions()  # the shift was a command
        floor.centre.ring()
        floor.centre.answer()
        for _ in range(4):
            floor.centre.house.now += HOUR
            await floor.live.server.check_sessions()
        assert (await tab.command("phone.restarted"))["ok"]


async def test_an_unused_session_ends(floor: Floor) -> None:
    async with await floor.tab("anna") as tab:
        for _ in range(3):
            floor.centre.house.now += HOUR
            await floor.live.server.check_sessions()
        assert await tab.closed() == 4001


async def test_another_browser_takes_over(floor: Floor) -> None:
    async with await floor.tab("anna") as first, await floor.tab("anna") as second:
        assert await first.closed() == 4002
        assert (await second.command("phone.restarted"))["ok"]


class TestSeats:
    @pytest.fixture
    def options(self, options: LiveOptions) -> LiveOptions:
        return dataclasses.replace(options, seats_per_employee=2)

    async def test_the_oldest_tab_over_the_limit_goes(self, floor: Floor) -> None:
        token = await floor.token("anna")
        tabs = [await floor.tab("anna", token=token) for _ in range(3)]
        assert await tabs[0].closed() == 4002
        for tab in tabs[1:]:
            assert (await tab.command("phone.restarted"))["ok"]
            await tab.close()


class TestBadMessages:
    @pytest.fixture
    def options(self, options: LiveOptions) -> LiveOptions:
        return dataclasses.replace(options, messages_per_second=1, messages_burst=50)

    @pytest.mark.parametrize(
        "frame",
        [
            "",
            "{",
            "[]",
            "null",
            b"{}",
            '{"type":"delta"}',
            '{"type":"ping"}',
            '{"type":"ping","id":1,"more":1}',
            '{"type":"command","id":"x","name":"shift.end"}',
            '{"type":"command","id":"00000000-0000-0000","name":"shift.end","args":[]}',
            "[" * 20_000,
            '{"type":"command","id":"\\ud800\\ud800\\ud800\\ud800","name":"a"}',
        ],
    )
    async def test_what_is_no_message_ends_the_connection(
        self, floor: Floor, frame: str | bytes
    ) -> None:
        async with await floor.tab("anna") as anna, await floor.tab("boris") as boris:
            await anna.connection.send(frame)
            assert await anna.closed() == 1008
            assert (await boris.command("phone.restarted"))["ok"]

    async def test_an_oversize_frame_ends_the_connection(self, floor: Floor) -> None:
        async with await floor.tab("anna") as tab:
            await tab.send({"type": "ping", "id": 1, "pad": "x" * 70_000})
            assert await tab.closed() == 1009

    async def test_an_oversize_message_in_fragments_too(self, floor: Floor) -> None:
        async with await floor.tab("anna") as tab:
            await tab.connection.send(["x" * 10_000] * 10)
            assert await tab.closed() == 1009

    async def test_a_flood_is_cut(self, floor: Floor) -> None:
        async with await floor.tab("anna") as anna, await floor.tab("boris") as boris:
            for number in range(60):
                await anna.send({"type": "ping", "id": number})
            assert await anna.closed() == 1008
            await boris.send({"type": "ping", "id": 7})
            assert (await boris.message("pong"))["id"] == 7


async def test_a_gap_is_filled_by_a_snapshot(floor: Floor) -> None:
    async with await floor.tab("anna") as tab:
        await tab.send({"type": "snapshot"})
        await tab.send({"type": "ping", "id": 1})
        await tab.message("pong")
    hellos = [one for one in tab.heard if one["type"] == "hello"]
    assert json.dumps(hellos[0]["state"]) == json.dumps(hellos[1]["state"])
