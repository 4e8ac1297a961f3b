"""A desk phone's account, written on all nodes by the provisioning link and told once."""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field

from config.settings import NodeSettings
from crm_core.clock import SystemClock
from telephony.accounts import AccountOptions, desk_account
from telephony.ami import PROVISIONING_ACTIONS, AmiClient, AmiOptions, LinkUp

LINK_WAIT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAccount:
    """What to enter into the telephone."""

    server: str
    user: str
    password: str = field(repr=False)


async def write_desk_account(node: NodeSettings, endpoint: str) -> DeskAccount:
    """Give the endpoint a new password on this node. Raises TimeoutError, AmiError."""
    client = AmiClient(provisioning_options(node), clock=SystemClock().now)
    worker = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(LINK_WAIT):
            async for item in client.events():
                if isinstance(item, LinkUp):
                    break
        password = secrets.token_urlsafe(18)
        options = AccountOptions(media_address=node.media_address)
        for act in desk_account(endpoint, password, options):
            await client.send(act)
        return DeskAccount(server=f"{node.host}:{node.sip_port}", user=endpoint, password=password)
    finally:
        await client.close()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


def provisioning_options(node: NodeSettings) -> AmiOptions:
    """Return how to log in with the right to write accounts, and no other."""
    return AmiOptions(
        node=node.name,
        host=node.host,
        port=node.ami_port,
        username="tellerline-provision",
        secret=node.provisioning_secret.get_secret_value(),
        event_mask="off",
        wanted_events=frozenset(),
        allowed_actions=PROVISIONING_ACTIONS,
    )
