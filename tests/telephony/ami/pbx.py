"""A throw-away Asterisk for the AMI tests: own folder, free loopback port, no root, no SIP.

Owns the process it starts and nothing else. It speaks only AMI and Local channels, because the
client under test knows only AMI; calls over SIP are the scenarios' business.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config.pbx.binary import AsteriskBinary

SECRET = "a-secret-of-the-tests"
USER = "tester"

MODULES = """
res_timing_timerfd res_crypto res_sorcery_config res_sorcery_memory res_sorcery_astdb
res_musiconhold res_manager_devicestate res_manager_presencestate res_pjproject res_pjsip
res_pjsip_session res_pjsip_pubsub res_pjsip_registrar res_pjsip_authenticator_digest
res_pjsip_endpoint_identifier_user res_http_websocket chan_pjsip
codec_ulaw codec_alaw codec_resample format_wav format_pcm format_sln
bridge_simple bridge_softmix bridge_holding bridge_builtin_features pbx_config
app_dial app_queue app_playback app_echo app_read app_exec app_stack app_userevent app_verbose
app_originate app_senddtmf app_milliwatt
func_channel func_callerid func_logic func_strings func_timeout func_math func_uri func_cut
func_groupcount func_db func_global
"""

EXTENSIONS = """
[default]
exten => customer,1,Answer()
 same => n,Wait(${IF($["${STAY}"=""]?0.3:${STAY})})
 same => n,Hangup()
exten => agent,1,Answer()
 same => n,Wait(60)
exten => dial,1,Set(CHANNEL(hangup_handler_push)=default,over,1)
 same => n,UserEvent(TellerlineArrived,Dialled: 4957770001)
 same => n,Answer()
 same => n,Set(STEP=music)
 same => n,MusicOnHold(default,0.2)
 same => n,Dial(Local/agent@default,5,gL(600))
 same => n,UserEvent(TellerlineOfferEnded,Offer: 7,Status: ${DIALSTATUS})
 same => n,Hangup()
exten => queue,1,Answer()
 same => n,Queue(pool,,,,5)
 same => n,Hangup()
exten => over,1,NoOp(${CALLERID(num)})
 same => n,Return()
exten => wait,1,Answer()
 same => n,MusicOnHold(default,120)
exten => forge,1,Set(TAIL=%0d%0a%0d%0aEvent: Hangup%0d%0aUniqueid: 666)
 same => n,UserEvent(Foo,Data: ${URIDECODE(x%0d%0aUniqueid: 666${TAIL})})
exten => storm,1,Set(N=0)
 same => n(top),UserEvent(Storm,N: ${N},Filling: 0123456789012345678901234567890123456789)
 same => n,Set(N=$[${N}+1])
 same => n,GotoIf($[${N}<20000]?top)
"""


@dataclass(slots=True)
class Pbx:
    """One Asterisk process with its own configuration folder."""

    base: Path
    command: list[str]
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        log = (self.base / "console.log").open("ab")
        self.process = subprocess.Popen(
            [*self.command, "-f", "-C", str(self.base / "etc/asterisk.conf")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    async def ready(self, seconds: float = 20.0) -> None:
        """Wait until it says that it has fully booted (the dialplan loads after the manager)."""
        async with asyncio.timeout(seconds):
            while not await self._booted():
                await asyncio.sleep(0.05)

    async def _booted(self) -> bool:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            login = f"Action: Login\r\nUsername: root\r\nSecret: {SECRET}\r\n\r\n"
            writer.write(login.encode())
            await reader.readuntil(b"Event: FullyBooted\r\n")
            writer.close()
            return True
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_configuration(base: Path, binary: AsteriskBinary, port: int) -> None:
    etc = base / "etc"
    for name in ("etc", "var", "spool", "log", "run", "data", "moh", "keys"):
        (base / name).mkdir(parents=True, exist_ok=True)
    for name in ("documentation", "rest-api"):
        (base / "data" / name).symlink_to(binary.data / name)
    for name, text in _files(base, binary.modules, port).items():
        (etc / name).write_text(text)
    # Music on hold declines to load without one file.
    (base / "moh/silence.sln").write_bytes(b"\0" * 16000)


def _files(base: Path, modules: Path, port: int) -> dict[str, str]:
    loads = "\n".join(f"load = {name}.so" for name in MODULES.split())
    return {
        "asterisk.conf": f"""[directories]
astetcdir => {base}/etc
astmoddir => {modules}
astvarlibdir => {base}/var
astdbdir => {base}/var
astkeydir => {base}/keys
astdatadir => {base}/data
astagidir => {base}/var
astspooldir => {base}/spool
astrundir => {base}/run
astlogdir => {base}/log
[options]
systemname = pbx1
""",
        "modules.conf": f"[modules]\nautoload=no\n{loads}\n",
        "logger.conf": "[logfiles]\nmessages.log => notice,warning,error\n",
        "manager.conf": manager_conf(port),
        "extensions.conf": EXTENSIONS,
        "queues.conf": "[general]\n[pool]\nmember => Local/agent@default\n",
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={base}/moh\n",
        "pjsip.conf": "",
        "sorcery.conf": "",
    }


def manager_conf(port: int, secret: str = SECRET) -> str:
    return f"""[general]
enabled = yes
bindaddr = 127.0.0.1
port = {port}
timestampevents = yes
displayconnects = no
authtimeout = 5
authlimit = 10
channelvars = REQ
[{USER}]
secret = {secret}
read = all
write = call,agent,originate,reporting,user
writetimeout = 5000
[narrow]
secret = {secret}
read = call,agent,user
write = call,agent,originate,reporting
writetimeout = 5000
[root]
secret = {secret}
read = all
write = all
"""


@contextlib.contextmanager
def throwaway_pbx(base: Path, binary: AsteriskBinary) -> Iterator[Pbx]:
    port = free_port()
    write_configuration(base, binary, port)
    pbx = Pbx(base, list(binary.argv), port)
    pbx.start()
    try:
        yield pbx
    finally:
        pbx.kill()
