"""The websocket server: who may connect, for how long, and how his messages reach the commands.

Owns sockets, tasks and close codes. Rules: the Origin must be on the list before anything is
read; a ticket is good once; a frame over the limit ends the connection; a session that is over
ends all its connections; a client that floods is cut. No exception of one client reaches another.
"""

import asyncio
from urllib.parse import parse_qs, urlsplit

import structlog
from pydantic import ValidationError
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from agent_ui.errors import BadRequest, where
from agent_ui.live.commands import Commands
from agent_ui.live.enrich import Enricher
from agent_ui.live.hub import BAD_TICKET, Hub
from agent_ui.live.messages import INBOUND, Command, Ping, Snapshot
from agent_ui.live.pace import Pace
from agent_ui.live.patch import Document
from agent_ui.live.seats import Delivery, Seat
from agent_ui.options import LiveOptions
from crm_core.errors import StorageAway
from crm_core.staff.permissions import Permission, may
from crm_core.staff.signin import SessionExpired, SignedIn, SignIn

log = structlog.get_logger(__name__)

PATH = "/live"
BAD_MESSAGE = 1008
AWAY = 1013


class LiveServer:
    """Serves the live screens until stopped. `run` owns every task."""

    def __init__(
        self,
        *,
        hub: Hub,
        delivery: Delivery,
        commands: Commands,
        enricher: Enricher,
        sign_in: SignIn,
        options: LiveOptions,
    ) -> None:
        self._hub = hub
        self._delivery = delivery
        self._commands = commands
        self._enricher = enricher
        self._sign_in = sign_in
        self._options = options
        self._closing: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self.listening = asyncio.Event()
        """Set once the port is open."""

    @property
    def port(self) -> int:
        """The port that is listened on; of use when the system chose it."""
        if self._server is None:
            raise RuntimeError("not listening")
        return int(self._server.sockets[0].getsockname()[1])

    async def run(self) -> None:
        """Serve until cancelled; open connections are then closed as going away."""
        self._hub.close_seat = self._close_seat
        self._hub.wanted = self._enricher.want
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._enricher.run())
                tasks.create_task(self._watch_sessions())
                tasks.create_task(self._keep_figures())
                await self._serve()
        finally:
            self._hub.close()

    async def _serve(self) -> None:
        options = self._options
        async with serve(
            self._handle,
            options.host,
            options.port,
            process_request=self._admit,
            compression=None,
            server_header=None,
            max_size=options.max_frame_bytes,
            max_queue=16,
            open_timeout=5,
            ping_interval=options.ping_interval,
            ping_timeout=options.ping_timeout,
            close_timeout=options.close_timeout,
        ) as self._server:
            self.listening.set()
            await self._server.serve_forever()

    # ── One connection ──────────────────────────────────────────────────────────────────────

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        origins = request.headers.get_all("Origin")
        if len(origins) != 1 or origins[0] not in self._options.origins:
            log.warning("live.origin_refused")
            return connection.respond(403, "Origin refused\n")
        if urlsplit(request.path).path != PATH:
            return connection.respond(404, "Not found\n")
        return None

    async def _handle(self, connection: ServerConnection) -> None:
        try:
            signed_in = await self._redeem(connection)
        except SessionExpired:
            await connection.close(BAD_TICKET, "bad ticket")
            return
        except StorageAway:
            await connection.close(AWAY, "try again later")
            return
        await self._seat(connection, signed_in)

    async def _redeem(self, connection: ServerConnection) -> SignedIn:
        query = urlsplit(connection.request.path if connection.request else "").query
        tickets = parse_qs(query, max_num_fields=4).get("ticket", [])
        if len(tickets) != 1 or len(tickets[0]) > 256:
            raise SessionExpired
        return await self._sign_in.redeem_ticket(tickets[0])

    async def _seat(self, connection: ServerConnection, signed_in: SignedIn) -> None:
        employee = signed_in.employee
        seat = Seat(
            connection=connection,
            employee=employee,
            session_id=signed_in.session_id,
            since=asyncio.get_running_loop().time(),
        )
        board = not may(employee.role, Permission.TAKE_CALLS)
        self._hub.join(seat, board=board)
        log.info("live.joined", agent=employee.id)
        try:
            await self._listen(seat)
        except ConnectionClosed:
            pass
        finally:
            self._hub.leave(seat)
            log.info("live.left", agent=employee.id, code=connection.close_code)

    async def _listen(self, seat: Seat) -> None:
        loop = asyncio.get_running_loop()
        pace = Pace(
            rate=self._options.messages_per_second,
            burst=self._options.messages_burst,
            now=loop.time(),
        )
        async for raw in seat.connection:
            if not pace.allows(loop.time()):
                await seat.connection.close(BAD_MESSAGE, "too many messages")
                return
            try:
                answer = await self._answer(seat, raw)
            except BadRequest:
                await seat.connection.close(BAD_MESSAGE, "bad message")
                return
            if answer is not None:
                self._delivery.message([seat], answer)

    async def _answer(self, seat: Seat, raw: str | bytes) -> Document | None:
        message = _read(raw)
        if isinstance(message, Ping):
            return {"type": "pong", "id": message.id, "now": self._hub.now()}
        if not isinstance(message, Command):
            self._hub.snapshot(seat)
            return None
        seat.used = True
        try:
            return await self._commands.run(seat.employee, message)
        except Exception as error:  # noqa: BLE001 - one client's bad luck must not end his screen
            log.error(
                "live.command_failed",
                agent=seat.employee.id,
                command=message.name,
                error=type(error).__name__,
                where=where(error),
            )
            return {"type": "result", "id": message.id, "ok": False, "code": "internal"}

    # ── All connections ─────────────────────────────────────────────────────────────────────

    def _close_seat(self, seat: Seat, code: int) -> None:
        task = asyncio.get_running_loop().create_task(seat.connection.close(code))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _watch_sessions(self) -> None:
        while True:
            await asyncio.sleep(self._options.session_check_interval)
            await self.check_sessions()

    async def _keep_figures(self) -> None:
        while True:
            await asyncio.sleep(self._options.figures_interval)
            self._hub.time_passes()

    async def check_sessions(self) -> None:
        """Close what belongs to sessions that are over. With SQL away, screens stay."""
        for session_id, used in self._hub.sessions().items():
            try:
                if not await self._stands(session_id, used):
                    self._hub.signed_out(session_id)
            except StorageAway:
                log.warning("live.session_check_unavailable")
                return

    async def _stands(self, session_id: str, used: bool) -> bool:
        """Whether the session still stands; one that is used does not go idle."""
        if not used:
            return await self._sign_in.still_valid(session_id)
        try:
            await self._sign_in.touch(session_id)
        except SessionExpired:
            return False
        return True


def _read(raw: str | bytes) -> Command | Ping | Snapshot:
    if isinstance(raw, bytes):
        raise BadRequest("binary")
    try:
        return INBOUND.validate_json(raw)
    except ValidationError:
        raise BadRequest("bad_message") from None
