"""The private Asterisk of a single machine: how to reach it, and keeping it alive.

It runs on when the application stops or dies, so that nobody is hung up; it is started again
within a moment when it dies itself.
"""

import asyncio
from pathlib import Path

import structlog

from config.pbx import process
from config.pbx.binary import AsteriskBinary
from config.pbx.errors import PbxError
from config.pbx.layout import private_layout
from config.pbx.local_node import load_or_choose_ports, node_folder
from config.pbx.options import PbxOptions
from config.pbx.secret_file import load_or_make_secrets
from config.settings import NodeSettings, Settings
from telephony.phrases import FOLDER

_log = structlog.get_logger(__name__)

NODE = "pbx1"
CUSTOMERS = "Local/{number}@tellerline-customer/n"
"""It has no trunk: whoever is rung is played by its own dialplan."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the process."""


def private_node(settings: Settings) -> NodeSettings:
    """Return how to reach the private node, which may not run yet."""
    folder = node_folder(settings.state_dir, NODE)
    folder.mkdir(parents=True, exist_ok=True)
    secrets, ports = load_or_make_secrets(folder), load_or_choose_ports(folder)
    return NodeSettings.model_validate(
        {
            "name": NODE,
            "host": "127.0.0.1",
            "ami_port": ports.ami,
            "sip_port": ports.sip,
            "ami_secret": secrets.application,
            "provisioning_secret": secrets.provisioning,
            "phone_url": f"ws://127.0.0.1:{ports.http}/ws",
            "media_address": "127.0.0.1",
            "outbound": CUSTOMERS,
        }
    )


def private_sounds(settings: Settings) -> Path:
    """Return the folder of the private node's prompts."""
    folder = node_folder(settings.state_dir, NODE)
    return private_layout(folder, modules=folder).data / "sounds" / FOLDER


async def keep_running(binary: AsteriskBinary, options: PbxOptions) -> None:
    """Start the node again whenever it is gone, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if process.status(options) is not None:
            continue
        _log.error("pbx.died", node=options.node)
        try:
            await asyncio.to_thread(process.start, binary, options)
        except PbxError as error:
            _log.error("pbx.not_started", node=options.node, why=type(error).__name__)
            await asyncio.sleep(2)
