"""Settings: what an operator may change, from the environment and from the files in `config/`.

Every setting is `TELLERLINE_<NAME>`; a list or a node is JSON. Unknown names are errors, not
silence. This module composes the options that each folder defines; nobody imports it but config.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from telephony.outbound import Outbound

PREFIX = "TELLERLINE_"
ELSEWHERE = frozenset({"TELLERLINE_CACHE", "TELLERLINE_DATA"})
"""Read elsewhere: the folder in which `run.sh` and `asterisk install` keep what they fetched, and
the one in which tests find public data sets."""

PACKAGE = Path(__file__).parent


class SettingsInvalid(Exception):
    """The settings cannot be used; `errors` are lines for the operator."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


class NodeSettings(BaseModel):
    """An Asterisk of the operator's own. See docs/operations.md for what it must be given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,15}$")
    host: str
    ami_port: int = 5038
    sip_port: int = 5060
    ami_secret: SecretStr
    provisioning_secret: SecretStr
    phone_url: str
    """Where browser phones register: ws:// or wss://."""
    phone_realm: str = "tellerline"
    media_address: str | None = None
    outbound: str = ""
    """The channel that rings a customer, with {number} (+7495...) or {digits} in it, such as
    PJSIP/{number}@trunk; empty: this node rings nobody."""
    caller_id: str = Field(default="", pattern=r"^(\+?[0-9]{3,15})?$")
    """The bank's number that a customer sees who is rung; empty: whatever the trunk sends."""

    @field_validator("outbound")
    @classmethod
    def _a_channel(cls, value: str) -> str:
        return Outbound(template=value).template


class Settings(BaseSettings):
    """All settings with their defaults, which fit one machine and its loopback."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    state_dir: Path = Path("var")
    """Database, journal, and the private Asterisk's files."""
    config_dir: Path = PACKAGE
    """Where queues.yaml, catalogue.yaml, calendars.yaml, tasks.yaml and offers.yaml lie."""
    database_url: str = ""
    """Empty: SQLite in the state folder. Otherwise postgresql://user:password@host/name."""
    keyring_file: Path | None = None
    """The keys that seal numbers of documents and accounts; none: one of ours in the state folder.
    """

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    live_port: int = Field(default=8081, ge=0, le=65535)
    public_url: str = ""
    """As browsers see us, behind a proxy; empty: http://<http_host>:<http_port>."""
    public_live_url: str = ""
    """As browsers see the websocket; empty: ws://<http_host>:<live_port>/live."""

    agi_host: str = "127.0.0.1"
    """Where self-service waits for Asterisk (FastAGI); beyond the loopback, in your own network."""
    agi_port: int = Field(default=4573, ge=0, le=65535)
    agi_peers: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks of the Asterisk nodes that may bring callers there."""
    public_agi: str = Field(default="", pattern=r"^([A-Za-z0-9.-]{1,255}:[0-9]{1,5})?$")
    """As Asterisk sees it, host:port; empty: <agi_host>:<agi_port>."""

    default_language: Literal["en", "ru"] = "en"
    region: str = Field(default="RU", pattern=r"^[A-Z]{2}$")
    """Whose national numbers are meant where a number has no country code."""
    time_zone: str = "Europe/Moscow"
    """In which dates and times are shown."""
    nightly_at: str = Field(default="02:30", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """When, by the bank's clock, the business day before has ended and its jobs are done."""
    own_numbers: tuple[str, ...] = ()
    """The bank's own numbers (E.164); they never identify a client."""

    attachment_mb: int = Field(default=20, ge=1, le=1024)
    """The largest file that may be attached to a client, in MB of 1024 KB."""

    journal_days: int = Field(default=14, ge=1, le=3650)
    """How long segments of the routing journal are kept for replay once SQL has them."""

    nodes: tuple[NodeSettings, ...] = ()
    """Asterisk nodes of the operator's own; empty: a private one, started and watched by us."""

    webhook_url: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")
    """Where the core bank takes what we tell it; empty: it is told nothing."""
    webhook_secret: SecretStr = SecretStr("")
    """What signs it; the receiver has the same."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.public_url and not self.public_live_url:
            raise ValueError("public_url needs public_live_url beside it")
        for peer in self.agi_peers:
            ip_network(peer)
        if self.time_zone not in available_timezones():
            raise ValueError(f"there is no time zone {self.time_zone}")
        if self.webhook_url and not self.webhook_secret.get_secret_value():
            raise ValueError("webhook_url needs webhook_secret beside it")
        names = [node.name for node in self.nodes]
        if len(set(names)) != len(names):
            raise ValueError("two nodes have the same name")
        return self

    @property
    def database(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{(self.state_dir / 'tellerline.db').resolve()}"

    @property
    def origin(self) -> str:
        """Return the address that people open."""
        return self.public_url.rstrip("/") or f"http://{self.http_host}:{self.http_port}"

    @property
    def origins(self) -> frozenset[str]:
        """Return the origins from which people come; on a loopback both its names."""
        if self.public_url or self.http_host != "127.0.0.1":
            return frozenset({self.origin})
        return frozenset({self.origin, f"http://localhost:{self.http_port}"})

    @property
    def live_url(self) -> str:
        """Return where the browser opens its websocket."""
        return self.public_live_url or f"ws://{self.http_host}:{self.live_port}/live"


def read_settings(environment: Mapping[str, str] | None = None, **changes: Any) -> Settings:
    """Return the settings. Raises SettingsInvalid with one line for each error."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | ELSEWHERE
    present = os.environ if environment is None else environment
    errors = [
        f"{name}: there is no such setting"
        for name in sorted(present)
        if name.startswith(PREFIX) and name not in known
    ]
    try:
        settings = Settings(**changes)
    except ValidationError as error:
        errors += [_line(item) for item in error.errors()]
        raise SettingsInvalid(errors) from error
    if errors:
        raise SettingsInvalid(errors)
    return settings


def _line(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    return f"{PREFIX}{place.upper()}: {item['msg']}" if place else item["msg"]
