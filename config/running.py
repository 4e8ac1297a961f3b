"""Bringing the product up and taking it down, for `serve` and `demo`."""

import asyncio
import socket
from collections.abc import Callable, Coroutine

import structlog
from rich.console import Console

from config.audio import lay_audio, music_names
from config.bootstrap import PrivatePbx, Product, ServerStopped
from config.failures import Failed
from config.pbx import process
from config.pbx.binary import cache_folder, find_or_install
from config.pbx.errors import PbxError
from config.pbx.local_node import local_node
from config.pbx_private import NODE
from config.settings import Settings
from crm_core.database import Database, upgrade
from crm_core.errors import StorageAway

_log = structlog.get_logger(__name__)


def prepare(settings: Settings) -> None:
    """Make the state folder and bring the database's schema up to date. Raises Failed."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    for port in (settings.http_port, settings.live_port):
        _must_be_free(settings.http_host, port)
    try:
        upgrade(settings.database)
    except StorageAway as error:
        raise Failed(str(error)) from error


def private_pbx(settings: Settings) -> PrivatePbx | None:
    """Start the private Asterisk, unless the operator has nodes of his own. Raises Failed."""
    if settings.nodes:
        return None
    try:
        tell = Console(stderr=True, highlight=False).print
        binary = find_or_install(cache_folder(), tell)
        music = music_names(settings.config_dir)
        options = local_node(settings.state_dir, binary, node=NODE, music=music)
        lay_audio(settings.config_dir, options, tell)
        process.start(binary, options)
    except PbxError as error:
        raise Failed(str(error)) from error
    return PrivatePbx(binary=binary)


Beside = Callable[[Database], Coroutine[None, None, None]]
"""What runs beside the product, until it is cancelled."""


def serve_until_stopped(
    settings: Settings, private: PrivatePbx | None, *, beside: Beside | None = None
) -> None:
    """Run the product until a signal ends it. Asterisk goes on."""

    async def run() -> None:
        product = Product(settings, private)
        try:
            async with asyncio.TaskGroup() as group:
                if beside is not None:
                    group.create_task(beside(product.db))
                await product.run()
        except* ServerStopped:
            _log.info("stopped")

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        _log.info("interrupted")


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failed(f"{host}:{port} cannot be listened on: {error.strerror}") from error
