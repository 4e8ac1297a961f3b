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

from routing.ids import AgentId, NodeId
from routing.notices import AgentChanged, AgentView, Notice
from routing.terms import Availability, PhoneKind
from telephony.accounts import AccountOptions, browser_account, desk_account
from telephony.ami import AmiClient, AmiError, Refused, action
from telephony.endpoints import TECHNOLOGY, EndpointBook
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
        self._members: dict[NodeId, frozenset[str]] = {}
        """The agents' phones in each node's queue, as far as we know."""
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
        before = dict(self._wanted)
        for notice in notices:
            if isinstance(notice, AgentChanged):
                self._wanted[notice.agent.agent] = self._interface(notice.agent)
        if self._wanted != before:
            self._changed.set()

    def forget_members(self) -> None:
        """A node started anew or was away: ask it for its members, and put them right."""
        self._members = {}
        self._changed.set()

    def _interface(self, agent: AgentView) -> str | None:
        if not agent.on_shift or agent.availability is not Availability.AVAILABLE:
            return None
        endpoint = self._book.active(agent.agent)
        return f"{TECHNOLOGY}{endpoint}" if endpoint else None

    async def _keep_members(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for node in self._nodes():
                try:
                    await self._put_right(node, self._members)
                except AmiError as error:
                    # A silent node is asked again when it is back.
                    self._members.pop(node.node, None)
                    _log.debug("members unknown", node=node.node, why=type(error).__name__)

    async def _put_right(self, node: AsteriskNode, members: dict[NodeId, frozenset[str]]) -> None:
        """Add and remove what differs. `members` may be forgotten meanwhile: then nobody reads it.

        A member outlives us and Asterisk. Whoever went home while we were away must not be rung;
        a phone of nobody, and one of whom we have not heard yet, stays as it is.
        """
        present = members.get(node.node)
        if present is None:
            present = await _members_of(node)
        wanted = {phone: agent for agent, phone in self._wanted.items() if phone is not None}
        gone = {phone for phone in present - wanted.keys() if self._owner(phone) in self._wanted}
        for phone in gone:
            await _change_member(node, "QueueRemove", Interface=phone)
        for phone in wanted.keys() - present:
            await _change_member(node, "QueueAdd", Interface=phone, MemberName=wanted[phone])
        members[node.node] = frozenset(present - gone | wanted.keys())

    def _owner(self, interface: str) -> AgentId | None:
        return self._book.owner(interface.removeprefix(TECHNOLOGY))


async def _members_of(node: AsteriskNode) -> frozenset[str]:
    shown = await node.client.send_list(action("QueueStatus", Queue=FALLBACK_QUEUE))
    return frozenset(one.fields.get("Location", "") for one in shown if one.name == "QueueMember")


async def _change_member(node: AsteriskNode, name: str, **headers: str) -> None:
    # Refused is "already there" or "not there", which is what we want.
    with contextlib.suppress(Refused):
        await node.client.send(action(name, Queue=FALLBACK_QUEUE, **headers))


async def _drain(client: AmiClient) -> None:
    """The provisioning link has no events for us, but its ups and downs must be taken."""
    async for _ in client.events():
        pass
