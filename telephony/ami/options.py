"""Settings of one AMI link. Owns their defaults and the reasons for them; reads no environment."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from telephony.ami.actions import CALL_ACTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiOptions:
    """One Asterisk node's manager interface; all durations in seconds, sizes in bytes."""

    node: str
    """The node's id, equal to `systemname` in asterisk.conf."""
    username: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 5038
    tls: ssl.SSLContext | None = None

    wanted_events: frozenset[str] | None = None
    """Names to decode; the others are only counted. None decodes every event."""
    event_mask: str = "on"
    """The `Events` header of the login: classes such as `call,agent,user`, `on` or `off`."""
    allowed_actions: frozenset[str] = CALL_ACTIONS

    ping_interval: float = 2.0
    """A dead peer is noticed within three of these."""
    connect_timeout: float = 3.0
    login_timeout: float = 5.0
    action_timeout: float = 5.0
    list_timeout: float = 10.0

    queue_bound: int = 20_000
    """Events that may wait for the consumer; one more is a deliberate reconnect. A storm of one
    2-core node (19,000 events/s) may stall the consumer for a second."""
    max_message: int = 262_144
    max_list: int = 100_000
    max_unsent: int = 1_048_576

    retry_first: float = 0.25
    retry_cap: float = 4.0
    """Unreachable or cut: doubling from the first to the cap. Knocking is cheap, and the link
    must be back within 5 s after the network heals."""
    refused_first: float = 60.0
    refused_cap: float = 60.0
    """Login refused: a wrong password does not mend itself, and fail2ban counts."""
    stable_after: float = 10.0
    """A link that lived this long starts the back-off anew."""
