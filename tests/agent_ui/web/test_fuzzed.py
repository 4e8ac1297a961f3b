"""Whatever is sent to any operation of the API, it is never our own defect that answers.

The real application on a real socket; requests are made by schemathesis from the description that
the API gives of itself, each with a token of an employee whom the operation lets in. Half of them
name a client who is there.
"""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from agent_ui.options import WebOptions
from agent_ui.web.access_table import ACCESS
from agent_ui.web.app import create_app
from crm_core.database import Database
from crm_core.staff import tokens
from crm_core.staff.permissions import PERMISSIONS, Permission
from tests.agent_ui.centre import ORIGIN, STAFF, Centre, Desks, open_centre
from tests.agent_ui.web.conftest import ClosedScreens, parts_of

EXAMPLES = 3
"""Requests to each operation."""


@dataclass(slots=True)
class Served:
    """The application in a thread of its own, with its own loop and database."""

    url: str
    app: FastAPI
    party: str
    tokens: dict[str, str] = field(default_factory=dict)

    def token_for(self, method: str, path: str) -> str:
        """The token of somebody who may use the route."""
        wanted = ACCESS[method, path].any_of
        name = next(name for name, role in STAFF.items() if PERMISSIONS[role] & wanted)
        return self.tokens[name]


@pytest.fixture(scope="module")
def served(bank_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("fuzzed") / "bank.db"
    path.write_bytes(bank_template.read_bytes())
    ready, servers, found = threading.Event(), list[uvicorn.Server](), list[Served]()

    async def serve() -> None:
        db = Database(f"sqlite:///{path}")
        centre = await open_centre(db, Desks())
        app = create_app(parts_of(centre, OPTIONS, ClosedScreens(), {"database": True}))
        config = uvicorn.Config(app, port=0, log_config=None, ws="none", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        served = Served(f"http://127.0.0.1:{port}", app, centre.parties["client"])
        served.tokens = await _tokens(centre)
        servers.append(server)
        found.append(served)
        ready.set()
        await task
        await db.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield found[0]
    servers[0].should_exit = True
    thread.join(10)


OPTIONS = WebOptions(
    origins=frozenset({ORIGIN}),
    hosts=frozenset(),
    live_url="ws://desk.test/live",
    phone_urls=(),
    timezone="Europe/Moscow",
)


async def _tokens(centre: Centre) -> dict[str, str]:
    made = {}
    async with centre.db.unit_of_work() as session:
        for name, employee in centre.staff.items():
            scopes: frozenset[Permission] = PERMISSIONS[employee.role]
            token = await tokens.create(
                session, employee, name="fuzz", scopes=scopes, days=1, by="test"
            )
            made[name] = token.token
    return made


def test_no_operation_answers_with_a_defect(served: Served) -> None:
    schema = schemathesis.openapi.from_dict(served.app.openapi())
    tried = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if (operation.method.upper(), operation.path) in ACCESS:
            _try(served, operation)
            tried += 1
    described = {path for _, path in ACCESS if path.startswith("/api/")}
    assert tried >= len(described)


def _try(served: Served, operation: APIOperation) -> None:
    method, path = operation.method.upper(), operation.path

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case) -> None:
        for name in ("party", "winner", "loser"):
            if case.path_parameters and name in case.path_parameters and len(str(case.body)) % 2:
                case.path_parameters[name] = served.party
        headers = {}
        if not ACCESS[method, path].public:
            headers["Authorization"] = f"Bearer {served.token_for(method, path)}"
        response = case.call(base_url=served.url, headers=headers)
        case.validate_response(response, checks=[not_a_server_error], headers=headers)

    send()
