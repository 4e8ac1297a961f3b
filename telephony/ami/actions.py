"""Actions as values, and the one gate through which they reach the wire.

Owns what may be sent: names on the allow-list, no line break or NUL anywhere, Asterisk's own
limits. A bare LF ends a line for Asterisk, so one unchecked value could start a second action.
It sends nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.ami.errors import InvalidAction

CALL_ACTIONS = frozenset(
    {
        "Originate",
        "Redirect",
        "Bridge",
        "Hangup",
        "PlayDTMF",
        "Atxfer",
        "CancelAtxfer",
        "Setvar",
        "Getvar",
        "UserEvent",
        "MuteAudio",
        "QueueAdd",
        "QueueRemove",
        "QueuePause",
        "QueuePenalty",
        "QueueStatus",
        "QueueSummary",
        "CoreShowChannels",
        "CoreStatus",
        "Status",
        "BridgeList",
        "BridgeInfo",
        "DeviceStateList",
        "ExtensionStateList",
        "PresenceStateList",
    }
)
"""What the call-handling user needs; none of these wants the `system` or `command` class."""

PROVISIONING_ACTIONS = frozenset(
    {
        "DBPut",
        "DBDel",
        "DBGet",
        "DBDelTree",
        "PJSIPShowContacts",
        "PJSIPShowEndpoint",
        "PJSIPShowEndpoints",
        "PJSIPShowAors",
        "PJSIPShowRegistrationInboundContactStatuses",
    }
)
"""What the provisioning user needs: PJSIP objects in Asterisk's own database. All of these want
the `system` class (measured on 22.10); the call-handling user learns of devices by
DeviceStateList."""

SESSION_ACTIONS = frozenset({"Login", "Ping"})
"""What the link itself sends."""

MAX_HEADERS = 128
MAX_LINE = 1024
"""Bytes, the line end included: what Asterisk's reader holds."""
MAX_REQUEST_ID = 128

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_()-]*")
_BREAKS = re.compile(r"[\r\n\0]")
_FUNCTION = re.compile(r"^[A-Z_]+\([^()=]*\)(?==)")
"""A function that is written to instead of a variable; its commas stand within its brackets."""


@dataclass(frozen=True, slots=True)
class Action:
    """One AMI action: its name and headers in order (a repeated key is allowed).

    `request_id` is the caller's id for it: it rides in the ActionID, comes back in events such as
    OriginateResponse (`AmiEvent.request_id`), and makes the action findable afterwards.
    """

    name: str
    headers: tuple[tuple[str, str], ...] = ()
    request_id: str | None = None


def action(
    name: str, /, *repeated: tuple[str, str], request_id: str | None = None, **headers: str
) -> Action:
    """Shorthand: `action("Redirect", Channel=..., Context=...)`; repeated headers as pairs."""
    return Action(name, (*headers.items(), *repeated), request_id)


def wire_headers(
    act: Action, action_id: str, *, allowed: frozenset[str]
) -> dict[str, str | list[str]]:
    """The checked headers of one action, ready for the encoder, or InvalidAction."""
    if act.name not in allowed:
        raise InvalidAction(f"action {act.name!r} is not on the allow-list")
    pairs = [("Action", act.name), ("ActionID", action_id), *_forced(act)]
    if len(pairs) > MAX_HEADERS:
        raise InvalidAction(f"{act.name}: {len(pairs)} headers, Asterisk takes {MAX_HEADERS}")
    headers: dict[str, str | list[str]] = {}
    spelling: dict[str, str] = {}
    for key, value in pairs:
        _check(act.name, key, value)
        first = spelling.setdefault(key.lower(), key)
        present = headers.get(first)
        if present is None:
            headers[first] = value
        else:
            headers[first] = [*([present] if isinstance(present, str) else present), value]
    return headers


def check_request_id(value: str) -> None:
    if not value or len(value) > MAX_REQUEST_ID or not value.isascii() or not value.isprintable():
        raise InvalidAction("a request id is 1 to 128 printable ASCII characters")


def _forced(act: Action) -> list[tuple[str, str]]:
    reserved = {"action", "actionid"}
    if act.name == "Originate":
        # Without it Asterisk blocks this session until the far end answers.
        reserved.add("async")
    kept = [pair for pair in act.headers if pair[0].lower() not in reserved]
    if len(kept) != len(act.headers) and any(
        key.lower() in ("action", "actionid") for key, _ in act.headers
    ):
        raise InvalidAction(f"{act.name}: Action and ActionID are the client's own headers")
    return [*kept, ("Async", "true")] if "async" in reserved else kept


def _check(name: str, key: str, value: str) -> None:
    if not _KEY.fullmatch(key):
        raise InvalidAction(f"{name}: a header's name has characters outside [A-Za-z0-9_()-]")
    if _BREAKS.search(value):
        raise InvalidAction(f"{name}: the value of {key} holds a line break or NUL")
    if key.lower() == "variable" and "," in _FUNCTION.sub("", value, count=1):
        # Asterisk splits this header at commas: the rest would set further variables.
        raise InvalidAction(f"{name}: a comma in Variable would begin another variable")
    try:
        size = len(f"{key}: {value}\r\n".encode())
    except UnicodeEncodeError:
        raise InvalidAction(f"{name}: the value of {key} is not valid Unicode") from None
    if size > MAX_LINE:
        raise InvalidAction(f"{name}: {key} makes a line of {size} bytes, the limit is {MAX_LINE}")
