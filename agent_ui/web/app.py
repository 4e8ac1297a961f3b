"""The web application: routes, access, errors and the edge, put together."""

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from agent_ui.web import errors, ops, session, start
from agent_ui.web.access import authorise
from agent_ui.web.admin import pages as admin_pages
from agent_ui.web.applications import api as applications_api
from agent_ui.web.applications import pages as applications_pages
from agent_ui.web.applications import party as applications_party
from agent_ui.web.bonds import api as bonds_api
from agent_ui.web.bonds import groups_pages, managers_pages, relations_pages
from agent_ui.web.calendars import pages as calendars_pages
from agent_ui.web.cards import api as cards_api
from agent_ui.web.cards import pages as cards_pages
from agent_ui.web.collections import api as collections_api
from agent_ui.web.collections import blacklist_pages
from agent_ui.web.collections import pages as collections_pages
from agent_ui.web.collections import tab as collections_tab
from agent_ui.web.complaints import api as complaints_api
from agent_ui.web.complaints import pages as complaints_pages
from agent_ui.web.corebank import api as corebank_api
from agent_ui.web.corebank import pages as corebank_pages
from agent_ui.web.duplicates import api as duplicates_api
from agent_ui.web.duplicates import pages as duplicates_pages
from agent_ui.web.edge import Edge
from agent_ui.web.extensions import api as extensions_api
from agent_ui.web.extensions import pages as extensions_pages
from agent_ui.web.flows import api as flows_api
from agent_ui.web.flows import draft as flows_draft
from agent_ui.web.flows import pages as flows_pages
from agent_ui.web.flows import trying as flows_trying
from agent_ui.web.interests import api as interests_api
from agent_ui.web.interests import pages as interests_pages
from agent_ui.web.interests import tab as interests_tab
from agent_ui.web.organisation import branches_pages, leave_pages, teams_pages
from agent_ui.web.parties import agreements as parties_agreements
from agent_ui.web.parties import amounts as parties_amounts
from agent_ui.web.parties import api as parties_api
from agent_ui.web.parties import (
    consent_pages,
    contacts,
    contacts_api,
    document_pages,
    erasing,
    erasing_api,
    new_client,
    organisation_api,
    organisation_pages,
    profile_api,
    profile_pages,
)
from agent_ui.web.parties import pages as parties_pages
from agent_ui.web.parties import panel_api as parties_panel_api
from agent_ui.web.parties.gave_way import lead_on
from agent_ui.web.parts import Parts
from agent_ui.web.pins import api as pins_api
from agent_ui.web.pins import approvals as pins_approvals
from agent_ui.web.pins import pages as pins_pages
from agent_ui.web.products import api as products_api
from agent_ui.web.products import pages as products_pages
from agent_ui.web.reports import api as reports_api
from agent_ui.web.reports import pages as reports_pages
from agent_ui.web.routes import pages as routes_pages
from agent_ui.web.rules import api as rules_api
from agent_ui.web.rules import draft as rules_draft
from agent_ui.web.rules import pages as rules_pages
from agent_ui.web.segments import api as segments_api
from agent_ui.web.segments import pages as segments_pages
from agent_ui.web.selfservice import api as selfservice_api
from agent_ui.web.selfservice import pages as selfservice_pages
from agent_ui.web.shell import STATIC_URL, make_shell
from agent_ui.web.skills import api as skills_api
from agent_ui.web.skills import pages as skills_pages
from agent_ui.web.staffing import api as staffing_api
from agent_ui.web.staffing import pages as staffing_pages
from agent_ui.web.tasks import api as tasks_api
from agent_ui.web.tasks import pages as tasks_pages
from agent_ui.web.today import api as today_api
from agent_ui.web.today import pages as today_pages
from agent_ui.web.tokens import pages as tokens_pages
from agent_ui.web.whatif import api as whatif_api
from agent_ui.web.whatif import pages as whatif_pages

_PARTS = (
    ops,
    session,
    start,
    cards_pages,
    cards_api,
    reports_pages,
    reports_api,
    selfservice_pages,
    selfservice_api,
    whatif_pages,
    whatif_api,
    staffing_pages,
    staffing_api,
    new_client,
    parties_pages,
    profile_pages,
    organisation_pages,
    contacts,
    consent_pages,
    document_pages,
    erasing,
    erasing_api,
    profile_api,
    organisation_api,
    contacts_api,
    parties_agreements,
    parties_amounts,
    parties_panel_api,
    parties_api,
    pins_pages,
    pins_approvals,
    pins_api,
    admin_pages,
    applications_pages,
    applications_party,
    applications_api,
    products_pages,
    products_api,
    calendars_pages,
    routes_pages,
    rules_draft,
    rules_pages,
    rules_api,
    flows_draft,
    flows_trying,
    flows_pages,
    flows_api,
    relations_pages,
    managers_pages,
    groups_pages,
    bonds_api,
    branches_pages,
    teams_pages,
    leave_pages,
    skills_pages,
    skills_api,
    extensions_pages,
    extensions_api,
    segments_pages,
    segments_api,
    tokens_pages,
    today_pages,
    tasks_pages,
    complaints_pages,
    interests_pages,
    interests_tab,
    today_api,
    tasks_api,
    complaints_api,
    interests_api,
    duplicates_pages,
    duplicates_api,
    corebank_pages,
    corebank_api,
    blacklist_pages,
    collections_pages,
    collections_tab,
    collections_api,
)


def create_app(parts: Parts) -> FastAPI:
    """The application for these parts. Reads templates' names, catalogues and the manifest."""
    app = FastAPI(
        title="Tellerline",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(authorise), Depends(lead_on)],
    )
    app.state.parts = parts
    app.state.shell = make_shell(parts.options)
    for part in _PARTS:
        app.include_router(part.router)
    built = StaticFiles(directory=parts.options.static_dir / "dist", check_dir=False)
    app.mount(STATIC_URL, built, name="static")
    errors.install(app)
    app.add_middleware(Edge, options=parts.options)
    return app
