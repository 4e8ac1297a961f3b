"""What an operator may set for the browser's side. `config.settings` fills these in."""

from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """Pages and API. Sizes are in bytes."""

    origins: frozenset[str]
    """Origins (scheme://host[:port]) from which pages are served and sockets may be opened."""
    hosts: frozenset[str]
    """Values of the Host header that are answered, port included; empty answers all."""
    live_url: str
    """Where the browser opens its websocket: ws:// or wss://."""
    phone_urls: tuple[str, ...] = ()
    """Websocket addresses of the PBX nodes, for the page's content policy."""
    secure_cookies: bool = False
    """True when served over TLS: cookies are Secure and carry the __Host- prefix."""
    default_language: str = "en"
    timezone: str = "UTC"
    """The centre's time zone, by its IANA name."""
    region: str = "RU"
    """Where numbers that are typed into the search are dialled, ISO 3166."""
    max_body_bytes: int = 64 * 1024
    max_file_bytes: int = 20 * 1024 * 1024
    """The largest file that may be attached; only a route that takes files lets so much in."""
    locale_dir: Path = PACKAGE / "locale"
    templates_dir: Path = PACKAGE / "templates"
    static_dir: Path = PACKAGE / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """The websocket. Times are in seconds, sizes in bytes."""

    origins: frozenset[str]
    host: str = "127.0.0.1"
    port: int = 8081
    max_frame_bytes: int = 64 * 1024
    max_unsent_bytes: int = 1024 * 1024
    """What may wait in a connection's buffer before the client is dropped as too slow."""
    seats_per_employee: int = 8
    messages_per_second: float = 20
    messages_burst: int = 60
    ping_interval: float = 10
    ping_timeout: float = 20
    session_check_interval: float = 30
    console_grace: float = 5
    """How long an agent may be without a live tab before routing hears of it."""
    shared_interval: float = 0.05
    """The shortest time between two deltas of what everybody sees."""
    figures_interval: float = 5
    """How often boards are told of figures that grow with time alone."""
    timezone: str = "UTC"
    """The centre's time zone, by its IANA name: its days are those of the figures."""
    phone_timeout: float = 8
    sql_patience: float = 3
    """How long a card command waits for SQL to have written what the screen shows."""
    close_timeout: float = 2
