"""The little of SIP that a test telephone needs: messages, digest, SDP. No sockets here."""

import hashlib
import re
from dataclasses import dataclass, field

CRLF = "\r\n"
SHORT_NAMES = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
}


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One request or reply; header names are lower case, order and repetition are kept."""

    start: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    @property
    def status(self) -> int | None:
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else None

    @property
    def method(self) -> str:
        """The request's method, or the method a reply belongs to."""
        return self.start.split()[0] if self.status is None else self.get("cseq").split()[1]

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    def encode(self) -> bytes:
        kept = [f"{key}: {value}" for key, value in self.headers if key != "content-length"]
        lines = [self.start, *kept, f"Content-Length: {len(self.body.encode())}", "", self.body]
        return CRLF.join(lines).encode()


@dataclass(slots=True)
class Dialog:
    """The identifiers that every later request of one call repeats."""

    call_id: str
    local: str
    remote: str
    target: str
    cseq: int = field(default=100)


def parse(data: bytes) -> SipMessage:
    head, _, body = data.decode(errors="replace").partition(CRLF * 2)
    start, *lines = head.split(CRLF)
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().lower()
        headers.append((SHORT_NAMES.get(key, key), value.strip()))
    return SipMessage(start, tuple(headers), body)


def reply_to(
    request: SipMessage, status: str, *, tag: str, contact: str, body: str = ""
) -> SipMessage:
    to = request.get("to")
    headers = [("via", via) for via in request.all("via")]
    headers += [("from", request.get("from")), ("to", to if "tag=" in to else f"{to};tag={tag}")]
    headers += [("call-id", request.get("call-id")), ("cseq", request.get("cseq"))]
    headers += [("contact", f"<{contact}>"), ("user-agent", "Tellerline test phone")]
    headers += [("content-type", "application/sdp")] if body else []
    return SipMessage(f"SIP/2.0 {status}", tuple(headers), body)


def uri_in(header: str) -> str:
    match = re.search(r"<([^>]+)>", header)
    return match.group(1) if match else header.split(";")[0].strip()


def sdp(host: str, port: int, *, mode: str = "sendrecv") -> str:
    lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
    lines += [f"m=audio {port} RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000"]
    lines += ["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", f"a={mode}", ""]
    return CRLF.join(lines)


def media_address(body: str) -> tuple[str, int] | None:
    port = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
    host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    return (host.group(1), int(port.group(1))) if port and host else None


def digest(challenge: str, *, method: str, uri: str, user: str, secret: str) -> str:
    """The Authorization value for a Digest challenge (RFC 2617, MD5, with or without qop)."""
    parts = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    cnonce, count = "tellerline", "00000001"
    ha1 = _md5(f"{user}:{parts['realm']}:{secret}")
    ha2 = _md5(f"{method}:{uri}")
    middle = f"{count}:{cnonce}:auth:" if "qop" in parts else ""
    response = _md5(f"{ha1}:{parts['nonce']}:{middle}{ha2}")
    value = f'Digest username="{user}", realm="{parts["realm"]}", nonce="{parts["nonce"]}"'
    value += f', uri="{uri}", response="{response}", algorithm=MD5'
    if "qop" in parts:
        value += f', qop=auth, nc={count}, cnonce="{cnonce}"'
    return value + (f', opaque="{parts["opaque"]}"' if "opaque" in parts else "")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
