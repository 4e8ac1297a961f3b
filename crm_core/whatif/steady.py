"""The world of Erlang's formulas: calls by chance at a steady rate, exponential talks and patience.

Here the simulator can be held against what is known exactly; and where the formulas' assumptions do
not hold (ringing, wrap-up, several skills) the same world can be played with them dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import inf
from random import Random

from crm_core.whatif.calls import Outcome, RecordedCall
from crm_core.whatif.drawing import Caller
from crm_core.whatif.rosters import House
from crm_core.whatif.staffing import Staff
from routing.ids import AgentId, CallId, QueueId
from routing.roster import AgentProfile, QueueProfile
from routing.terms import WrapUpMode

QUEUE = QueueId("steady")
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUSE = House(
    queues=(QueueProfile(queue=QUEUE, name="Steady", wrap_up=WrapUpMode.OPTIONAL),),
    default_queue=QUEUE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """Calls an hour, mean seconds of a talk and of patience (None: nobody hangs up)."""

    calls_per_hour: float
    aht: float
    patience: float | None = None


def callers(world: Steady, number: int, chance: Random) -> list[Caller]:
    """So many callers, one after another. The same chance gives the same callers."""
    return list(islice(_endless(world, chance), number))


def staff(agents: int, until: datetime) -> Staff:
    """So many agents alike, on duty all the time."""
    names = [AgentId(f"agent{n:04d}") for n in range(1, agents + 1)]
    return Staff(
        agents=tuple(AgentProfile(agent=one, name=one, queues=(QUEUE,)) for one in names),
        duties=dict.fromkeys(names, ((BEGIN, until),)),
    )


def _endless(world: Steady, chance: Random) -> Iterator[Caller]:
    moment, number = BEGIN, 0
    while True:
        number += 1
        moment += timedelta(seconds=chance.expovariate(world.calls_per_hour / 3600))
        call = RecordedCall(
            call=CallId(f"steady-{number}"),
            arrived_at=moment,
            queue=QUEUE,
            outcome=Outcome.ANSWERED,
            waited=0.0,
        )
        yield Caller(
            call=call,
            patience=chance.expovariate(1 / world.patience) if world.patience else inf,
            talk=chance.expovariate(1 / world.aht),
            after_call=0.0,
        )
