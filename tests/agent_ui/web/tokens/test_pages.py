"""The page of tokens: made and shown once, refused with the field, ended."""

import re

from tests.agent_ui.web.conftest import Site

PAGE = "/admin/tokens"


async def test_a_token_is_shown_once_and_works_until_it_is_revoked(site: Site) -> None:
    admin = await site.browser("admin")
    form = {"csrf": await site.csrf(admin), "name": "Core bank", "scope": "view_audit", "days": "7"}
    made = await admin.post(PAGE, data=form)
    (token,) = re.findall(r'value="(tlr_[^"]+)"', made.text)
    assert made.status_code == 200
    page = (await admin.get(PAGE)).text
    assert "Core bank" in page
    assert token not in page
    program = site.visitor(Authorization=f"Bearer {token}")
    assert (await program.get("/api/v1/call-cards")).status_code == 403
    (id_,) = re.findall(r'data-token="([^"]+)"', page)
    ended = await admin.post(f"{PAGE}/{id_}/revoke", data={"csrf": form["csrf"]})
    assert (ended.status_code, ended.headers["location"]) == (303, PAGE)
    assert (await program.get("/api/v1/call-cards")).status_code == 401


async def test_what_is_wrong_is_said_and_what_was_typed_stays(site: Site) -> None:
    admin = await site.browser("admin")
    form = {"csrf": await site.csrf(admin), "name": "Core bank", "days": "7"}
    answer = await admin.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "Choose at least one thing" in answer.text
    assert 'value="Core bank"' in answer.text
    beyond = await admin.post(PAGE, data={**form, "scope": "take_calls"})
    assert beyond.status_code == 422
    assert "tlr_" not in answer.text + beyond.text
