"""The red strip: what must not be overlooked, at any level and without amounts. Pure; one table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm_core.bank.moneyline import RedStrip, red_strip
from crm_core.parties.known import Detail, Known
from crm_core.parties.signals import SignalCode


class Flag(StrEnum):
    """A warning, the gravest first."""

    FRAUD_ALERT = "fraud_alert"
    DECEASED = "deceased"
    BLACKLISTED = "blacklisted"
    DO_NOT_DISCUSS = "do_not_discuss"
    MINOR = "minor"
    DISPUTE = "dispute"
    ARREARS = "arrears"
    PAUSED = "paused"
    PROMISE_BROKEN = "promise_broken"
    COMPLAINT = "complaint"
    GUARANTEED = "guaranteed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A warning with values for its text `red.<flag>`, see `Signal.detail`."""

    flag: Flag
    detail: Detail


Warned = Callable[[Known, RedStrip], Iterator[Detail]]


def red_flags(known: Known) -> tuple[RedFlag, ...]:
    """The warnings that hold, the gravest first, each once."""
    strip = red_strip(known.holdings)
    found = ((flag, next(warned(known, strip), None)) for flag, warned in FLAGS.items())
    return tuple(RedFlag(flag=flag, detail=detail) for flag, detail in found if detail is not None)


def _told(code: SignalCode) -> Warned:
    return lambda known, _strip: (one.detail for one in known.told(code))


def _when(holds: Callable[[Known, RedStrip], bool]) -> Warned:
    return lambda known, strip: iter([{}] if holds(known, strip) else [])


def _arrears(_known: Known, strip: RedStrip) -> Iterator[Detail]:
    if strip.arrears:
        yield {"dpd": str(strip.worst_dpd), "range": f"range.{strip.worst_range}"}


def _guaranteed(_known: Known, strip: RedStrip) -> Iterator[Detail]:
    if strip.guaranteed_dpd:
        yield {"dpd": str(strip.guaranteed_dpd)}


FLAGS: dict[Flag, Warned] = {
    Flag.FRAUD_ALERT: _told(SignalCode.FRAUD_ALERT),
    Flag.DECEASED: _told(SignalCode.DECEASED),
    Flag.BLACKLISTED: _told(SignalCode.BLACKLISTED),
    Flag.DO_NOT_DISCUSS: _told(SignalCode.DO_NOT_DISCUSS),
    Flag.MINOR: _when(lambda known, _strip: known.minor),
    Flag.DISPUTE: _told(SignalCode.DISPUTE),
    Flag.ARREARS: _arrears,
    Flag.PAUSED: _when(lambda _known, strip: strip.paused),
    Flag.PROMISE_BROKEN: _told(SignalCode.PROMISE_BROKEN),
    Flag.COMPLAINT: _told(SignalCode.COMPLAINT_OPEN),
    Flag.GUARANTEED: _guaranteed,
}
