"""What the machine offers: its own address, and ports nobody holds.

Asks the operating system only; sends no packet.
"""

import random
import re
import socket
from contextlib import ExitStack
from pathlib import Path

from config.pbx.errors import PbxError
from config.pbx.options import PbxPorts

SOMEWHERE = ("192.0.2.1", 9)
"""A documentation address (RFC 5737): connecting a UDP socket to it sends nothing."""
NOWHERE = "0.0.0.0"
ROUTES = Path("/proc/net/fib_trie")
SAFE_RANGE = range(10000, 32000, 2)
"""Below the range from which Linux hands out outgoing ports (32768 and up)."""


def host_address() -> str | None:
    """The address by which this machine would reach others; without a way out any address of its
    own; None if it has only the loopback's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE)
        except OSError:
            return next(iter(own_addresses(ROUTES.read_text())), None)
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") or address == NOWHERE else address


def own_addresses(routes: str) -> list[str]:
    """IPv4 addresses of this machine outside 127/8, from the kernel's table of routes."""
    found = re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", routes)
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]


def free_ports(*, bind: str = "127.0.0.1", rtp_count: int = 200) -> PbxPorts:
    """Ports that are free now on `bind`: for tests, and for a second node on one machine."""
    with ExitStack() as held:
        ami, http = (_hold(held, socket.SOCK_STREAM, bind, 0) for _ in range(2))
        sip = _hold(held, socket.SOCK_DGRAM, bind, 0)
        first = _free_range(bind, rtp_count)
    return PbxPorts(ami=ami, http=http, sip=sip, rtp_first=first, rtp_last=first + rtp_count - 1)


def are_free(ports: PbxPorts, *, bind: str = "127.0.0.1") -> bool:
    """Whether nobody holds any of these ports on `bind`."""
    try:
        with ExitStack() as held:
            for port in (ports.ami, ports.http):
                _hold(held, socket.SOCK_STREAM, bind, port)
            for port in (ports.sip, *range(ports.rtp_first, ports.rtp_last + 1)):
                _hold(held, socket.SOCK_DGRAM, bind, port)
    except OSError:
        return False
    return True


def _hold(held: ExitStack, kind: socket.SocketKind, bind: str, port: int) -> int:
    taken = held.enter_context(socket.socket(socket.AF_INET, kind))
    if kind is socket.SOCK_STREAM:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((bind, port))
    return int(taken.getsockname()[1])


def _free_range(bind: str, count: int) -> int:
    for first in random.sample(SAFE_RANGE, 50):
        try:
            with ExitStack() as held:
                for port in range(first, first + count):
                    _hold(held, socket.SOCK_DGRAM, bind, port)
        except OSError:
            continue
        return first
    raise PbxError(f"no {count} free UDP ports in a row on {bind}")
