"""Products, the calendar and routes: what is wrong is told, and a second person publishes."""

from sqlalchemy import select

from crm_core.applications.standard import STANDARD_ROUTES
from crm_core.models import AuditEvent
from tests.agent_ui.web.applications.test_pages import texts
from tests.agent_ui.web.conftest import Site

TERMS = {"currency": "RUB", "rate": "18,9", "starts_on": "2026-01-01", "fines": "late 0.1%"}
NEW = {"code": "car", "family": "loan", "name_en": "Car loan", "name_ru": "Автокредит"}
WEEK = ["09:00-18:00"] * 5 + ["", ""]


async def test_a_product_gets_terms_that_follow_each_other(site: Site) -> None:
    admin = await site.browser("admin")
    assert (await admin.post("/admin/products", data=NEW)).status_code == 303
    path = "/admin/products/car"
    await admin.post(f"{path}/versions", data=TERMS)
    await admin.post(f"{path}/versions", data=TERMS | {"starts_on": "2027-01-01", "rate": "16"})
    page = texts((await admin.get(path)).text)
    assert "late 0.1%" in page and page.count("Planned") == 2 and "1 Jan 2027" in page
    clash = await admin.post(f"{path}/versions", data=TERMS | {"starts_on": "2026-06-01"})
    assert clash.status_code == 422 and "another version holds" in clash.text
    told = (await admin.get("/api/v1/products", headers={"Accept": "application/json"})).status_code
    assert told == 403
    anna = await site.browser("anna", Accept="application/json")
    [product] = (await anna.get("/api/v1/products")).json()["items"]
    versions = [(one["n"], one["rate"], one["ends_before"]) for one in product["versions"]]
    assert versions == [(2, "0.16000000", None), (1, "0.18900000", "2027-01-01")]


async def test_a_version_is_moved_on_and_not_back(site: Site) -> None:
    admin = await site.browser("admin")
    await admin.post("/admin/products", data=NEW)
    await admin.post("/admin/products/car/versions", data=TERMS)
    anna = await site.browser("anna", Accept="application/json")
    page = (await admin.get("/admin/products/car")).text
    path = page.split('action="/admin/products/car/versions/')[1].split('"')[0]
    for status, code in (("active", 303), ("planned", 422), ("expired", 303), ("active", 422)):
        answer = await admin.post(f"/admin/products/car/versions/{path}", data={"status": status})
        assert answer.status_code == code, status
    [product] = (await anna.get("/api/v1/products")).json()["items"]
    assert product["versions"][0]["status"] == "expired"
    async with site.centre.db.reading() as session:
        actions = await session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq))
        assert [one for one in actions if one.startswith("product")] == [
            "product_added",
            "product_version_added",
            "product_version_moved",
            "product_version_moved",
        ]


async def test_the_same_name_is_warned_of_before_it_is_taken(site: Site) -> None:
    admin = await site.browser("admin")
    await admin.post("/admin/products", data=NEW)
    twin = NEW | {"code": "auto", "name_en": " car  LOAN "}
    warned = await admin.post("/admin/products", data=twin)
    assert warned.status_code == 409 and "Another product bears this name: car." in warned.text
    assert (await admin.post("/admin/products", data=twin | {"anyway": "yes"})).status_code == 303
    taken = await admin.post("/admin/products", data=NEW)
    assert taken.status_code == 422 and "the code is taken" in taken.text


async def test_wrong_terms_are_named(site: Site) -> None:
    admin = await site.browser("admin")
    await admin.post("/admin/products", data=NEW)
    wrong = (
        ({"rate": "much"}, "Rate: is no number"),
        ({"starts_on": "soon"}, "From: is no date"),
        ({"least": "5", "most": "4"}, "the terms contradict themselves"),
        ({"fees": "ok 5\nbroken"}, "Fees: line 2 is no charge"),
        ({"currency": "XXX"}, "Currency: is unknown"),
        ({"longest": "9999"}, "the terms contradict themselves"),
    )
    for changes, text in wrong:
        answer = await admin.post("/admin/products/car/versions", data=TERMS | changes)
        assert answer.status_code == 422, changes
        assert text in texts(answer.text), changes
    assert (await admin.get("/admin/products/none")).status_code == 404


async def test_the_calendar_is_kept_and_counts(site: Site) -> None:
    admin = await site.browser("admin")
    form = {"zone": "Europe/Moscow", "week": WEEK, "days": "2027-01-01 New Year", "version": "0"}
    kept = await admin.post("/admin/calendar", data=form)
    assert kept.status_code == 303
    page = (await admin.get("/admin/calendar?from=2026-12-31T17:00&minutes=120")).text
    assert "2027-01-01 New Year" in page
    assert "Due 4 Jan 2027, 10:00:00" in texts(page)
    assert (await admin.post("/admin/calendar", data=form)).status_code == 409
    for days, text in (("nonsense", "line 1 is no day"), ("2027-01-02\n2027-01-02", "twice")):
        answer = await admin.post("/admin/calendar", data=form | {"days": days, "version": "1"})
        assert answer.status_code == 422 and text in answer.text
    odd = (await admin.get("/admin/calendar?from=0001-01-01&minutes=9")).text
    assert "cannot be counted" in odd


async def test_routes_are_checked_kept_and_published_by_another(site: Site) -> None:
    oleg, admin = await site.browser("oleg"), await site.browser("admin")
    wrong = await oleg.post("/admin/routes", data={"body": "routes: []"})
    assert wrong.status_code == 422 and "routes: must be a list" in wrong.text
    text = STANDARD_ROUTES.replace("valid_days: 14", "valid_days: 10")
    checked = await oleg.post("/admin/routes", data={"body": text, "check": "yes"})
    assert "The text is valid." in checked.text
    assert (await oleg.post("/admin/routes", data={"body": text})).status_code == 303
    page = (await admin.get("/admin/routes")).text
    at = page.split('name="drafted_at" value="')[1].split('"')[0]
    path = page.split('action="/admin/routes/')[1].split('"')[0]
    own = await oleg.post(f"/admin/routes/{path}", data={"drafted_at": at})
    assert own.status_code == 409 and "another person publishes" in own.text
    stale = await admin.post(f"/admin/routes/{path}", data={"drafted_at": "2020-01-01T00:00Z"})
    assert stale.status_code == 409
    assert (await admin.post(f"/admin/routes/{path}", data={"drafted_at": at})).status_code == 303
    assert "Version 2" in texts((await oleg.get("/admin/routes")).text)
