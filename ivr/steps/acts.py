"""What a flow asks for, one thing at a time, and what comes back of it. Only shapes.

    begin(flow, caller)            -> (walk, act)
    step(flow, walk, happened)     -> (walk, act)

Whoever drives a walk carries the act out and hands in what happened. `Gone` may come instead of
any answer. The last act is an `End`.
"""

from dataclasses import dataclass, field

from crm_core.selfservice.answers import Answer, Service
from ivr.speech.told import Told
from routing.ids import AgentId, PartyId, QueueId, ScheduleId
from routing.terms import ServiceEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as far as his telephone tells. `suggested` is the only party that his number
    suggests; it proves nothing. `language` is his own, ISO 639-1, or empty."""

    number: str | None = field(repr=False)
    language: str = ""
    suggested: PartyId | None = None


# ── Acts ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell him. One of `keys` ends it at once. Comes back: Heard."""

    said: tuple[Told, ...]
    language: str
    keys: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Tell him, and take digits, from the first that he presses, also in the middle of a word.

    `ends` finish them and are not part of them, but a single key of `ends` that comes first is
    given as it is. `seconds` pass before the first digit and between two. With `secret` no digit
    may be kept anywhere. Comes back: Keyed or Silent.
    """

    said: tuple[Told, ...]
    language: str
    most: int = 1
    ends: str = ""
    seconds: int = 5
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindClient:
    """Find whom an entry (a client number, or a card's last digits) may mean. Comes back: Found,
    whether or not there is one."""

    entry: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPin:
    """Try a PIN against whoever was found or suggested. Comes back: PinChecked."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePin:
    """Redeem a one-time code for a new PIN. Comes back: PinChosen."""

    code: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Ask the bank on behalf of the verified party. Comes back: Answered."""

    service: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHours:
    """Whether a schedule holds now. Comes back: HoursTold."""

    schedule: ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAnswer:
    """Keep a survey's answer. Comes back: Done."""

    question: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """Record him until he is silent or presses #. Comes back: Recorded."""

    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The walk is over; `said` is the last that he is told. Nothing comes back."""

    end: ServiceEnd
    said: tuple[Told, ...] = ()
    language: str = ""
    queue: QueueId | None = None
    agent: AgentId | None = None


Act = (
    Tell
    | Ask
    | FindClient
    | CheckPin
    | ChoosePin
    | Query
    | AskHours
    | KeepAnswer
    | TakeMessage
    | End
)


# ── What happened ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """He was told, or cut it short with a key."""

    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """He pressed these."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """He pressed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The entry was taken as a `client_number` or a `card`; whether it meant anybody is not
    said."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PinChecked:
    """`party` if the PIN was right; `more` if he may try again in this call."""

    party: PartyId | None = None
    level: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PinChosen:
    """Whether the new PIN holds; it verifies nobody. `weak`: it is too easy to guess, and the code
    is good for another."""

    done: bool
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The bank's answer."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursTold:
    """Whether the schedule holds."""

    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It was done, as far as it can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The message's name; empty if he said nothing."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """He hung up."""


Happened = (
    Heard
    | Keyed
    | Silent
    | Found
    | PinChecked
    | PinChosen
    | Answered
    | HoursTold
    | Done
    | Recorded
    | Gone
)
