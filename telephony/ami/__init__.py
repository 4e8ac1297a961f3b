"""The guarded AMI client (panoramisk behind our own gate): the only way to Asterisk's manager."""

from telephony.ami.actions import CALL_ACTIONS, PROVISIONING_ACTIONS, Action, action
from telephony.ami.client import AmiClient, LinkStatus
from telephony.ami.counters import AmiCounters
from telephony.ami.errors import (
    AmiError,
    InvalidAction,
    NotSent,
    OutcomeUnknown,
    Refused,
)
from telephony.ami.messages import AmiEvent, LinkDown, LinkLoss, LinkUp, Response, request_id
from telephony.ami.options import AmiOptions

__all__ = [
    "CALL_ACTIONS",
    "PROVISIONING_ACTIONS",
    "Action",
    "AmiClient",
    "AmiCounters",
    "AmiError",
    "AmiEvent",
    "AmiOptions",
    "InvalidAction",
    "LinkDown",
    "LinkLoss",
    "LinkStatus",
    "LinkUp",
    "NotSent",
    "OutcomeUnknown",
    "Refused",
    "Response",
    "action",
    "request_id",
]
