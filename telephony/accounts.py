"""Agents' SIP accounts, written into Asterisk's own database over AMI, at once and without files.

A browser phone gets a fresh password for every shift. The link used here may write accounts and
nothing else; the link that directs calls may not write accounts.
"""

import json
from dataclasses import dataclass

from telephony.ami import Action

# Asterisk sees a phone written this way as reachable only if it is asked now and then.
_AOR = {"max_contacts": "1", "remove_existing": "yes", "qualify_frequency": "15"}

_COMMON = {
    "context": "tellerline-phone",
    "disallow": "all",
    "direct_media": "no",
    "rtp_symmetric": "yes",
    "rtp_timeout": "10",
    "rtp_timeout_hold": "300",
    "allow_transfer": "no",
    "device_state_busy_at": "1",
}
_BROWSER = {"webrtc": "yes", "transport": "ws", "allow": "opus,alaw,ulaw"}
_DESK = {"transport": "udp", "allow": "alaw,ulaw"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOptions:
    """Where phones send their audio; None leaves it to Asterisk."""

    media_address: str | None = None


def browser_account(endpoint: str, secret: str, options: AccountOptions) -> list[Action]:
    """Return the actions that write a browser phone's account."""
    return _account(endpoint, secret, {**_COMMON, **_BROWSER, **_media(options)})


def desk_account(endpoint: str, secret: str, options: AccountOptions) -> list[Action]:
    """Return the actions that write a desk phone's account."""
    return _account(endpoint, secret, {**_COMMON, **_DESK, **_media(options)})


def _account(endpoint: str, secret: str, options: dict[str, str]) -> list[Action]:
    values = {
        "auth": {"auth_type": "digest", "username": endpoint, "password": secret},
        "aor": _AOR,
        "endpoint": {**options, "auth": endpoint, "aors": endpoint},
    }
    return [
        Action(
            "DBPut",
            (("Family", f"ps_{kind}/{kind}"), ("Key", endpoint), ("Val", json.dumps(value))),
        )
        for kind, value in values.items()
    ]


def _media(options: AccountOptions) -> dict[str, str]:
    if options.media_address is None:
        return {}
    return {"media_address": options.media_address, "bind_rtp_to_media_address": "yes"}
