"""The core bank's operations: events in, one answer each, and how the data stands."""

import json
from typing import Any

import httpx

from tests.agent_ui.web.conftest import Site

EVENTS = "/api/v1/core-bank/events"


def party(event_id: str = "e-1", **told: Any) -> dict[str, Any]:
    data = {"kind": "person", "family_name": "Орлова", "given_name": "Анна"}
    return {
        "event_id": event_id, "source": "abs", "type": "party.upserted", "subject": "c1",
        "subject_version": 1, "business_date": "2026-03-02",
        "occurred_at": "2026-03-02T09:00:00Z", "schema": 1, "data": data, **told,
    }  # fmt: skip


async def results(client: httpx.AsyncClient, *events: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.post(EVENTS, json={"events": events})
    assert answer.status_code == 202, answer.text
    told: list[dict[str, Any]] = answer.json()["results"]
    return told


async def test_each_event_has_its_own_answer(site: Site) -> None:
    admin = await site.browser("admin")
    told = await results(
        admin,
        party(),
        party(),
        party("e-2", data={"kind": "ghost"}),
        party("e-3", type="phone.upserted", data={"party_key": "c9", "number": "+79161234567"}),
    )
    assert [(one["result"], one["reason"], one["column"]) for one in told] == [
        ("stored", "", ""),
        ("repeated", "stored", ""),
        ("refused", "code", "kind"),
        ("parked", "", ""),
    ]
    parked = (await admin.get("/api/v1/core-bank/parked")).json()["items"]
    assert [(one["missing_entity"], one["missing_key"]) for one in parked] == [("party", "c9")]


async def test_an_event_of_no_shape_is_a_field_error(site: Site) -> None:
    admin = await site.browser("admin")
    for wrong in (party(event_id="a b"), party(subject_version=-1), party(extra=1)):
        assert (await admin.post(EVENTS, json={"events": [wrong]})).status_code == 422
    assert (await admin.post(EVENTS, json={"events": []})).status_code == 422


async def test_strange_text_is_refused_and_breaks_nothing(site: Site) -> None:
    admin = await site.browser("admin")
    strange = ({"kind": "person", "family_name": "\ud800"}, {"kind\x00": "1"}, {"kind": 1.5})
    events = [party(f"e-{n}", data=one) for n, one in enumerate(strange)]
    body = json.dumps({"events": events}).encode()
    answer = await admin.post(EVENTS, content=body, headers={"Content-Type": "application/json"})
    assert {one["result"] for one in answer.json()["results"]} == {"refused"}


async def test_an_alarm_holds_dialling_until_it_is_acknowledged(site: Site) -> None:
    admin = await site.browser("admin")
    other = party("e-2", data={"kind": "person", "family_name": "Другая"})
    await results(admin, party(), other)
    standing = (await admin.get("/api/v1/core-bank/standing")).json()
    assert standing["dialling_may_trust"] is False
    (alarm,) = standing["alarms"]
    assert (alarm["code"], alarm["subject"]) == ("version_conflict", "c1")
    done = await admin.post(f"/api/v1/core-bank/alarms/{alarm['id']}/acknowledge")
    assert done.status_code == 204
    assert (await admin.get("/api/v1/core-bank/standing")).json()["dialling_may_trust"] is True
    assert (await admin.post("/api/v1/core-bank/alarms/none/acknowledge")).status_code == 404


async def test_an_agent_may_tell_and_see_nothing(site: Site) -> None:
    agent = await site.browser("clara")
    assert (await agent.post(EVENTS, json={"events": [party()]})).status_code == 403
    assert (await agent.get("/api/v1/core-bank/standing")).status_code == 403
