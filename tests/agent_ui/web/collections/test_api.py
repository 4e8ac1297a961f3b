"""Collection work over the API: lists, masked amounts, promises made once, errors by field."""

from datetime import timedelta
from typing import Any

from tests.agent_ui.web.collections.debts import a_debt, row_of
from tests.agent_ui.web.conftest import Site

CASES = "/api/v1/collections/cases"


async def wish(site: Site, version: int, **changed: Any) -> dict[str, Any]:
    due_on = site.centre.desks.now().date() + timedelta(days=5)
    told = {
        "version": version,
        "amount": {"amount_minor": 11_200, "currency": "RUB"},
        "due_on": due_on.isoformat(),
        "reason": "forgot",
    }
    return told | changed


async def test_pages_of_cases_have_each_once_by_score(site: Site) -> None:
    await a_debt(site, days=5)
    firm = await a_debt(site, party="firm", days=70)
    kira = await site.browser("kira")
    first = (await kira.get(CASES, params={"limit": 1})).json()
    assert [one["case"] for one in first["items"]] == [firm.case], "the more urgent one"
    second = await kira.get(CASES, params={"limit": 1, "cursor": first["next_cursor"]})
    rest = second.json()
    assert len(rest["items"]) == 1 and rest["next_cursor"] is None
    assert rest["items"][0]["case"] != firm.case
    for cursor in ("x", "WzEsMl0=", "bnVsbA=="):
        bad = await kira.get(CASES, params={"cursor": cursor})
        assert (bad.status_code, bad.json()["code"]) == (422, "bad_cursor")


async def test_a_case_is_whole_and_its_amounts_are_null_until_they_are_open(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    told = (await kira.get(debt.api)).json()
    assert (told["worst_dpd"], told["total_due"], told["items"][0]["overdue"]) == (12, None, None)
    await kira.post(f"{debt.page}/amounts")
    told = (await kira.get(debt.api)).json()
    assert told["total_due"] == [{"amount_minor": 11_200, "currency": "RUB"}]


async def test_a_promise_is_taken_once_by_its_key(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    body = await wish(site, (await row_of(site, debt.party)).row_version)
    key = {"Idempotency-Key": "one"}
    first = await kira.post(f"{debt.api}/promises", json=body, headers=key)
    again = await kira.post(f"{debt.api}/promises", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and len(again.json()["promises"]) == 1
    other = {**body, "reason": "illness"}
    assert (await kira.post(f"{debt.api}/promises", json=other, headers=key)).status_code == 422
    stale = await kira.post(f"{debt.api}/promises", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")


async def test_wrong_promises_are_refused_by_field(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    version = (await row_of(site, debt.party)).row_version
    for wrong, field, code in (
        ({"amount": {"amount_minor": 11_201, "currency": "RUB"}}, "amount", "more_than_owed"),
        ({"due_on": "2020-01-01"}, "due_on", "in_the_past"),
    ):
        answer = await kira.post(f"{debt.api}/promises", json=await wish(site, version, **wrong))
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": field, "code": code}]
    unknown = await kira.post(f"{CASES}/none/promises", json=await wish(site, version))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "case_unknown")
    body = {"version": version, "channel": "call", "outcome": "not_reached", "step": "none"}
    step = await kira.post(f"{debt.api}/steps", json=body)
    assert step.json()["errors"] == [{"field": "step", "code": "unknown"}]


async def test_text_that_no_database_takes_is_refused_at_the_edge(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    version = (await row_of(site, debt.party)).row_version
    body = {"version": version, "channel": "call", "outcome": "not_reached"}
    for note in ("a\x00b", "x" * 2_001):
        answer = await kira.post(f"{debt.api}/steps", json={**body, "note": note})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
