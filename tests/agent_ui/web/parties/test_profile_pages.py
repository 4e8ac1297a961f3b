"""The profile, contact points, consents, documents and files of a client on their pages."""

import html
import re

import httpx
import pytest
from sqlalchemy import select, update

from agent_ui.options import WebOptions
from crm_core.models import AuditEvent, PhoneNumber
from crm_core.parties.contact_phones import uses
from crm_core.parties.profile import PersonFacts, profile
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site

WHOLE = {
    "version": "1",
    "language": "ru",
    "family_name": "Иванова",
    "given_name": "Анна",
    "middle_name": "Львовна",
    "birth_date": "1987-02-03",
    "birth_place": "Томск",
    "sex": "female",
    "citizenship": "RU",
    "new_tax_id": "500100732259",
    "education": "higher",
    "occupation": "врач <b>",
    "time_zone": "Asia/Omsk",
    "risk_level": "low",
}
PDF = b"%PDF-1.7\n" + b"x" * 200_000


@pytest.fixture
async def anna(site: Site) -> httpx.AsyncClient:
    return await site.browser("anna")


@pytest.fixture
def client(site: Site) -> PartyId:
    return site.centre.parties["client"]


async def page(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


async def posted(browser: httpx.AsyncClient, path: str, **form: str) -> httpx.Response:
    return await browser.post(path, data=form)


def ids(page: str, kind: str) -> list[str]:
    return re.findall(rf'data-{kind}="([^"]+)"', page)


async def actions(site: Site) -> list[str]:
    async with site.centre.db.reading() as session:
        return list(await session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


async def test_a_profile_is_edited_and_shown_with_its_tax_id_masked(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/profile"
    assert "Иванова" in await page(anna, f"{here}/edit")
    answer = await posted(anna, f"{here}/edit", **WHOLE)
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    shown = (await anna.get(here)).text
    assert "Томск" in shown and "врач &lt;b&gt;" in shown and "Higher" in shown
    assert "•••• 2259" in shown and "500100732259" not in shown
    opened = await anna.post(f"{here}/tax-id")
    assert "500100732259" in opened.text
    assert (await actions(site)).count("number_revealed") == 1
    clara = await site.browser("clara")
    assert (await clara.post(f"{here}/tax-id")).status_code == 403
    assert "tax-id" not in await page(clara, here)


async def test_two_who_edit_at_once_see_both_values_and_nothing_is_lost(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/profile/edit"
    await posted(anna, here, **WHOLE)
    mine = WHOLE | {"occupation": "директор", "new_tax_id": ""}
    refused = await posted(anna, here, **mine)
    assert refused.status_code == 409
    assert "директор" in refused.text and "врач &lt;b&gt;" in refused.text
    (version,) = re.findall(r'name="version" value="(\d+)"', refused.text)
    assert version == "2"
    saved = await posted(anna, here, **(mine | {"version": version}))
    assert saved.status_code == 303
    async with site.centre.db.reading() as session:
        own = (await profile(session, client)).own
    assert isinstance(own, PersonFacts) and own.occupation == "директор"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("birth_date", "3 February"),
        ("sex", "none"),
        ("citizenship", "XX"),
        ("new_tax_id", "none"),
        ("time_zone", "Mars"),
        ("dependants", "-1"),
        ("occupation", "x" * 201),
        ("occupation", "a\0b"),
    ],
)
async def test_what_is_refused_stands_beside_its_field_and_what_was_typed_is_kept(
    anna: httpx.AsyncClient, client: PartyId, field: str, typed: str
) -> None:
    form = WHOLE | {field: typed}
    answer = await posted(anna, f"/parties/{client}/profile/edit", **form)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text and 'class="error-summary"' in answer.text
    assert "Львовна" in answer.text


async def test_phones_mail_and_addresses_are_added_changed_and_ended(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/contacts"
    added = [
        (f"{here}/phones", {"number": "8 (903) 123-45-67", "role": "relative", "rank": "2"}),
        (f"{here}/emails", {"email": "anna@example.ru"}),
        (f"{here}/addresses", {"kind": "residence", "country": "RU", "street": "Лесная, 1"}),
    ]
    for path, form in added:
        assert (await posted(anna, path, **form)).status_code == 303
    shown = await page(anna, here)
    assert "Лесная, 1" in shown and "anna@example.ru" in shown and "+7 903 123-45-67" in shown
    async with site.centre.db.reading() as session:
        held = {one.use.rank: one for one in await uses(session, client)}
    assert not held[2].use.may_discuss
    change = {"role": "work", "rank": "3", "may_call": "yes", "verified": "yes"}
    assert (await posted(anna, f"{here}/phones/{held[2].id}", **change)).status_code == 303
    assert "verified" in await page(anna, here)
    site.centre.wait(60)
    for path in (
        f"phones/{held[2].id}",
        f"emails/{ids(shown, 'email')[0]}",
        f"addresses/{ids(shown, 'address')[0]}",
    ):
        assert (await posted(anna, f"{here}/{path}/end")).status_code == 303
    left = await page(anna, here)
    assert "Лесная" not in left and "anna@example.ru" not in left and "903" not in left
    again = await posted(anna, f"{here}/phones", number="8 916 123 45 67", role="mobile")
    assert again.status_code == 422 and "uses this number already" in again.text
    wrong = await posted(anna, f"{here}/phones", number="hangup", role="mobile")
    assert wrong.status_code == 422 and "hangup" in wrong.text


async def test_numbers_are_whole_for_whoever_looks_after_the_client_only(
    site: Site, client: PartyId
) -> None:
    for name, whole in (("anna", True), ("clara", False)):
        browser = await site.browser(name)
        shown = await page(browser, f"/parties/{client}/contacts")
        assert ("+7 916 123-45-67" in shown) is whole, name


async def test_a_number_that_was_made_up_says_so(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/contacts"
    assert "made up" not in await page(anna, here)
    async with site.centre.db.unit_of_work() as session:
        await session.execute(update(PhoneNumber).values(synthetic=True))
    assert "made up" in await page(anna, here)


async def test_a_consent_is_recorded_and_withdrawn(
    anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/consents"
    form = {"purpose": "marketing", "channel": "any", "source": "paper", "evidence": "form 17"}
    assert (await posted(anna, here, granted="yes", **form)).status_code == 303
    shown = await page(anna, here)
    assert "form 17" in shown
    assert 'data-consent="marketing-sms"><span class="st st-free">' in shown
    assert (await posted(anna, here, granted="no", **form)).status_code == 303
    assert 'data-consent="marketing-sms"><span class="st st-trouble">' in await page(anna, here)
    wrong = await posted(anna, here, granted="yes", at="2999-01-01T00:00", **form)
    assert wrong.status_code == 422 and 'id="e-at"' in wrong.text
    assert (await posted(anna, here, granted="perhaps", **form)).status_code == 422


async def test_a_document_is_masked_and_its_number_opened_once(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/documents"
    form = {"type": "passport", "number": "45 08 123456", "issued_on": "2008-05-06"}
    assert (await posted(anna, here, **form)).status_code == 303
    shown = await page(anna, here)
    (document,) = ids(shown, "document")
    assert "•••• 3456" in shown and "4508123456" not in shown
    opened = await anna.post(f"{here}/{document}/number")
    assert "4508123456" in opened.text
    found = await anna.get("/api/v1/parties/search", params={"q": "4508 123456"})
    (hit,) = found.json()["items"]
    assert (hit["party"], hit["why"], hit["detail"]) == (client, "document", "•••• 3456")
    assert (await posted(anna, f"{here}/{document}/end")).status_code == 303
    assert "No longer valid" in await page(anna, here)


async def test_a_file_is_attached_handed_out_as_a_download_and_removed(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/attachments"
    sent = {"file": ("Паспорт №1.html", PDF, "text/html")}
    assert (await anna.post(here, files=sent)).status_code == 303
    shown = await page(anna, f"/parties/{client}/documents")
    (attachment,) = ids(shown, "attachment")
    assert "application/pdf" in shown and "Паспорт №1.html" in shown
    file = await anna.get(f"{here}/{attachment}")
    assert file.content == PDF
    told = {name: file.headers[name] for name in ("content-type", "x-content-type-options")}
    assert told == {"content-type": "application/pdf", "x-content-type-options": "nosniff"}
    named = file.headers["content-disposition"]
    assert named.startswith("attachment; ") and "\r" not in named and "%D0%9F" in named
    assert "sandbox" in file.headers["content-security-policy"]
    other = site.centre.parties["firm"]
    assert (await anna.get(f"/parties/{other}/attachments/{attachment}")).status_code == 404
    assert (await anna.post(f"{here}/{attachment}/remove")).status_code == 303
    assert (await anna.get(f"{here}/{attachment}")).status_code == 404
    assert "attachment_opened" in await actions(site)


@pytest.mark.parametrize("content", [b"", b"MZ\x90\0", b"#!/bin/sh"])
async def test_a_file_that_must_not_be_kept_is_refused_on_the_page(
    anna: httpx.AsyncClient, client: PartyId, content: bytes
) -> None:
    answer = await anna.post(
        f"/parties/{client}/attachments", files={"file": ("a.pdf", content, "application/pdf")}
    )
    assert answer.status_code == 422 and 'id="e-file"' in answer.text


async def test_only_a_route_that_takes_files_lets_much_in(
    anna: httpx.AsyncClient, client: PartyId, web_options: WebOptions
) -> None:
    much = {"file": ("a.bin", b"x" * (web_options.max_file_bytes + 70_000), "x/y")}
    assert (await anna.post(f"/parties/{client}/attachments", files=much)).status_code == 413
    assert (await anna.post(f"/parties/{client}/consents", files=much)).status_code == 413


async def test_a_new_client_is_added_with_phones_unless_somebody_is_alike(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    fresh = {
        "kind": "person",
        "language": "ru",
        "family_name": "Кузнецов",
        "given_name": "Пётр",
        "birth_date": "1970-01-02",
        "number_1": "8 903 765 43 21",
        "role_1": "mobile",
    }
    assert "Add" in await page(anna, "/parties/new?number=%2B79037654321")
    added = await posted(anna, "/parties/new", **fresh)
    assert added.status_code == 303, added.text
    assert "Кузнецов" in await page(anna, added.headers["location"])
    twin = fresh | {"family_name": "Kuznetsov", "given_name": "Petr"}
    asked = await posted(anna, "/parties/new", **twin)
    assert asked.status_code == 409 and "Кузнецов" in asked.text
    assert added.headers["location"].split("/")[2] in ids(asked.text, "party")
    sure = await posted(anna, "/parties/new", sure="yes", **twin)
    assert sure.status_code == 303 and sure.headers["location"] != added.headers["location"]
    firm = {"kind": "organisation", "language": "en", "name": "Vega Ltd", "tax_id": "7707083893"}
    assert (await posted(anna, "/parties/new", **firm)).status_code == 303


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"family_name": "", "given_name": ""}, "family_name"),
        ({"number_1": "hangup"}, "number_1"),
        ({"new_tax_id": "none"}, "new_tax_id"),
    ],
)
async def test_a_new_client_that_cannot_be_is_not_added(
    site: Site, anna: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    form = {"kind": "person", "language": "ru", "family_name": "Новый", **change}
    before = len(await actions(site))
    answer = await posted(anna, "/parties/new", **form)
    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text
    assert len(await actions(site)) == before


async def test_erasure_is_for_the_administrator_and_final(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"/parties/{client}/erase"
    assert (await anna.get(here)).status_code == 403
    admin = await site.browser("admin")
    assert "Иванова" in await page(admin, here)
    assert (await posted(admin, here, reason="asked")).status_code == 422
    for _ in range(2):
        done = await posted(admin, here, reason="asked", sure="yes")
        assert done.status_code == 303
    assert (await actions(site)).count("party_erased") == 1
    shown = await page(anna, f"/parties/{client}/profile")
    assert "Иванова" not in shown and "erased" in shown
    late = await posted(anna, f"/parties/{client}/contacts/emails", email="a@example.ru")
    assert late.status_code == 422 and "erased" in late.text
