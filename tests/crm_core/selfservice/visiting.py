"""Visits and answers for the tests."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from crm_core.database import Database
from crm_core.selfservice import surveys, visits
from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.surveys import Said
from crm_core.selfservice.visits import Step, Visit
from routing.ids import AgentId, CallId, FlowId, QueueId
from routing.terms import ServiceEnd
from tests.crm_core.conftest import START

NODES = ("menu", "identify", "pin", "balance", "goodbye")
_MS = timedelta(milliseconds=1)


def stay(node: str, at: datetime, seconds: float, leaving: Leaving, key: str = "") -> Step:
    """A stay of so many seconds."""
    left = at + timedelta(seconds=seconds)
    return Step(node=node, entered_at=at, left_at=left, leaving=leaving, key=key)


def visit(call: str = "c1", at: datetime = START, **changes: Any) -> Visit:
    """The balance was asked for and told."""
    steps = (
        stay("menu", at, 4, Leaving.KEY, "1"),
        stay("pin", at + timedelta(seconds=4), 9, Leaving.KEYED),
        stay("balance", at + timedelta(seconds=13), 7.5, Leaving.WENT_ON),
    )
    told: dict[str, Any] = {
        "call": CallId(call),
        "flow": FlowId("main"),
        "version": "1",
        "language": "ru",
        "began_at": at,
        "left_at": steps[-1].left_at,
        "end": ServiceEnd.DONE,
        "told": ("balance",),
        "steps": steps,
    }
    return Visit(**told | changes)


def random_visit(chance: random.Random, n: int, at: datetime) -> Visit:
    """A caller who wanders about."""
    steps: list[Step] = []
    now = at
    for _ in range(chance.randint(1, 6)):
        leaving = chance.choice(list(Leaving))
        key = chance.choice("0123456789*#") if leaving is Leaving.KEY else ""
        left = now + chance.randrange(90_000) * _MS
        node = chance.choice(NODES)
        steps.append(Step(node=node, entered_at=now, left_at=left, leaving=leaving, key=key))
        now = left
    return visit(
        f"c{n}",
        at,
        flow=FlowId(chance.choice(("main", "loans"))),
        version=chance.choice(("1", "2")),
        left_at=now,
        end=chance.choice(list(ServiceEnd)),
        told=chance.choice(((), ("balance",))),
        steps=tuple(steps),
    )


def random_answers(chance: random.Random, n: int, at: datetime) -> list[Said]:
    """What a caller answers to two questions, or to one; not always about anybody known."""
    about: dict[str, Any] = {
        "agent": chance.choice((None, AgentId("anna"))),
        "queue": chance.choice((None, QueueId("cards"))),
    }
    both = {"satisfaction": chance.randint(1, 5), "recommend": chance.randint(0, 10)}
    call, flow = CallId(f"c{n}"), FlowId("survey")
    return [
        Said(call=call, flow=flow, question=question, value=value, asked_at=at, **about)
        for question, value in list(both.items())[: chance.randint(1, 2)]
    ]


async def keep_all(db: Database, several: Sequence[Visit], said: Sequence[Said] = ()) -> None:
    async with db.unit_of_work() as session:
        for one in several:
            await visits.keep(session, one)
        for answer in said:
            await surveys.keep(session, answer)
