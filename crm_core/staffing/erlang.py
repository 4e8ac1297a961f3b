"""Erlang C and Erlang A: what a number of agents makes of a load. Pure; times are seconds.

Calls arrive by chance at a steady rate and take exponential times. In Erlang C (M/M/n) everybody
waits; in Erlang A (M/M/n+M) a waiting caller hangs up after an exponential patience. Sources:
Erlang C after Cooper, "Introduction to Queueing Theory", 1981, ch. 3; Erlang A after Palm,
"Research on telephone traffic", 1957, and Mandelbaum and Zeltyn, "Service engineering in action:
the Palm/Erlang-A queue", 2007.

With a = arrivals/service, x = n·patience/aht, y = arrivals·patience:

    B(k)    = a B(k-1) / (k + a B(k-1))                       all of k lines busy, Erlang B
    C       = n B / (n - a (1 - B))                           a caller waits
    A(x, y) = 1 + y/(x+1) + y²/((x+1)(x+2)) + ...             queue states over that of no queue
    PW      = B / (1/A + (1 - 1/A) B)                         a caller waits, Erlang A
    P(Ab)   = PW (1 - 1/r + 1/(r A)),  r = a/n                he hangs up
    E[W]    = patience P(Ab)                                  of all, who hangs up included
    late(t) = PW x/(x+1) e A(x+1, y e)/A · exp(y (1-e) - n t/aht),  e = exp(-t/patience)
    SL(t)   = 1 - PW exp(-(n-a) t/aht) in Erlang C,  1 - P(Ab) - late(t) in Erlang A

A grows beyond all numbers where agents are far too few, so that it is kept by its logarithm. No
figure loses its meaning with thousands of agents.
"""

from dataclasses import dataclass
from math import exp, floor, inf, isfinite, lgamma, log

_NEGLIGIBLE = 1e-17


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What arrives in an interval: calls in an hour, and seconds of work in each (talk, wrap-up).

    `patience` is the mean time after which a waiting caller hangs up; None is never.
    """

    calls_per_hour: float
    aht: float
    patience: float | None = None

    def __post_init__(self) -> None:
        times = self.aht, 1.0 if self.patience is None else self.patience
        if not (isfinite(self.calls_per_hour) and self.calls_per_hour >= 0):
            raise ValueError("calls_per_hour must be a number from 0 on")
        if not all(isfinite(one) and one > 0 for one in times):
            raise ValueError("times must be above 0")

    @property
    def erlangs(self) -> float:
        """How many agents the work alone keeps busy."""
        return self.calls_per_hour * self.aht / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What callers and agents see of a load with so many agents. All shares are of 1.

    `service_level` is the share of all offered calls that are answered within the asked time;
    who hangs up sooner counts against it. `asa` is the mean wait over all offered calls, infinite
    where the line grows for ever.
    """

    agents: int
    wait_probability: float
    service_level: float
    asa: float
    abandon_rate: float
    occupancy: float


def erlang_b(erlangs: float, lines: int) -> float:
    """The share of calls that find all lines busy, where nobody waits."""
    blocked = 1.0
    for k in range(1, lines + 1):
        blocked = erlangs * blocked / (k + erlangs * blocked)
    return blocked


def service(load: Load, agents: int, *, within: float) -> Service:
    """What so many agents make of the load: Erlang A if callers lose patience, else Erlang C."""
    if agents < 1:
        raise ValueError("there must be an agent")
    if within < 0:
        raise ValueError("within must not be negative")
    if load.erlangs == 0:
        return _idle(agents)
    if load.patience is None:
        return _erlang_c(load, agents, within)
    return _erlang_a(load, agents, within, load.patience)


def _idle(agents: int) -> Service:
    return Service(
        agents=agents,
        wait_probability=0.0,
        service_level=1.0,
        asa=0.0,
        abandon_rate=0.0,
        occupancy=0.0,
    )


# ── Erlang C ────────────────────────────────────────────────────────────────────────────────


def _erlang_c(load: Load, agents: int, within: float) -> Service:
    spare = agents - load.erlangs
    if spare <= 0:
        return _overrun(agents)
    blocked = erlang_b(load.erlangs, agents)
    waits = agents * blocked / (agents - load.erlangs * (1 - blocked))
    return Service(
        agents=agents,
        wait_probability=waits,
        service_level=1 - waits * exp(-spare * within / load.aht),
        asa=waits * load.aht / spare,
        abandon_rate=0.0,
        occupancy=load.erlangs / agents,
    )


def _overrun(agents: int) -> Service:
    """More work than agents, and nobody hangs up: the line never ends."""
    return Service(
        agents=agents,
        wait_probability=1.0,
        service_level=0.0,
        asa=inf,
        abandon_rate=0.0,
        occupancy=1.0,
    )


# ── Erlang A ────────────────────────────────────────────────────────────────────────────────


def _erlang_a(load: Load, agents: int, within: float, patience: float) -> Service:
    x, y = agents * patience / load.aht, load.erlangs * patience / load.aht
    blocked, crowding = erlang_b(load.erlangs, agents), _log_a(x, y)
    no_queue = exp(-crowding)
    waits = blocked / (no_queue + (1 - no_queue) * blocked)
    gone = waits * (1 - agents / load.erlangs * (1 - no_queue))
    gone = min(max(gone, 0.0), 1.0)
    stays = exp(-within / patience)
    late = 0.0
    if stays > 0 and waits > 0:
        line = _log_a(x + 1, y * stays) - crowding + y * (1 - stays) - x * within / patience
        late = waits * x / (x + 1) * stays * exp(line)
    return Service(
        agents=agents,
        wait_probability=waits,
        service_level=min(max(1 - gone - late, 0.0), 1.0),
        asa=patience * gone,
        abandon_rate=gone,
        occupancy=min(load.erlangs * (1 - gone) / agents, 1.0),
    )


def _log_a(x: float, y: float) -> float:
    """log A(x, y): summed both ways from its greatest term, whose own size is known by gammas."""
    top = max(0, floor(y - x))
    total = 1.0 + _falling(x, y, top) + _rising(x, y, top)
    return log(total) + top * log(y) + lgamma(x + 1) - lgamma(x + top + 1) if top else log(total)


def _falling(x: float, y: float, top: int) -> float:
    total, term, k = 0.0, 1.0, top
    while term > _NEGLIGIBLE * total:
        k += 1
        term *= y / (x + k)
        total += term
    return total


def _rising(x: float, y: float, top: int) -> float:
    total, term = 0.0, 1.0
    for k in range(top, 0, -1):
        term *= (x + k) / y
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return total
