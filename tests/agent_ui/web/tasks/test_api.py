"""Tasks, complaints, interests and the worklist over the API: made, moved, refused, made once."""

from typing import Any

import httpx

from crm_core.bank.products import add_product
from crm_core.bank.terms import AgreementKind
from tests.agent_ui.web.conftest import Site

API = "/api/v1"


async def asked(
    browser: httpx.AsyncClient, path: str, body: dict[str, Any] | None = None, **headers: str
) -> tuple[int, Any]:
    """GET, or POST of a body; the status and the answer."""
    if body is None:
        answer = await browser.get(API + path, headers=headers)
    else:
        answer = await browser.post(API + path, json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_task_from_order_to_result(site: Site) -> None:
    anna = await site.browser("anna", Accept="application/json")
    wanted = {"party": site.centre.parties["client"], "type": "call_back", "title": "Call"}
    status, task = await asked(anna, "/tasks", wanted)
    assert (status, task["state"], task["type_name"]) == (201, "assigned", "Call back")
    assert (task["owner"], task["stands"]) == (site.centre.id("anna"), "on_time")
    _, page = await asked(anna, "/tasks")
    assert [one["id"] for one in page["items"]] == [task["id"]]
    move = {"move": "finish", "version": task["row_version"], "result": "spoken"}
    status, done = await asked(anna, f"/tasks/{task['id']}/moves", move)
    assert (status, done["state"], done["result_code"]) == (200, "done", "spoken")
    status, problem = await asked(anna, f"/tasks/{task['id']}/moves", move)
    assert (status, problem["code"]) == (409, "stale")
    status, problem = await asked(
        anna, f"/tasks/{task['id']}/moves", {**move, "version": done["row_version"]}
    )
    assert (status, problem["code"]) == (409, "move_refused")


async def test_what_is_wrong_is_told_by_field(site: Site) -> None:
    anna = await site.browser("anna", Accept="application/json")
    client = site.centre.parties["client"]
    for body, field in (
        ({"type": "dance"}, "type"),
        ({"title": ""}, "title"),
        ({"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
        ({"owner": "nobody"}, "owner"),
        ({"extra": 1}, "extra"),
        ({"due_at": "2030-01-01T00:00:00"}, "due_at"),
    ):
        wanted = {"party": client, "type": "other", "title": "x", **body}
        status, problem = await asked(anna, "/tasks", wanted)
        assert (status, problem["errors"][0]["field"]) == (422, field), body
    assert (await asked(anna, "/tasks", {**wanted, "party": "none", "due_at": None}))[0] == 404


async def test_a_task_under_a_key_is_made_once(site: Site) -> None:
    anna = await site.browser("anna", Accept="application/json")
    wanted = {"party": site.centre.parties["client"], "type": "other", "title": "Once"}
    told = [await asked(anna, "/tasks", wanted, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert told[0] == told[1]
    assert len((await asked(anna, "/tasks"))[1]["items"]) == 1


async def test_others_tasks_are_not_there(site: Site) -> None:
    clara = await site.browser("clara", Accept="application/json")
    kira = await site.browser("kira", Accept="application/json")
    wanted = {"party": site.centre.parties["firm"], "type": "other", "title": "x"}
    _, task = await asked(clara, "/tasks", wanted)
    assert (await asked(kira, f"/tasks/{task['id']}"))[0] == 404
    move = {"move": "start", "version": 1}
    assert (await asked(kira, f"/tasks/{task['id']}/moves", move))[0] == 404
    assert (await asked(kira, "/tasks?scope=all"))[1]["items"] == []
    sofia = await site.browser("sofia", Accept="application/json")
    assert len((await asked(sofia, "/tasks?scope=all"))[1]["items"]) == 1


async def test_a_complaint_and_the_worklist(site: Site) -> None:
    anna = await site.browser("anna", Accept="application/json")
    wanted = {"party": site.centre.parties["client"], "topic": "card", "essence": "Blocked"}
    status, one = await asked(anna, "/complaints", wanted)
    assert (status, one["state"]) == (201, "registered")
    page = f"/complaints/{one['id']}"
    _, todo = await asked(anna, "/worklist")
    (entry,) = todo["items"]
    assert (entry["cause"], entry["page"]) == ("complaint", page)
    assert entry["why"] == ["client_waits_for_answer", "high_priority"]
    for move in ("take", "resolve", "tell", "thank"):
        version = (await asked(anna, page))[1]["row_version"]
        body = {"move": move, "version": version, "words": "Unblocked"}
        status, one = await asked(anna, f"{page}/moves", body)
        assert status == 200, one
    assert (one["state"], one["thanked"]) == ("closed", True)
    assert (await asked(anna, "/complaints"))[1]["items"] == []
    assert len((await asked(anna, "/complaints?showing=closed"))[1]["items"]) == 1
    assert (await asked(anna, "/worklist"))[1]["items"] == []


async def test_interests_deals_needs_and_offers(site: Site) -> None:
    async with site.centre.db.unit_of_work() as session:
        kind = AgreementKind.DEPOSIT
        await add_product(session, "savings", family=kind, names={"en": "Savings"})
    anna = await site.browser("anna", Accept="application/json")
    client = site.centre.parties["client"]
    status, one = await asked(anna, "/interests", {"party": client, "product": "savings"})
    assert (status, one["deal"]) == (201, None)
    deal = {
        "value": {"amount_minor": 50_000_00, "currency": "RUB"},
        "expected_close": "2099-01-01",
    }
    _, one = await asked(anna, f"/interests/{one['id']}/deal", deal)
    assert one["deal"]["value"] == deal["value"]
    move = {"move": "propose", "version": one["deal"]["row_version"]}
    _, one = await asked(anna, f"/deals/{one['deal']['id']}/moves", move)
    assert one["deal"]["stage"] == "proposed"
    _, one = await asked(anna, f"/interests/{one['id']}/drop", {"words": "Changed his mind"})
    assert (one["state"], one["deal"]["stage"]) == ("dropped", "lost")
    status, told = await asked(
        anna, f"/parties/{client}/needs", {"need": "save", "evidence": "Said so"}
    )
    assert (status, told["offers"][0]["product"]) == (201, "savings")
    said = {"product": "savings", "outcome": "declines"}
    _, told = await asked(anna, f"/parties/{client}/offers", said)
    assert (told["offers"], told["needs"][0]["code"]) == ([], "save")
    assert (await asked(anna, f"/parties/{client}/offers", said))[0] == 422
    assert (await asked(anna, "/parties/none/offers"))[0] == 404
    wrong = {**deal, "value": {"amount_minor": 1, "currency": "XXX"}}
    assert (await asked(anna, f"/interests/{one['id']}/deal", wrong))[0] in (409, 422)
