"""What scenarios share: a customer who calls, and agents who have begun their shifts."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.parts.console import Agent
from tests.parts.product import Product
from tests.parts.softphone import PhoneCall, Softphone

BOTH = "+79455550151"
"""Ivanova: her managers are Anna, then Boris."""
ABSENT_FIRST = "+79455550120"
"""Sokolova, a VIP: Felix, who is away, then Boris, then Anna."""
SHARED = "+79455550110"
"""Used by a family of two and a firm."""
STRANGER = "+79455559999"
"""In nobody's file."""

Shift = Callable[..., Coroutine[Any, Any, Agent]]
Dial = Callable[..., Coroutine[Any, Any, PhoneCall]]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
def on_shift(product: Product, stack: AsyncExitStack) -> Shift:
    """Bring an agent to work with a registered desk phone."""

    async def start(username: str) -> Agent:
        agent = await stack.enter_async_context(Agent(product, username))
        await agent.start_shift()
        return agent

    return start


@pytest.fixture
def dial(product: Product, stack: AsyncExitStack) -> Dial:
    """Let a customer call in; the call is answered by Asterisk when this returns."""

    async def call(number: str, dialled: str = "4000", name: str = "") -> PhoneCall:
        phone: Softphone = await stack.enter_async_context(product.customer(number))
        return await phone.call(dialled, caller_name=name)

    return call
