"""Flows on the screen: drawn node by node, tried by keys, decided by other eyes."""

import re

from httpx import Response

from crm_core.selfservice.flow_versions import versions_of
from routing.ids import FlowId
from tests.agent_ui.web.conftest import Site
from tests.agent_ui.web.flows.conftest import Sounds

PAGE = "/admin/flows"
MAIN, DRAFT, TRY = f"{PAGE}/main", f"{PAGE}/main/draft", f"{PAGE}/main/try"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', page)
    assert found
    return found[1]


def typed(page: str) -> dict[str, str]:
    """What the form of the chosen node holds, as a browser would send it."""
    form = page[page.index('class="panel flow-node"') :]
    form = form[: form.index("</form>")]
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', form))
    values |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return values


async def changed(house: Site, who: str = "sofia", **fields: str) -> Response:
    """The node `welcome` with other values."""
    browser = await house.browser(who)
    page = (await browser.get(DRAFT, params={"node": "welcome"})).text
    values = typed(page) | {"deed": "save"} | {k.replace("__", "."): v for k, v in fields.items()}
    return await browser.post(DRAFT, data=values)


async def decided(house: Site, who: str, number: int, deed: str, why: str = "seen") -> Response:
    browser, page = await house.browser(who), f"{MAIN}/versions/{number}"
    shown = (await browser.get(page)).text
    data = {"deed": deed, "why": why, "seen": hidden(shown, "seen"), "over": hidden(shown, "over")}
    return await browser.post(page, data=data)


async def test_the_shipped_flow_is_drawn_with_its_words_and_as_a_table(house: Site) -> None:
    sofia = await house.browser("sofia")
    assert "Self-service" in (await sofia.get(PAGE)).text
    page = (await sofia.get(MAIN, params={"node": "menu"})).text
    assert 'id="box-menu"' in page and 'aria-current="true"' in page
    assert "last 7 days" in page and "no visits" in page
    assert (
        "<style" not in page
        and " style=" not in page
        and "flows." not in page.lower().split("<main")[1].replace("/admin/flows", "")
    )
    table = page[page.index("flow-table") :]
    assert table.count("<tr>") > 40


async def test_a_node_is_changed_and_only_its_lines_are(house: Site) -> None:
    answer = await changed(house, words__welcome__en="Good day.")
    assert answer.status_code == 303, answer.text
    async with house.centre.db.reading() as session:
        versions = versions_of(FlowId("main"))
        before, after = await versions.one(session, 1), await versions.one(session, 2)
    left = set(after.body.splitlines()) - set(before.body.splitlines())
    assert "Good day." in after.body and len(left) <= 2, left
    late = await changed(house, who="admin", words__welcome__en="Hello.", seen="0")
    assert late.status_code == 409 and "Good day." in late.text


async def test_a_node_is_added_joined_and_taken_away(house: Site) -> None:
    sofia = await house.browser("sofia")
    assert 'name="choice.*.to"' in (await sofia.get(DRAFT, params={"node": "menu"})).text
    new = {"deed": "add", "kind": "say", "node": "news", "after": "welcome/next"}
    assert (await sofia.post(DRAFT, data=new)).status_code == 303
    page = (await sofia.get(DRAFT, params={"node": "news"})).text
    assert "the prompt “news” has no text" in page and 'name="words.news.ru"' in page
    joined = (await sofia.get(f"{DRAFT}/text")).text
    assert "welcome: {say: welcome, next: news}" in joined
    menu = {"deed": "add", "kind": "say", "node": "later", "after": "languages/1"}
    assert (await sofia.post(DRAFT, data=menu | {"seen": hidden(page, "seen")})).status_code == 303
    page = (await sofia.get(f"{DRAFT}/text")).text
    assert re.search(r"&#39;1&#39;: later, &#39;2&#39;: english", page), page
    again = new | {"seen": hidden(page, "seen")}
    taken = await sofia.post(DRAFT, data=again)
    assert taken.status_code == 422 and "There is a node of that name already" in taken.text
    odd = await sofia.post(DRAFT, data=again | {"node": "Not a name"})
    assert odd.status_code == 422
    gone = await sofia.post(DRAFT, data=again | {"deed": "remove"})
    assert gone.status_code == 303
    page = (await sofia.get(DRAFT, params={"node": "welcome"})).text
    assert "there is no node “news”" in page and "(no such node)" in page


async def test_text_is_kept_with_mistakes_but_not_proposed(house: Site) -> None:
    sofia = await house.browser("sofia")
    typed_ = "flow: main\r\nnodes:\r\n  a: {say: <b>, next: nowhere}\r\n"
    checked = await sofia.post(f"{DRAFT}/text", data={"body": typed_})
    assert checked.status_code == 422 and '<li class="is-wrong">3</li>' in checked.text
    assert "say: &lt;b&gt;" in checked.text
    kept = await sofia.post(f"{DRAFT}/text", data={"body": typed_, "deed": "save"})
    assert kept.status_code == 303
    refused = await decided(house, "sofia", 2, "propose")
    assert refused.status_code == 409 and "The flow has mistakes" in refused.text
    broken = await sofia.post(f"{DRAFT}/text", data={"body": "a: [", "deed": "save", "seen": "1"})
    assert broken.status_code == 303
    assert "not readable enough to be drawn" in (await sofia.get(DRAFT)).text


async def test_a_flow_is_published_by_another_once_it_can_be_heard(
    house: Site, sounds: Sounds
) -> None:
    await changed(house, words__welcome__en="Good day.")
    assert (await decided(house, "sofia", 2, "propose")).status_code == 303
    assert (await decided(house, "sofia", 2, "publish")).status_code == 409
    sounds.missing = ("en/main-welcome",)
    mute = await decided(house, "admin", 2, "publish")
    assert mute.status_code == 409 and "<code>en/main-welcome</code>" in mute.text
    assert (await decided(house, "admin", 2, "prompts")).status_code == 303
    assert len(sounds.made) == 1 and sounds.told == 0
    assert (await decided(house, "admin", 2, "publish", why="")).status_code == 422
    assert (await decided(house, "admin", 2, "publish")).status_code == 303
    assert sounds.told == 1
    sofia = await house.browser("sofia")
    assert "Version 2" in (await sofia.get(MAIN)).text
    assert (await decided(house, "sofia", 1, "back")).status_code == 303
    assert "the same as version 1" in (await sofia.get(f"{MAIN}/versions/3")).text
    assert (await decided(house, "admin", 3, "reject")).status_code == 303


async def test_a_draft_is_tried_by_keys_before_anybody_hears_it(house: Site) -> None:
    await changed(house, words__welcome__en="Good day.")
    sofia = await house.browser("sofia")
    call = {"language": "en", "pressed": "", "node": ""}
    begun = (await sofia.post(TRY, data=call)).text
    assert "Good day." in begun and "is-lit" in begun and 'value="-"' in begun
    asked = (await sofia.post(TRY, data=call | {"pressed": "1 100200300", "typed": "1234"})).text
    assert "the PIN is right" in asked and "<kbd>*</kbd>" in asked
    assert ">1234<" not in asked.replace("PIN 1234", "")
    over = (await sofia.post(TRY, data=call | {"press": "0"})).text
    assert "Handed to a person" in over and 'data-collect="1"' not in over
    held = (await sofia.post(TRY, data=call | {"version": "1"})).text
    assert "Good day." not in held


async def test_agents_do_not_see_flows_and_unknown_ones_are_not_found(house: Site) -> None:
    clara, sofia = await house.browser("clara"), await house.browser("sofia")
    assert (await clara.get(PAGE)).status_code == 403
    assert (await sofia.get(f"{PAGE}/nothing")).status_code == 404
    assert (await sofia.get(f"{MAIN}/versions/9")).status_code == 404


async def test_the_api_tells_drafts_and_decides(house: Site, sounds: Sounds) -> None:
    sofia = await house.browser("sofia", Accept="application/json")
    admin = await house.browser("admin", Accept="application/json")
    api = "/api/v1/flows"
    assert (await sofia.get(api)).json()["items"][0] == {
        "flow": "main",
        "published": 1,
        "proposed": None,
        "draft": None,
    }
    text = (await sofia.get(f"{api}/main/versions/1")).json()["body"]
    good = (await sofia.post(f"{api}/check", json={"body": text})).json()
    assert good["good"] and "menu" in good["nodes"]
    wrong = (await sofia.post(f"{api}/check", json={"body": "flow: x"})).json()
    assert "missing_key" in {one["code"] for one in wrong["mistakes"]}
    new = text.replace("Self-service", "Help yourself", 1)
    kept = await sofia.put(f"{api}/main/draft", json={"body": new, "seen": 0})
    assert (kept.status_code, kept.json()["version"]) == (200, 2)
    seen = {"seen": kept.json()["row_version"], "why": "better"}
    proposed = await sofia.post(f"{api}/main/versions/2/propose", json=seen)
    decision = {"seen": proposed.json()["row_version"], "why": "good", "over": 1}
    same = await sofia.post(f"{api}/main/versions/2/publish", json=decision)
    assert same.json()["code"] == "same_eyes"
    sounds.missing = ("en/x",)
    publish = f"{api}/main/versions/2/publish"
    assert (await admin.post(publish, json=decision)).json()["code"] == "prompts_missing"
    sounds.missing = ()
    assert (await admin.post(publish, json=decision)).json()["state"] == "published"
    versions = (await sofia.get(f"{api}/main/versions", params={"limit": 1})).json()
    assert [one["version"] for one in versions["items"]] == [versions["next_cursor"]] == [2]
