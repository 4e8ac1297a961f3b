"""Routing rules on the screen: written, refused with lines, tried, decided by other eyes."""

import re
from datetime import datetime, timedelta

from tests.agent_ui.web.conftest import Site
from tests.agent_ui.web.rules.conftest import Rosters
from tests.crm_core.calls import add_card, suggested, view

PAGE, DRAFT = "/admin/rules", "/admin/rules/draft"
GOOD = "rules:\r\n  - rule: Everybody\r\n    then: {credit: 30}\r\n"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', page)
    assert found
    return found[1]


async def proposed(house: Site, text: str = GOOD) -> str:
    """Written and proposed by a supervisor; its page."""
    sofia = await house.browser("sofia")
    saved = await sofia.post(DRAFT, data={"body": text, "deed": "save", "seen": "0"})
    assert saved.status_code == 303, saved.text
    page = saved.headers["location"]
    seen = hidden((await sofia.get(page)).text, "seen")
    done = await sofia.post(page, data={"deed": "propose", "why": "trial", "seen": seen})
    assert done.status_code == 303 and done.headers["location"] == page
    return page


async def decided(house: Site, who: str, page: str, deed: str, why: str = "seen") -> int:
    browser = await house.browser(who)
    shown = (await browser.get(page)).text
    data = {"deed": deed, "why": why, "seen": hidden(shown, "seen"), "over": hidden(shown, "over")}
    return (await browser.post(page, data=data)).status_code


async def test_what_is_in_force_is_told_in_words_and_as_text(house: Site) -> None:
    sofia = await house.browser("sofia")
    page = (await sofia.get(PAGE)).text
    assert "In force: version 1" in page and "the first start" in page
    assert "the client&#39;s tier is A (of several clients, for the likeliest)" in page
    assert "waiting in Client service: 10 or more" in page
    assert "<code>rules:</code>" in page


async def test_a_mistake_is_shown_at_its_line_and_nothing_typed_is_lost(house: Site) -> None:
    sofia = await house.browser("sofia")
    typed = "rules:\n  - rule: <Lost> & found\n    then: {queue: nowhere, credit: soon}\n"
    for deed in ("check", "save", "try"):
        answer = await sofia.post(DRAFT, data={"body": typed, "deed": deed})
        assert answer.status_code == 422
        assert "there is no queue “nowhere”" in answer.text
        assert "not “soon”" in answer.text
        assert answer.text.count('data-line="3"') == 2
        assert '<li class="is-wrong">3</li>' in answer.text
        assert "rule: &lt;Lost&gt; &amp; found" in answer.text


async def test_rules_are_proposed_by_one_and_published_by_another(
    house: Site, rosters: Rosters
) -> None:
    page = await proposed(house)
    assert await decided(house, "sofia", page, "publish") == 409
    assert rosters.told == 0
    sofia = await house.browser("sofia")
    own = (await sofia.get(page)).text
    assert 'value="publish"' not in own and "somebody else publishes it" in own
    assert await decided(house, "admin", page, "publish", why="") == 422
    assert await decided(house, "admin", page, "publish") == 303
    assert rosters.told == 1
    shown = (await sofia.get(PAGE)).text
    assert "In force: version 2" in shown and "counts as if it had waited 30 s" in shown
    assert await decided(house, "sofia", f"{PAGE}/1", "back") == 303
    assert "the same as version 1" in (await sofia.get(f"{PAGE}/3")).text
    assert await decided(house, "admin", f"{PAGE}/3", "reject") == 303


async def test_two_texts_stand_side_by_side_with_words_beside_the_colours(house: Site) -> None:
    page = await proposed(house)
    shown = (await (await house.browser("admin")).get(page)).text
    assert (
        '<td class="removed">' in shown
        and '<span class="visually-hidden">removed: </span>' in shown
    )
    assert "added: </span>" in shown and "Version 1 on the left, version 2 on the right" in shown


async def test_who_was_overtaken_keeps_his_text(house: Site) -> None:
    sofia, admin = await house.browser("sofia"), await house.browser("admin")
    assert (await sofia.post(DRAFT, data={"body": GOOD, "deed": "save"})).status_code == 303
    late = await admin.post(DRAFT, data={"body": GOOD + "# mine", "deed": "save"})
    assert late.status_code == 409 and "# mine" in late.text
    again = {"body": GOOD + "# mine", "deed": "save", "seen": hidden(late.text, "seen")}
    assert (await admin.post(DRAFT, data=again)).status_code == 303


async def test_a_draft_is_tried_on_the_calls_of_a_day(house: Site) -> None:
    client = house.centre.parties["client"]
    came = house.centre.desks.now() - timedelta(days=1)
    calls = [
        view(f"pbx1-{n}.1", arrived_at=came, queued_at=came, **suggested(client)) for n in (1, 2)
    ]
    await add_card(house.centre.db, *calls)
    sofia = await house.browser("sofia")
    tried = await sofia.post(DRAFT, data={"body": GOOD, "deed": "try"})
    assert tried.status_code == 200
    assert "2 of 2 calls would go otherwise" in tried.text
    assert "/cards/pbx1-1.1" in tried.text and "as the queue says" in tried.text
    other = {"body": GOOD, "deed": "try", "day": "2020-02-02"}
    assert "No calls came in" in (await sofia.post(DRAFT, data=other)).text
    wrong = await sofia.post(DRAFT, data=other | {"day": "soon"})
    assert wrong.status_code == 422 and "Everybody" in wrong.text
    page = await proposed(house)
    shown = (await sofia.get(page, params={"day": f"{came:%Y-%m-%d}"})).text
    assert "2 of 2 calls would go otherwise" in shown
    admin = await house.browser("admin")
    assert "/cards/" not in (await admin.post(DRAFT, data={"body": GOOD, "deed": "try"})).text


async def test_a_version_without_rules_says_so(house: Site) -> None:
    page = await proposed(house, "rules: []\n")
    shown = await (await house.browser("admin")).get(page)
    assert shown.status_code == 200 and "This version has no rules" in shown.text


async def test_agents_do_not_see_rules(house: Site) -> None:
    clara = await house.browser("clara")
    assert (await clara.get(PAGE)).status_code == 403
    assert (await clara.post(DRAFT, data={"body": GOOD})).status_code == 403


async def test_the_api_tells_versions_and_checks(house: Site) -> None:
    await proposed(house)
    sofia = await house.browser("sofia", Accept="application/json")
    api = "/api/v1/routing-rules"
    held = (await sofia.get(api)).json()
    assert (held["version"], held["state"]) == (1, "published")
    assert held["body"].startswith("# The routing rules")
    first = (await sofia.get(f"{api}/versions", params={"limit": 1})).json()
    assert [one["state"] for one in first["items"]] == ["proposed"]
    rest = await sofia.get(f"{api}/versions", params={"cursor": first["next_cursor"]})
    assert [one["version"] for one in rest.json()["items"]] == [1]
    assert (await sofia.get(f"{api}/versions/2")).json()["body"] == GOOD.replace("\r\n", "\n")
    assert (await sofia.get(f"{api}/versions/9")).status_code == 404
    good = await sofia.post(f"{api}/check", json={"body": GOOD})
    assert good.json() == {"good": True, "rules": ["Everybody"], "mistakes": []}
    wrong = (await sofia.post(f"{api}/check", json={"body": "rules:\n - rule: x"})).json()
    (mistake,) = wrong["mistakes"]
    assert (mistake["line"], mistake["code"]) == (2, "missing_key")
    assert "then" in mistake["text"]
    assert datetime.fromisoformat(held["decided_at"]).tzinfo is not None
