"""The whole product for tests: the real process with the demo bank, on free ports.

`product` is shared by a session's tests; `fresh_product` is a test's own, to be killed at will.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import config
from config.demo_call import CallPlan, CallReport, place_call
from config.desk_phone import DeskAccount, write_desk_account
from config.pbx import process as pbx_process
from config.pbx.addresses import free_ports
from config.pbx.binary import AsteriskBinary
from config.pbx.local_node import keep_ports, local_node, node_folder
from config.pbx.options import PbxOptions
from config.pbx.secret_file import load_or_make_secrets
from config.pbx_private import private_node
from config.settings import NodeSettings, Settings
from crm_core.database import Database
from crm_core.staff.employees import employees
from tests.parts.softphone import Softphone

READY_SECONDS = 90.0
RING_SECONDS = 7
SURVEY = "    survey: {flow: survey, percent: 100}\n"
"""What keeps a caller on the line when his agent has hung up; tests of it put it back."""
RULES = """rules:
  - rule: Best clients come sooner and may wait for their manager
    when: {tier: A, whose: likeliest}
    then: {credit: 90, manager_wait: 45}
  - rule: Own manager first
    when: {has_manager: yes, whose: likeliest}
    then: {managers: first}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Product:
    """A running product. `kill` and `start` as often as wanted; the PBX outlives it."""

    state: Path
    binary: AsteriskBinary
    database_url: str = ""
    http_port: int = field(default_factory=free_port)
    live_port: int = field(default_factory=free_port)
    passwords: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def live_url(self) -> str:
        return f"ws://127.0.0.1:{self.live_port}/live"

    @property
    def pbx(self) -> PbxOptions:
        return local_node(self.state, self.binary)

    @property
    def log(self) -> Path:
        return self.state / "product.log"

    def environment(self) -> dict[str, str]:
        changes = {
            "TELLERLINE_STATE_DIR": str(self.state),
            "TELLERLINE_CONFIG_DIR": str(self.state / "config"),
            "TELLERLINE_HTTP_PORT": str(self.http_port),
            "TELLERLINE_LIVE_PORT": str(self.live_port),
            "TELLERLINE_AGI_PORT": "0",
            "TELLERLINE_DATABASE_URL": self.database_url,
            "TELLERLINE_LOG_LEVEL": "warning",
        }
        return {**os.environ, **changes}

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "config", "demo", "--crowd", "0"],
                env=self.environment(),
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[2],
                start_new_session=True,
            )
        self._wait_ready()
        kept = (self.state / "demo-passwords.json").read_text(encoding="utf-8")
        self.passwords = json.loads(kept)

    def _wait_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the product ended: {self.log.read_text()[-4000:]}")
            if self.is_ready():
                return
            time.sleep(0.1)
        raise AssertionError(f"the product is not ready: {self.log.read_text()[-4000:]}")

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(json.load(answer)["ready"])
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        pbx_process.stop(self.pbx)

    def node(self) -> NodeSettings:
        """How the product reaches its private node."""
        return private_node(Settings(state_dir=self.state))

    def customer(self, number: str) -> Softphone:
        """A customer's telephone: a real SIP caller from the trunk, led by the test."""
        return Softphone((self.pbx.bind, self.pbx.ports.sip), number)

    async def call(self, *, from_: str, **options: Any) -> "DemoCall":
        """Place a call as `tellerline demo call` does; it goes on beside the test."""
        plan = CallPlan(number=from_, **options)
        folder = self.state / "demo"
        folder.mkdir(exist_ok=True)
        return DemoCall(asyncio.create_task(place_call(self.node(), plan, folder)))

    def database(self) -> Database:
        """Its database, beside it. Close it."""
        return Database(self.database_url or f"sqlite:///{self.state / 'tellerline.db'}")

    async def desk_account(self, username: str) -> DeskAccount:
        """Write an account for the employee's desk phone as `tellerline staff desk-phone` does."""
        db = self.database()
        async with db.reading() as session:
            people = {one.username: one for one in await employees(session)}
        await db.close()
        return await write_desk_account(self.node(), people[username].desk_endpoint)


@dataclass
class DemoCall:
    """A demo call under way."""

    task: "asyncio.Task[CallReport]"

    async def report(self, timeout: float = 30) -> CallReport:
        """Wait for the call's end; return what became of it."""
        return await asyncio.wait_for(self.task, timeout)


def new_product(state: Path, binary: AsteriskBinary, *, database_url: str = "") -> Product:
    folder = node_folder(state, "pbx1")
    folder.mkdir(parents=True)
    load_or_make_secrets(folder)
    keep_ports(folder, free_ports())  # the usual ones may be chosen by two at once
    _write_config(state / "config")
    return Product(state=state, binary=binary, database_url=database_url)


def _write_config(folder: Path) -> None:
    """The shipped files, with queues that ring briefly so that tests need not wait long, and with
    rules that do not ask for the hour."""
    folder.mkdir()
    shipped = Path(config.__file__).parent
    for file in shipped.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copytree(shipped / "ivr", folder / "ivr")
    queues = (shipped / "queues.yaml").read_text(encoding="utf-8")
    assert "ring_seconds: 20" in queues
    brief = queues.replace("ring_seconds: 20", f"ring_seconds: {RING_SECONDS}")
    assert SURVEY in brief
    (folder / "queues.yaml").write_text(brief.replace(SURVEY, ""), encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")


@pytest.fixture(scope="session")
def product(
    asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The session's product. Tests leave their agents off shift."""
    running = new_product(tmp_path_factory.mktemp("product"), asterisk_binary)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def fresh_product(
    asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A product of the test's own."""
    running = new_product(tmp_path_factory.mktemp("fresh"), asterisk_binary)
    running.start()
    yield running
    running.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"product", "fresh_product"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.asterisk)
