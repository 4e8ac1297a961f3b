"""Callers and desk phones played by sipp: behaviour fixed beforehand, timed by sipp's own clock.

For a phone that waits for the test's word see `tests.parts.softphone`; this module is for
signalling and media by another implementation than ours, and for many calls at once.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.pbx.options import PbxOptions

SIPP = shutil.which("sipp")
SDP = """v=0
      o=sipp 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [auto_media_port] RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000"""
REPLY = """[last_Via:]
      [last_From:]
      [last_To:];tag=[pid]S[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port]>"""
IN_DIALOG = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: {local}
      To: {remote}
      Call-ID: [call_id]
      Max-Forwards: 70
      Contact: <sip:[local_ip]:[local_port]>"""

KEEPING_INVITE = """<recv request="INVITE" rrs="true"><action>
    <ereg regexp=".*" search_in="hdr" header="From:" assign_to="1"/>
    <ereg regexp=".*" search_in="hdr" header="To:" assign_to="2"/>
  </action></recv>"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls in from the trunk, speaks, and hangs up after `talk` seconds unless hung up before."""

    number: str
    dialled: str
    talk: float = 3
    calls: int = 1
    rate: float = 10


@dataclass(frozen=True, slots=True)
class DeskPhone:
    """Takes calls at a static contact: `answer_after` seconds, or `reject` with a SIP status, or
    neither (rings until the other side gives up); hangs up after `talk` seconds, or never."""

    answer_after: float | None = None
    reject: str | None = None
    talk: float | None = None
    calls: int | None = None
    """After so many calls it is done: `wait()` gives 0 if each of them went as scripted."""


@contextmanager
def calling(options: PbxOptions, caller: Caller, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """sipp in the caller's part; `wait()` gives 0 if every call went as scripted."""
    scenario = _write(folder, "caller", _caller_scenario(caller, _speech(folder)))
    argv = [
        "-sf",
        str(scenario),
        "-s",
        caller.dialled,
        "-m",
        str(caller.calls),
        "-r",
        str(caller.rate),
    ]
    server = f"{options.bind}:{options.ports.sip}"
    with _running(
        [*argv, server], options, folder, seconds=caller.talk + 60 + caller.calls / caller.rate
    ) as process:
        yield process


@contextmanager
def desk_phone(
    options: PbxOptions, phone: DeskPhone, folder: Path, *, port: int
) -> Iterator["subprocess.Popen[str]"]:
    """sipp in a desk phone's part on `port`; its account needs the contact `sip:<bind>:<port>`."""
    scenario = _write(folder, f"phone-{port}", _phone_scenario(phone, _speech(folder)))
    argv = ["-sf", str(scenario), "-p", str(port)]
    argv += ["-m", str(phone.calls)] if phone.calls is not None else []
    with _running(argv, options, folder, seconds=60 + 2 * (phone.calls or 0)) as process:
        yield process


@contextmanager
def _running(
    argv: list[str], options: PbxOptions, folder: Path, *, seconds: float
) -> Iterator["subprocess.Popen[str]"]:
    assert SIPP is not None, "sipp is missing: apt-get install sip-tester"
    common = ["-i", options.bind, "-mi", options.bind, "-nostdin", "-trace_err"]
    common += ["-timeout", f"{int(seconds)}s"]
    process = subprocess.Popen(
        [SIPP, *argv, *common],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _caller_scenario(caller: Caller, speech: Path) -> str:
    local = f'"Caller" <sip:{caller.number}@[local_ip]>;tag=[pid]C[call_number]'
    to = "<sip:[service]@[remote_ip]:[remote_port]>"
    invite = IN_DIALOG.format(local=local, remote=to) + "\n      CSeq: 1 INVITE\n      "
    invite += f"Content-Type: application/sdp\n      Content-Length: [len]\n\n      {SDP}"
    later = IN_DIALOG.format(local=local, remote=f"{to}[peer_tag_param]")
    target = "sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n      "
    parts = [
        _send(f"INVITE {target}{invite}", retrans=500),
        '<recv response="100" optional="true"/>',
        '<recv response="180" optional="true"/>',
        '<recv response="183" optional="true"/>',
        '<recv response="200"/>',
        _send(f"ACK {target}{later}\n      CSeq: 1 ACK\n      Content-Length: 0"),
        _speak(speech),
        f'<recv request="BYE" timeout="{int(caller.talk * 1000)}" ontimeout="leave" next="left"/>',
        '<label id="leave"/>',
        _send(f"BYE {target}{later}\n      CSeq: 2 BYE\n      Content-Length: 0", retrans=500),
        '<recv response="200" next="end"/>',
        '<label id="left"/>',
        _send(f"SIP/2.0 200 OK\n      {REPLY}\n      Content-Length: 0"),
        '<label id="end"/>',
    ]
    return _scenario(parts)


def _phone_scenario(phone: DeskPhone, speech: Path) -> str:
    invite = '<recv request="INVITE" rrs="true"/>' if phone.talk is None else KEEPING_INVITE
    parts = [invite, _answer("180 Ringing")]
    if phone.reject is not None:
        parts += [_answer(phone.reject), '<recv request="ACK"/>']
    elif phone.answer_after is None:
        parts += [
            '<recv request="CANCEL"/>',
            _answer("200 OK"),
            '<recv request="ACK" optional="true"/>',
        ]
    else:
        parts += [
            f'<pause milliseconds="{int(phone.answer_after * 1000)}"/>',
            _answer("200 OK", body=SDP),
        ]
        parts += ['<recv request="ACK"/>', _speak(speech), *_phone_end(phone)]
    return _scenario(parts)


def _phone_end(phone: DeskPhone) -> list[str]:
    if phone.talk is None:
        return ['<recv request="BYE"/>', _answer("200 OK")]
    later = IN_DIALOG.format(local="[$2];tag=[pid]S[call_number]", remote="[$1]")
    return [
        f'<pause milliseconds="{int(phone.talk * 1000)}"/>',
        _send(f"BYE [next_url] SIP/2.0\n      {later}\n      CSeq: 9 BYE\n      Content-Length: 0"),
        '<recv response="200"/>',
    ]


def _answer(status: str, *, body: str = "") -> str:
    kind = f"Content-Type: application/sdp\n      Content-Length: [len]\n\n      {body}"
    return _send(f"SIP/2.0 {status}\n      {REPLY}\n      {kind if body else 'Content-Length: 0'}")


def _send(message: str, *, retrans: int | None = None) -> str:
    option = f' retrans="{retrans}"' if retrans else ""
    return f"<send{option}><![CDATA[\n      {message}\n\n    ]]></send>"


def _speak(speech: Path) -> str:
    return f'<nop><action><exec rtp_stream="{speech},-1,8"/></action></nop>'


def _scenario(parts: list[str]) -> str:
    body = "\n  ".join(parts)
    return f'<?xml version="1.0"?>\n<scenario name="tellerline">\n  {body}\n</scenario>\n'


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.xml"
    path.write_text(text)
    return path


def _speech(folder: Path) -> Path:
    """Half a second of raw A-law: a 500 Hz square wave, so that a recording shows who spoke."""
    path = folder / "speech.al"
    path.write_bytes((b"\xaa" * 8 + b"\x2a" * 8) * 250)
    return path
