"""The closed vocabularies: states, outcomes and reasons, as they are stored and shown.

The values are stable codes: they stand in journals, tables and translations.
"""

from enum import StrEnum


class CallState(StrEnum):
    """Where a call is. The transitions stand in `routing.calls`."""

    NEW = "new"
    SELF_SERVICE = "self_service"
    QUEUED = "queued"
    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    CONSULTING = "consulting"
    RECOVERING = "recovering"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"
    CLOSED_INCOMPLETE = "closed_incomplete"
    ABANDONED = "abandoned"
    TURNED_AWAY = "turned_away"
    CALLBACK_TAKEN = "callback_taken"
    UNREACHED = "unreached"
    SELF_SERVED = "self_served"
    LOST = "lost"


class EndReason(StrEnum):
    """Why the customer's leg ended."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"
    LOST = "lost"


class OfferOutcome(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    CALLER_LEFT = "caller_left"


class OfferKind(StrEnum):
    """Why a phone rings: a new call, a client called back, the same call again, a colleague."""

    CALL = "call"
    CALLBACK = "callback"
    RECONNECT = "reconnect"
    CONSULT = "consult"


class Basis(StrEnum):
    """On what ground an agent was chosen."""

    PRIORITY_MANAGER = "priority_manager"
    LAST_AGENT = "last_agent"
    ASKED_FOR = "asked_for"
    SKILLED = "skilled"
    QUEUE_POOL = "queue_pool"
    OVERFLOW = "overflow"
    TRANSFER = "transfer"
    RECONNECT = "reconnect"
    CONSULT = "consult"
    FALLBACK = "fallback"
    TAKE_OVER = "take_over"


class Availability(StrEnum):
    """What the agent sets."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    NOT_READY = "not_ready"


class NotReadyReason(StrEnum):
    """Why an agent takes no calls."""

    BREAK = "break"
    MEAL = "meal"
    MEETING = "meeting"
    TRAINING = "training"
    PAPERWORK = "paperwork"


class Activity(StrEnum):
    """What the system sees an agent doing."""

    IDLE = "idle"
    RINGING = "ringing"
    ON_CALL = "on_call"
    ON_HOLD = "on_hold"
    WRAP_UP = "wrap_up"
    NOT_RESPONDING = "not_responding"


class PhoneKind(StrEnum):
    """The phone an agent works with in this shift."""

    BROWSER = "browser"
    DESK = "desk"


class PhoneState(StrEnum):
    """What Asterisk says of an agent's phone."""

    UNREACHABLE = "unreachable"
    READY = "ready"
    IN_USE = "in_use"


class PassedOver(StrEnum):
    """Why an agent was considered and not chosen."""

    UNKNOWN = "unknown"
    OFFLINE = "offline"
    NOT_READY = "not_ready"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    NOT_RESPONDING = "not_responding"
    PHONE_UNREACHABLE = "phone_unreachable"
    PHONE_IN_USE = "phone_in_use"
    CONSOLE_LOST = "console_lost"
    ALREADY_OFFERED = "already_offered"
    HANDED_OVER = "handed_over"
    LACKS_SKILL = "lacks_skill"
    NOT_OPEN_YET = "not_open_yet"
    IDLE_SHORTER = "idle_shorter"


class WrapUpMode(StrEnum):
    """How a queue ends a call's paperwork."""

    NONE = "none"
    OPTIONAL = "optional"
    MANDATORY = "mandatory"
    TIMED = "timed"


class NumberClass(StrEnum):
    """What kind of number a caller shows, by the numbering plan of the bank's country."""

    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    INTERNAL = "internal"
    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"
    FOREIGN = "foreign"


class Direction(StrEnum):
    """Who rang whom."""

    INBOUND = "inbound"
    CALLBACK = "callback"


class Choice(StrEnum):
    """Who of several free agents is taken."""

    LONGEST_IDLE = "longest_idle"
    BEST_SKILLED = "best_skilled"


class ManagerUse(StrEnum):
    """What a client's own managers mean for a call."""

    FIRST = "first"
    ONLY = "only"
    NONE = "none"


class Dismissal(StrEnum):
    """Why a caller is not let into a queue, or leaves it unserved by our hand."""

    CLOSED = "closed"
    FULL = "full"
    WAITED_TOO_LONG = "waited_too_long"
    RULE = "rule"
    CALLBACK = "callback"


class Turning(StrEnum):
    """What is done with a caller whom a queue does not take (closed, full, waited too long)."""

    HANG_UP = "hang_up"
    CALLBACK = "callback"
    OVERFLOW = "overflow"


class Phrase(StrEnum):
    """What a waiting caller is told; the words and sounds belong to the shells."""

    WELCOME = "welcome"
    ALL_BUSY = "all_busy"
    POSITION = "position"
    EXPECTED_WAIT = "expected_wait"
    WAIT_OVER = "wait_over"
    CALLBACK_OFFER = "callback_offer"
    CALLBACK_TAKEN = "callback_taken"
    CALLBACK_GREETING = "callback_greeting"
    CLOSED = "closed"
    FULL = "full"
    GOODBYE = "goodbye"


class Match(StrEnum):
    """How sure the caller's number makes us: a suggestion, never an identity."""

    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    ONE = "one"
    SEVERAL = "several"


class LegEnd(StrEnum):
    """How an agent's leg ended: by intent, or by a lost phone or network."""

    NORMAL = "normal"
    LOST = "lost"


class MonitorMode(StrEnum):
    """How a supervisor is beside a call: heard by nobody, by the agent, or by both."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class ServiceEnd(StrEnum):
    """How self-service let go of a caller."""

    PERSON = "person"
    """He is to be served by a person."""
    CALLBACK = "callback"
    """He hangs up and is called back; his place in line is kept."""
    DONE = "done"
    """He was told what he wanted; the call ends."""
    LEFT = "left"
    """He hung up."""
    FAILED = "failed"
    """It cannot go on, through no fault of his: a person serves him."""


class Help(StrEnum):
    """What an agent asks a supervisor's help for."""

    QUESTION = "question"
    APPROVAL = "approval"
    CONFLICT = "conflict"
    FRAUD = "fraud"


class CommandOutcome(StrEnum):
    """What came of a command."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
