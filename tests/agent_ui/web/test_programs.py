"""Programs on the API: tokens with scopes, and writes under an idempotency key."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from fastapi import Request
from sqlalchemy import func, select

from agent_ui.shapes import Shape
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.access_table import ACCESS, Rule
from agent_ui.web.api import api_router
from agent_ui.web.once import TELLS_SECRET
from crm_core.errors import Refused
from crm_core.models import IdempotentWrite, Party
from crm_core.parties.records import PartyFacts, PersonName, add_person
from crm_core.staff import tokens
from crm_core.staff.permissions import Permission
from tests.agent_ui.centre import ORIGIN
from tests.agent_ui.web.conftest import Site

WRITE = "/api/v1/newcomers"
SECRET = WRITE + "/secret"


class Newcomer(Shape):
    """Whom the test's own route adds."""

    family: str


@pytest.fixture
def writing(site: Site) -> Iterator[Site]:
    """The site with one more route, which writes."""
    router = api_router("test")

    @router.post("/newcomers", status_code=201)
    async def add(request: Request, one: Newcomer) -> dict[str, str]:
        async with parts_of(request).db.unit_of_work() as session:
            name = PersonName(family=one.family, given="")
            by = signed_in_of(request).employee.id
            party = await add_person(session, name, PartyFacts(), by=by)
            if one.family == "Refused":
                raise Refused
        return {"party": party}

    @router.post("/newcomers/secret", openapi_extra=TELLS_SECRET)
    async def tell(request: Request, one: Newcomer) -> dict[str, str]:
        async with parts_of(request).db.unit_of_work() as session:
            name = PersonName(family=one.family, given="")
            await add_person(session, name, PartyFacts(), by="test")
        return {"number": "4276 0000 1111 2222"}

    ACCESS["POST", SECRET] = Rule(any_of=frozenset({Permission.EDIT_PARTIES}))
    ACCESS["POST", WRITE] = Rule(any_of=frozenset({Permission.EDIT_PARTIES}))
    site.app.include_router(router)
    yield site
    del ACCESS["POST", WRITE], ACCESS["POST", SECRET]


async def program(site: Site, name: str, *scopes: Permission) -> httpx.AsyncClient:
    """A client that sends a token of the employee's."""
    employee = site.centre.staff[name]
    async with site.centre.db.unit_of_work() as session:
        made = await tokens.create(session, employee, name="Test", scopes=scopes, days=1, by="test")
    return site.visitor(Authorization=f"Bearer {made.token}")


async def added(site: Site) -> int:
    async with site.centre.db.reading() as session:
        return await session.scalar(select(func.count()).select_from(Party)) or 0


async def test_a_token_opens_what_its_scopes_say(site: Site) -> None:
    client = await program(site, "sofia", Permission.VIEW_PARTIES)
    assert (await client.get("/api/v1/parties/search", params={"q": "a"})).status_code == 200
    refused = await client.get("/api/v1/call-cards")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_a_token_opens_no_page_and_no_console(site: Site) -> None:
    client = await program(site, "anna", Permission.TAKE_CALLS, Permission.VIEW_OWN_CARDS)
    client.headers["Accept"] = "application/json"
    assert (await client.get("/cards")).status_code == 401
    assert (await client.post("/live/ticket", headers={"Origin": ORIGIN})).status_code == 401


@pytest.mark.parametrize("value", ["Bearer", "Bearer tlr_none", "Bearer " + "x" * 5000])
async def test_a_wrong_token_is_refused(site: Site, value: str) -> None:
    answer = await site.visitor(Authorization=value).get("/api/v1/call-cards")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")


async def test_a_program_writes_without_a_page_of_ours(writing: Site) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    assert (await client.post(WRITE, json={"family": "Berg"})).status_code == 201
    reader = await program(writing, "anna", Permission.VIEW_PARTIES)
    assert (await reader.post(WRITE, json={"family": "Berg"})).status_code == 403


async def test_the_same_key_is_answered_alike_and_writes_once(writing: Site) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    before, key = await added(writing), {"Idempotency-Key": "one"}
    first = await client.post(WRITE, json={"family": "Berg"}, headers=key)
    again = await client.post(WRITE, json={"family": "Berg"}, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await added(writing) == before + 1


async def test_an_answer_that_tells_a_secret_is_kept_nowhere(writing: Site) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    before, key = await added(writing), {"Idempotency-Key": "one"}
    assert (await client.post(SECRET, json={"family": "Berg"}, headers=key)).status_code == 200
    again = await client.post(SECRET, json={"family": "Berg"}, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already_written")
    assert await added(writing) == before + 1
    async with writing.centre.db.reading() as session:
        kept = list(await session.scalars(select(IdempotentWrite.body)))
    assert kept == [None]


async def test_another_request_under_the_key_is_refused(writing: Site) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    key = {"Idempotency-Key": "one"}
    await client.post(WRITE, json={"family": "Berg"}, headers=key)
    other = await client.post(WRITE, json={"family": "Burg"}, headers=key)
    assert other.status_code == 422
    assert other.json()["errors"] == [
        {"field": "Idempotency-Key", "code": "used_for_another_request"}
    ]


async def test_many_at_once_under_one_key_write_once(writing: Site) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    before, key = await added(writing), {"Idempotency-Key": "one"}
    answers = await asyncio.gather(
        *(client.post(WRITE, json={"family": "Berg"}, headers=key) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await added(writing) == before + 1


async def test_a_refused_write_may_be_tried_again(writing: Site) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    before, key = await added(writing), {"Idempotency-Key": "one"}
    for _ in range(2):
        refused = await client.post(WRITE, json={"family": "Refused"}, headers=key)
        assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    assert (await client.post(WRITE, json={"family": "Berg"}, headers=key)).status_code == 201
    assert await added(writing) == before + 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "ключ".encode().decode("latin-1")])
async def test_a_malformed_key_is_refused(writing: Site, key: str) -> None:
    client = await program(writing, "anna", Permission.EDIT_PARTIES)
    headers = [("Idempotency-Key", key.encode("latin-1"))]
    answer = await client.post(WRITE, json={"family": "Berg"}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 422
