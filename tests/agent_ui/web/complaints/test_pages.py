"""A complaint on its pages: from the client's words to his being thanked."""

import httpx

from tests.agent_ui.web.conftest import Site


async def registered(site: Site, browser: httpx.AsyncClient, **form: str) -> str:
    fields = {"party": site.centre.parties["client"], "topic": "fees", "essence": "Charged twice"}
    answer = await browser.post("/complaints", data={**fields, **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_from_the_clients_words_to_thanks(site: Site) -> None:
    anna = await site.browser("anna")
    client = site.centre.parties["client"]
    assert "Иванова Анна" in (await anna.get(f"/complaints/new?party={client}")).text
    page = await registered(site, anna)
    key = page.removeprefix("/complaints/")
    assert key in (await anna.get("/complaints")).text
    for move, then in (("take", "It is resolved"), ("resolve", "The client was told")):
        answer = await anna.post(f"{page}/move", data={"move": move, "words": "Given back"})
        assert answer.status_code == 303
        assert then in (await anna.get(page)).text
    assert key in (await anna.get("/complaints?showing=untold")).text
    early = await anna.post(f"{page}/move", data={"move": "thank"})
    assert early.status_code == 409 and "cannot be done any more" in early.text
    assert "Tell the client" in (await anna.get("/today")).text
    await anna.post(f"{page}/move", data={"move": "tell"})
    assert "Thank the client" in (await anna.get("/today")).text
    await anna.post(f"{page}/move", data={"move": "thank"})
    assert "Nothing has to be done now" in (await anna.get("/today")).text
    assert key not in (await anna.get("/complaints")).text
    assert key in (await anna.get("/complaints?showing=closed")).text


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(site: Site) -> None:
    anna = await site.browser("anna")
    form = {"party": site.centre.parties["client"], "essence": "Two fees & no answer"}
    answer = await anna.post("/complaints", data=form)
    assert answer.status_code == 422 and "Choose a topic" in answer.text
    assert "Two fees &amp; no answer</textarea>" in answer.text
    page = await registered(site, anna)
    await anna.post(f"{page}/move", data={"move": "take"})
    bare = await anna.post(f"{page}/move", data={"move": "resolve"})
    assert bare.status_code == 422 and "Say it in a few words" in bare.text
    stale = await anna.post(f"{page}/move", data={"move": "resolve", "words": "x", "version": "7"})
    assert stale.status_code == 409 and "Somebody changed this" in stale.text


async def test_what_is_not_there(site: Site) -> None:
    anna = await site.browser("anna", Accept="application/json")
    assert (await anna.get("/complaints/none")).status_code == 404
    assert (await anna.post("/complaints/none/move", data={"move": "take"})).status_code == 404
    assert (await anna.get("/complaints/new?party=none")).status_code == 404
    for query in ("showing=x", "cursor=x", "limit=1000"):
        assert (await anna.get(f"/complaints?{query}")).status_code == 422
