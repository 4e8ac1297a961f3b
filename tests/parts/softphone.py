"""A telephone for tests that does what it is told: real SIP and RTP over UDP on the loopback.

Where sipp follows a script by the clock, this one waits for the test: `await phone.rings()`,
`call.answer()`, `call.hang_up()`, `call.mute_network()`. It serves as an agent's desk phone
(registers) and as a customer (calls in by the trunk).
"""

import asyncio
import secrets
import struct
from collections import deque
from contextlib import suppress
from typing import cast

from tests.parts.sip_message import (
    Dialog,
    SipMessage,
    digest,
    media_address,
    parse,
    reply_to,
    sdp,
    uri_in,
)

FRAME_SECONDS = 0.02
SILENCE = b"\xd5" * 160
"""20 ms of A-law silence."""
RTP_HEADER = 12
HEARD_FRAMES = 25
"""How much of what came is kept: half a second."""


class Audio(asyncio.DatagramProtocol):
    """One RTP stream: sends a frame 50 times a second, silence unless told; counts what comes."""

    def __init__(self) -> None:
        self.received = 0
        self.says = SILENCE
        """The frame that is sent."""
        self.heard: deque[bytes] = deque(maxlen=HEARD_FRAMES)
        """What came last, without its RTP headers."""
        self.target: tuple[str, int] | None = None
        self.sending = True
        self._called_at = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own UDP transport is no DatagramTransport by class (until Python 3.12)
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.received += 1
        self.heard.append(data[RTP_HEADER:])

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def start(self, target: tuple[str, int] | None) -> None:
        self.target = target or self.target
        if self._task is None and self.target is not None:
            self._task = asyncio.create_task(self._send())

    async def _send(self) -> None:
        sequence, ssrc = 1, secrets.randbits(32)
        while self._transport is not None and not self._transport.is_closing():
            if self.sending:
                header = struct.pack("!BBHII", 0x80, 8, sequence & 0xFFFF, sequence * 160, ssrc)
                self._transport.sendto(header + self.says, self.target)
            sequence += 1
            await asyncio.sleep(FRAME_SECONDS)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            self._transport.close()


class PhoneCall:
    """One call on a test phone, in either direction."""

    def __init__(
        self, phone: "Softphone", dialog: Dialog, audio: Audio, invite: SipMessage
    ) -> None:
        self.phone = phone
        self.dialog = dialog
        self.audio = audio
        self.invite = invite
        self.up = asyncio.Event()
        self.ended = asyncio.Event()
        self.end_reason = ""
        self._tag = secrets.token_hex(6)

    def header(self, name: str) -> str:
        """A header of the INVITE, such as X-Tellerline-Offer."""
        return self.invite.get(name)

    def reply(self, request: SipMessage, status: str, body: str = "") -> None:
        self.phone.send(
            reply_to(request, status, tag=self._tag, contact=self.phone.contact, body=body)
        )

    def ring(self) -> None:
        self.dialog.local += f";tag={self._tag}"
        self.reply(self.invite, "180 Ringing")

    def answer(self) -> None:
        self.reply(self.invite, "200 OK", sdp(self.phone.host, self.audio.port))
        self.audio.start(media_address(self.invite.body))

    def reject(self, status: str = "486 Busy Here") -> None:
        self.reply(self.invite, status)
        self.finish(status)

    def mute_network(self) -> None:
        """Send no audio any more, as a phone whose network is gone."""
        self.audio.sending = False

    def hang_up(self) -> None:
        if not self.ended.is_set():
            self.phone.send(self.request("BYE" if self.up.is_set() else "CANCEL"))
            self.finish("hung up here")

    def hold(self, *, mode: str = "sendonly") -> None:
        """The phone's own hold key: a re-INVITE (mode="sendrecv" takes it back)."""
        again = self.request("INVITE")
        offer = sdp(self.phone.host, self.audio.port, mode=mode)
        headers = (*again.headers, ("content-type", "application/sdp"))
        self.phone.send(SipMessage(again.start, headers, offer))

    def request(self, method: str, *, branch: str = "") -> SipMessage:
        if method == "CANCEL":
            return SipMessage(
                self.invite.start.replace("INVITE", "CANCEL", 1),
                tuple(
                    (k, v.replace("INVITE", "CANCEL"))
                    for k, v in self.invite.headers
                    if k in ("via", "from", "to", "call-id", "cseq", "max-forwards")
                ),
            )
        self.dialog.cseq += 0 if method == "ACK" else 1
        return SipMessage(
            f"{method} {self.dialog.target} SIP/2.0",
            (
                ("via", self.phone.via(branch)),
                ("max-forwards", "70"),
                ("from", self.dialog.local),
                ("to", self.dialog.remote),
                ("call-id", self.dialog.call_id),
                ("cseq", f"{self.dialog.cseq} {method}"),
                ("contact", f"<{self.phone.contact}>"),
            ),
        )

    def finish(self, reason: str) -> None:
        self.end_reason = self.end_reason or reason
        self.audio.close()
        self.ended.set()


class Softphone(asyncio.DatagramProtocol):
    """A phone on a free port; `user` is its endpoint's name, or a caller's number."""

    def __init__(self, server: tuple[str, int], user: str, secret: str = "") -> None:
        self.server = server
        self.user = user
        self.secret = secret
        self.host = server[0]
        self.calls: dict[str, PhoneCall] = {}
        self._incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._replies: dict[str, asyncio.Queue[SipMessage]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Softphone":
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self.host, 0)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        for call in list(self.calls.values()):
            call.hang_up()
        await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        if self._transport is not None:
            self._transport.close()

    @property
    def contact(self) -> str:
        assert self._transport is not None
        return f"sip:{self.user}@{self.host}:{self._transport.get_extra_info('sockname')[1]}"

    def via(self, branch: str = "") -> str:
        address = self.contact.partition("@")[2]
        return f"SIP/2.0/UDP {address};rport;branch={branch or 'z9hG4bK' + secrets.token_hex(8)}"

    def send(self, message: SipMessage) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encode(), self.server)

    async def register(self, *, expires: int = 300, port: int = 0) -> None:
        """Register this phone's contact (expires=0 takes it back); fails unless accepted.

        With `port` calls come to whoever listens there.
        """
        self._called_at = port
        call_id = secrets.token_hex(10)
        self._replies[call_id] = asyncio.Queue()
        uri = f"sip:{self.host}:{self.server[1]}"
        self.send(self._register(call_id, uri, 1, expires))
        reply = await self._reply(call_id)
        if reply.status == 401:
            challenge = reply.get("www-authenticate")
            answer = digest(
                challenge, method="REGISTER", uri=uri, user=self.user, secret=self.secret
            )
            self.send(self._register(call_id, uri, 2, expires, authorization=answer))
            reply = await self._reply(call_id)
        if reply.status != 200:
            raise ConnectionRefusedError(reply.start)

    async def rings(self, *, timeout: float = 10) -> PhoneCall:
        """The next incoming call, already ringing."""
        return await asyncio.wait_for(self._incoming.get(), timeout)

    async def call(self, number: str, *, caller_name: str = "") -> PhoneCall:
        """Dial `number`; the returned call is up when its `up` event is set."""
        call_id, uri = secrets.token_hex(10), f"sip:{number}@{self.host}:{self.server[1]}"
        local = f'"{caller_name}" <{uri.replace(number, self.user, 1)}>;tag={secrets.token_hex(6)}'
        audio = await self._audio()
        headers = (
            ("via", self.via()),
            ("max-forwards", "70"),
            ("from", local),
            ("to", f"<{uri}>"),
            ("call-id", call_id),
            ("cseq", "100 INVITE"),
            ("contact", f"<{self.contact}>"),
            ("content-type", "application/sdp"),
        )
        invite = SipMessage(f"INVITE {uri} SIP/2.0", headers, sdp(self.host, audio.port))
        call = PhoneCall(self, Dialog(call_id, local, f"<{uri}>", uri), audio, invite)
        self.calls[call_id] = call
        self.send(invite)
        return call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        return None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data)
        call = self.calls.get(message.get("call-id"))
        if message.status is not None:
            self._on_reply(message, call)
        elif message.method == "INVITE" and call is None:
            task = asyncio.create_task(self._on_invite(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif message.method != "ACK":
            self._on_request(message, call)
        elif call is not None:
            call.up.set()

    async def _on_invite(self, message: SipMessage) -> None:
        dialog = Dialog(
            call_id=message.get("call-id"),
            local=message.get("to"),
            remote=message.get("from"),
            target=uri_in(message.get("contact")),
        )
        call = PhoneCall(self, dialog, await self._audio(), message)
        if self.calls.setdefault(dialog.call_id, call) is not call:
            return call.audio.close()  # a retransmission came while the audio socket was made
        call.ring()
        await self._incoming.put(call)
        return None

    def _on_request(self, message: SipMessage, call: PhoneCall | None) -> None:
        if call is None:
            known = message.method == "OPTIONS"
            status = "200 OK" if known else "481 Call/Transaction Does Not Exist"
            self.send(reply_to(message, status, tag="none", contact=self.contact))
        elif message.method == "INVITE":
            body = sdp(self.host, call.audio.port)
            call.reply(message, "200 OK" if call.up.is_set() else "180 Ringing", body)
        else:
            call.reply(message, "200 OK")
            if message.method == "CANCEL":
                call.reply(call.invite, "487 Request Terminated")
            if message.method in ("CANCEL", "BYE"):
                call.finish(f"{message.method} {message.get('reason')}".strip())

    def _on_reply(self, message: SipMessage, call: PhoneCall | None) -> None:
        waiting = self._replies.get(message.get("call-id"))
        if waiting is not None:
            waiting.put_nowait(message)
        if call is None or message.method != "INVITE" or (message.status or 0) < 200:
            return
        call.dialog.remote = message.get("to")
        if message.status == 200:
            call.dialog.target = uri_in(message.get("contact"))
            self.send(call.request("ACK"))
            if call.ended.is_set():  # our CANCEL and their 200 have crossed
                self.send(call.request("BYE"))
                return
            call.audio.start(media_address(message.body))
            call.up.set()
            return
        branch = call.invite.get("via").partition("branch=")[2]
        self.send(call.request("ACK", branch=branch))
        call.finish(message.start)

    async def _audio(self) -> Audio:
        loop = asyncio.get_running_loop()
        _, audio = await loop.create_datagram_endpoint(Audio, local_addr=(self.host, 0))
        return audio

    async def _reply(self, call_id: str) -> SipMessage:
        while True:
            message = await asyncio.wait_for(self._replies[call_id].get(), 5)
            if (message.status or 0) >= 200:
                return message

    def _register(
        self, call_id: str, uri: str, cseq: int, expires: int, *, authorization: str = ""
    ) -> SipMessage:
        me = f"<sip:{self.user}@{self.host}>"
        headers = [
            ("via", self.via()),
            ("max-forwards", "70"),
            ("from", f"{me};tag=r{call_id[:6]}"),
        ]
        headers += [("to", me), ("call-id", call_id), ("cseq", f"{cseq} REGISTER")]
        contact = self.contact
        if self._called_at:
            contact = f"sip:{self.user}@{self.host}:{self._called_at}"
        headers += [("contact", f"<{contact}>"), ("expires", str(expires))]
        headers += [("authorization", authorization)] if authorization else []
        return SipMessage(f"REGISTER {uri} SIP/2.0", tuple(headers))


async def gone(call: PhoneCall, *, timeout: float = 10) -> str:
    """Wait for the call's end; how it ended."""
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(call.ended.wait(), timeout)
    return call.end_reason
