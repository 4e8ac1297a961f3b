"""Settings of the FastAGI server: their defaults and the reasons for them. Reads no environment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AgiOptions:
    """All durations in seconds."""

    host: str = "127.0.0.1"
    port: int = 4573
    """0: any that is free."""
    allowed_peers: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks. FastAGI has no password: whoever may connect may bring a call."""

    connections: int = 400
    sessions: int = 360
    """What is left are connections that have not sent their requests."""
    unserved_of_peer: int = 200
    """Connections of one address without a whole request. One more, and the oldest gives way:
    Asterisk sends its request at once, so it is never the oldest for long."""

    request_timeout: float = 2.0
    longest_session: float = 3_600.0
    stop_timeout: float = 2.0
    """For sessions that were cut to write down what they know."""
