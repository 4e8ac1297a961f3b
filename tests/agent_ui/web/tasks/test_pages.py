"""The pages of tasks and of what to do now, for who may see what, and with wrong input."""

import re

import httpx
import pytest
from sqlalchemy import select

from crm_core.models import AuditEvent, Task
from crm_core.tasks.states import TaskState
from tests.agent_ui.web.conftest import Site


async def made(site: Site, browser: httpx.AsyncClient, **form: str) -> str:
    """A new task about the client. Its id."""
    fields = {"party": site.centre.parties["client"], "type": "call_back", "title": "Call her"}
    answer = await browser.post("/tasks", data={**fields, **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/tasks/")


async def row(site: Site, key: str) -> Task:
    async with site.centre.db.reading() as session:
        return (await session.execute(select(Task).where(Task.id == key))).scalar_one()


def texts(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


async def test_a_task_from_the_form_to_done(site: Site) -> None:
    anna = await site.browser("anna")
    client = site.centre.parties["client"]
    form = (await anna.get(f"/tasks/new?party={client}&call=pbx1-1.1")).text
    assert "Иванова Анна" in form and 'value="pbx1-1.1"' in form
    key = await made(site, anna, call="pbx1-1.1", priority="urgent")
    task = await row(site, key)
    assert (task.subject, task.party, task.owner) == ("pbx1-1.1", client, site.centre.id("anna"))
    listed = (await anna.get("/tasks")).text
    assert f'data-task="{key}"' in listed and "Urgent" in listed
    assert "Call her" in (await anna.get("/today")).text
    move = f"/tasks/{key}/move"
    version = str(task.row_version)
    started = await anna.post(move, data={"move": "start", "version": version, "back": "/tasks"})
    assert (started.status_code, started.headers["location"]) == (303, "/tasks")
    done = await anna.post(move, data={"move": "finish", "result": "spoken", "spent_min": "5"})
    assert done.headers["location"] == f"/tasks/{key}"
    task = await row(site, key)
    assert (task.state, task.result_code, task.spent_min) == (TaskState.DONE, "spoken", 5)
    page = texts((await anna.get(f"/tasks/{key}")).text)
    assert "Spoke with the client" in page
    assert key not in (await anna.get("/tasks")).text
    assert key in (await anna.get("/tasks?standing=done")).text


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(site: Site) -> None:
    anna = await site.browser("anna")
    form = {"party": site.centre.parties["client"], "type": "other", "title": "Mine <b>"}
    late = await anna.post("/tasks", data={**form, "due_at": "2020-01-01T10:00"})
    assert late.status_code == 422
    assert "The due time must be in the future" in late.text
    assert 'value="Mine &lt;b&gt;"' in late.text and 'value="2020-01-01T10:00"' in late.text
    odd = await anna.post("/tasks", data={**form, "due_at": "soon"})
    assert odd.status_code == 422 and "no date and time" in odd.text
    key = await made(site, anna)
    bare = await anna.post(f"/tasks/{key}/move", data={"move": "finish"})
    assert bare.status_code == 422 and "Choose what came of it" in bare.text
    stale = await anna.post(f"/tasks/{key}/move", data={"move": "start", "version": "99"})
    assert stale.status_code == 409 and "Somebody changed this meanwhile" in stale.text
    twice = await anna.post(f"/tasks/{key}/move", data={"move": "resume"})
    assert twice.status_code == 409


async def test_who_sees_which_tasks(site: Site) -> None:
    clara, kira, sofia = [await site.browser(name) for name in ("clara", "kira", "sofia")]
    key = await made(site, clara, party=site.centre.parties["firm"])
    assert (await clara.get(f"/tasks/{key}")).status_code == 200
    assert (await sofia.get(f"/tasks/{key}")).status_code == 200
    assert (await kira.get(f"/tasks/{key}")).status_code == 404
    stolen = await kira.post(f"/tasks/{key}/move", data={"move": "start"})
    assert stolen.status_code == 404
    assert key not in (await kira.get("/tasks?scope=all")).text
    assert key in (await sofia.get("/tasks?scope=all")).text
    firm = site.centre.parties["firm"]
    assert key not in (await kira.get(f"/parties/{firm}/tasks")).text
    given = {"move": "assign", "owner": site.centre.id("kira")}
    assert (await sofia.post(f"/tasks/{key}/move", data=given)).status_code == 303
    assert key in (await kira.get("/tasks")).text
    assert key in (await kira.get(f"/parties/{firm}/tasks")).text


async def test_a_manager_sees_the_tasks_of_his_client(site: Site) -> None:
    clara, boris = await site.browser("clara"), await site.browser("boris")
    key = await made(site, clara)
    assert (await boris.get(f"/tasks/{key}")).status_code == 200
    assert key in (await boris.get(f"/parties/{site.centre.parties['client']}/tasks")).text


async def test_looking_at_a_clients_task_is_audited(site: Site) -> None:
    anna = await site.browser("anna")
    key = await made(site, anna)
    await anna.get(f"/tasks/{key}")
    async with site.centre.db.reading() as session:
        reasons = select(AuditEvent.reason).where(AuditEvent.action == "party_viewed")
        assert f"task:{key}" in set(await session.scalars(reasons))


async def test_the_first_page_of_a_credit_officer_says_what_to_do(site: Site) -> None:
    oleg = await site.browser("oleg")
    answer = await oleg.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    assert "Nothing has to be done now" in (await oleg.get("/today")).text
    await made(site, oleg, type="other", title="Ask for papers", due_at="")
    oleg.headers["Accept-Language"] = "ru"
    await oleg.post("/language", data={"language": "ru"})
    page = (await oleg.get("/today")).text
    assert "Что делать сейчас" in page


@pytest.mark.parametrize(
    "query",
    [
        "scope=none",
        "standing=x",
        "cursor=x",
        "limit=0",
        "type=%00",
        "party=" + "x" * 500,
        "priority=9",
    ],
)
async def test_no_question_is_a_defect(site: Site, query: str) -> None:
    anna = await site.browser("anna", Accept="application/json")
    assert (await anna.get(f"/tasks?{query}")).status_code == 422


async def test_forms_without_sense_are_refused(site: Site) -> None:
    anna = await site.browser("anna", Accept="application/json")
    key = await made(site, anna)
    for data in (
        {},
        {"move": "fly"},
        {"move": "start", "version": "x"},
        {"move": "wait", "until": "9999-99-99"},
        {"move": "finish", "spent_min": "-1"},
        {"move": "reject", "words": "x" * 2000},
        {"move": "assign", "owner": "\u0000"},
    ):
        answer = await anna.post(f"/tasks/{key}/move", data=data)
        assert answer.status_code == 422, data
    assert (await anna.post("/tasks/none/move", data={"move": "start"})).status_code == 404
    away = await anna.post(f"/tasks/{key}/move", data={"move": "start", "back": "//evil.test/"})
    assert away.headers["location"] == "/"


async def test_lists_have_pages_and_htmx_takes_the_list_alone(site: Site) -> None:
    anna = await site.browser("anna")
    keys = [await made(site, anna, title=f"Task {n}") for n in range(3)]
    seen: list[str] = []
    where = "/tasks?limit=2"
    while where:
        page = (await anna.get(where, headers={"HX-Request": "true"})).text
        assert "<html" not in page
        seen += re.findall(r'data-task="([^"]+)"', page)
        more = re.search(r'href="(/tasks\?[^"]*cursor=[^"]*)"', page)
        where = more[1].replace("&amp;", "&") if more else ""
    assert sorted(seen) == sorted(keys)
