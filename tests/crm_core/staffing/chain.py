"""The oracle: the same queues as Markov chains, solved state by state, without any formula.

Balance equations give the states; what a new caller meets then is followed in time by
uniformisation (Jensen's method). Slow and plain.
"""

from dataclasses import dataclass
from math import exp, fsum, lgamma, log

from crm_core.staffing.erlang import Load, Service


@dataclass(frozen=True, slots=True)
class _Rates:
    arrive: float
    serve: float
    leave: float
    agents: int

    def ends(self, state: int) -> float:
        """How fast the chain goes down from `state` calls in the house."""
        waiting = max(0, state - self.agents)
        return min(state, self.agents) * self.serve + waiting * self.leave


def solved(load: Load, agents: int, *, within: float, states: int = 3_000) -> Service:
    """The same as `erlang.service`; `states` cuts the chain where nothing is left of it."""
    patience = load.patience
    rates = _Rates(
        load.calls_per_hour / 3600, 1 / load.aht, 1 / patience if patience else 0, agents
    )
    shares = _balance(rates, states)
    assert shares[-1] < 1e-15
    waiting = fsum(share * max(0, n - agents) for n, share in enumerate(shares))
    busy = fsum(share * min(n, agents) for n, share in enumerate(shares))
    at_once = fsum(shares[:agents])
    soon = _answered(rates, shares[agents:], within)
    return Service(
        agents=agents,
        wait_probability=1 - at_once,
        service_level=at_once + soon,
        asa=waiting / rates.arrive,
        abandon_rate=waiting * rates.leave / rates.arrive,
        occupancy=busy / agents,
    )


def _balance(rates: _Rates, states: int) -> list[float]:
    logs = [0.0]
    for state in range(1, states):
        logs.append(logs[-1] + log(rates.arrive) - log(rates.ends(state)))
    top = max(logs)
    weights = [exp(one - top) for one in logs]
    total = fsum(weights)
    return [weight / total for weight in weights]


def _answered(rates: _Rates, met: list[float], within: float) -> float:
    """The share of all callers who wait and are answered within so many seconds.

    A caller who meets j others in line is j + 1 departures from an agent, or leaves himself.
    """
    ahead = list(met)
    while ahead and ahead[-1] < 1e-13:
        ahead.pop()
    pace = rates.agents * rates.serve + (len(ahead) + 1) * rates.leave
    mean, answered, gone = pace * within, 0.0, []
    for _ in range(int(mean + 12 * mean**0.5 + 30)):
        gone.append(answered)
        down = [(rates.agents * rates.serve + j * rates.leave) / pace for j in range(len(ahead))]
        answered += ahead[0] * down[0]
        ahead = [
            share * (1 - down[j] - rates.leave / pace)
            + (ahead[j + 1] * down[j + 1] if j + 1 < len(ahead) else 0.0)
            for j, share in enumerate(ahead)
        ]
    return fsum(share * exp(-mean + n * log(mean) - lgamma(n + 1)) for n, share in enumerate(gone))
