"""The web application: routes, access, errors and the edge, put together."""

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from agent_ui.web import api, errors, ops, pages, session
from agent_ui.web.access import authorise
from agent_ui.web.edge import Edge
from agent_ui.web.parts import Parts
from agent_ui.web.shell import STATIC_URL, make_shell


def create_app(parts: Parts) -> FastAPI:
    """The application for these parts. Reads templates' names, catalogues and the manifest."""
    app = FastAPI(
        title="Tellerline",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(authorise)],
    )
    app.state.parts = parts
    app.state.shell = make_shell(parts.options)
    for part in (ops, session, pages, api):
        app.include_router(part.router)
    built = StaticFiles(directory=parts.options.static_dir / "dist", check_dir=False)
    app.mount(STATIC_URL, built, name="static")
    errors.install(app)
    app.add_middleware(Edge, options=parts.options)
    return app
