"""Agents' phones for a shift: accounts, the phone in use, and a place in the native queue.

The native queue's members follow the agents' availability, so that it can serve callers by itself
when we are away.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from routing.ids import AgentId
from routing.notices import AgentChanged, AgentView, Notice
from routing.terms import Availability, PhoneKind
from telephony.accounts import AccountOptions, browser_account, desk_account
from telephony.ami import AmiClient, AmiError, action
from telephony.endpoints import EndpointBook
from telephony.node import AsteriskNode

_log = structlog.get_logger(__name__)

FALLBACK_QUEUE = "tellerline-fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAccount:
    """What a phone needs to register. The password is fresh and kept nowhere else."""

    endpoint: str
    password: str
    display_name: str


class Switchboard:
    """Gives out phones on all nodes."""

    def __init__(
        self,
        book: EndpointBook,
        nodes: Callable[[], Sequence[AsteriskNode]],
        provisioning: Sequence[AmiClient],
        options: AccountOptions,
    ) -> None:
        self._book = book
        self._nodes = nodes
        self._provisioning = provisioning
        self._options = options
        self._members: dict[AgentId, str] = {}
        self._wanted: dict[AgentId, str | None] = {}
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Keep provisioning links up and the native queue's members right, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for client in self._provisioning:
                group.create_task(client.run())
                group.create_task(_drain(client))
            group.create_task(self._keep_members())

    # ── Accounts ────────────────────────────────────────────────────────────────────────────

    async def issue(self, agent: AgentId, kind: PhoneKind) -> PhoneAccount | None:
        """Make the phone ready for a shift. A desk phone keeps its account, so None.

        Raises KeyError for an unknown agent and ConnectionError where no node answers.
        """
        account = None
        if kind is PhoneKind.BROWSER:
            account = await self._write(agent, PhoneKind.BROWSER)
        self._book.activate(agent, kind)
        await self.tell_state()
        return account

    async def new_desk_account(self, agent: AgentId) -> PhoneAccount:
        """Write a new account for the agent's desk phone; the old password dies."""
        return await self._write(agent, PhoneKind.DESK)

    async def _write(self, agent: AgentId, kind: PhoneKind) -> PhoneAccount:
        phones_of = self._book.phones(agent)
        endpoint, password = phones_of.endpoint(kind), secrets.token_urlsafe(24)
        write = browser_account if kind is PhoneKind.BROWSER else desk_account
        actions = write(endpoint, password, self._options)
        written = 0
        for client in self._provisioning:
            try:
                for act in actions:
                    await client.send(act)
                written += 1
            except AmiError as error:
                _log.warning("account not written", agent=agent, why=type(error).__name__)
        if not written:
            raise ConnectionError("no Asterisk node took the account")
        return PhoneAccount(endpoint=endpoint, password=password, display_name=phones_of.name)

    async def tell_state(self) -> None:
        """Ask how the phones in use stand and tell it as facts; silent nodes tell it later."""
        for node in self._nodes():
            with contextlib.suppress(AmiError):
                await node.tell_phones()

    # ── The native queue ────────────────────────────────────────────────────────────────────

    def show(self, notices: Sequence[Notice]) -> None:
        """Follow the agents' availability. Never blocks."""
        for notice in notices:
            if isinstance(notice, AgentChanged):
                self._wanted[notice.agent.agent] = self._interface(notice.agent)
        if any(self._members.get(a) != w for a, w in self._wanted.items()):
            self._changed.set()

    def forget_members(self) -> None:
        """A node started anew or was away: tell it all members again."""
        self._members.clear()
        self._changed.set()

    def _interface(self, agent: AgentView) -> str | None:
        if not agent.on_shift or agent.availability is not Availability.AVAILABLE:
            return None
        endpoint = self._book.active(agent.agent)
        return f"PJSIP/{endpoint}" if endpoint else None

    async def _keep_members(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for agent, wanted in list(self._wanted.items()):
                present = self._members.get(agent)
                if wanted != present:
                    await self._change(agent, present, wanted)

    async def _change(self, agent: AgentId, present: str | None, wanted: str | None) -> None:
        if present is not None:
            await self._on_all_nodes("QueueRemove", Interface=present)
        if wanted is not None:
            await self._on_all_nodes("QueueAdd", Interface=wanted, MemberName=agent)
        if wanted is None:
            self._members.pop(agent, None)
        else:
            self._members[agent] = wanted

    async def _on_all_nodes(self, name: str, **headers: str) -> None:
        for node in self._nodes():
            try:
                await node.client.send(action(name, Queue=FALLBACK_QUEUE, **headers))
            except AmiError as error:
                # "Already there" and "not there" are what we want; a silent node is told later.
                _log.debug("member unchanged", node=node.node, why=type(error).__name__)


async def _drain(client: AmiClient) -> None:
    """The provisioning link has no events for us, but its ups and downs must be taken."""
    async for _ in client.events():
        pass
