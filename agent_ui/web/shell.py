"""How pages are rendered: templates, built assets, the language of the asker.

Owns the Jinja environment (autoescape, undefined names are errors) and the context every page
gets. Must not query anything.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent_ui.i18n import Translations, accepted, read_translations
from agent_ui.options import WebOptions
from agent_ui.web.filters import make_filters
from agent_ui.web.navigation import navigation_for
from crm_core.staff.permissions import Permission
from crm_core.staff.signin import SignedIn

LANGUAGE_COOKIE = "tellerline_language"
STATIC_URL = "/static"
FOUND = ("search.", "party.status.", "party.kind.", "party.tier")
"""Beginnings of the texts that the search box shows; all that a page without live data needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What rendering needs, made once per application."""

    environment: Environment
    translations: Translations
    assets: Callable[[str], str]
    options: WebOptions


def make_shell(options: WebOptions) -> Shell:
    """Read templates' folder, catalogues and the manifest of built assets."""
    environment = Environment(
        loader=FileSystemLoader(options.templates_dir),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        enable_async=False,
    )
    environment.filters.update(make_filters(options.timezone))
    return Shell(
        environment=environment,
        translations=read_translations(options.locale_dir),
        assets=read_manifest(options.static_dir / "dist"),
        options=options,
    )


def read_manifest(folder: Path) -> Callable[[str], str]:
    """Logical name to URL of the built file; a name that was not built keeps its own."""
    file = folder / "manifest.json"
    built: Mapping[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}

    def url(name: str) -> str:
        return f"{STATIC_URL}/{built.get(name, name)}"

    return url


def shell_of(request: Request) -> Shell:
    """The shell of the application that serves this request."""
    shell: Shell = request.app.state.shell
    return shell


def language_of(request: Request) -> str:
    """The employee's language, else the one he chose before, else what his browser wants."""
    shell = shell_of(request)
    who = who_of(request)
    wishes = [
        request.cookies.get(LANGUAGE_COOKIE),
        who.employee.language if who else None,
        *accepted(request.headers.get("accept-language", "")),
    ]
    return shell.translations.choose(wishes, default=shell.options.default_language)


def who_of(request: Request) -> SignedIn | None:
    """Who is signed in, where that is already known."""
    who: SignedIn | None = getattr(request.state, "signed_in", None)
    return who


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page with the shared context and its own."""
    shell = shell_of(request)
    page = shell.environment.get_template(template)
    return HTMLResponse(page.render(_shared(request, shell) | dict(context)), status, headers)


def _shared(request: Request, shell: Shell) -> dict[str, Any]:
    language = language_of(request)
    text = shell.translations.gettext(language)
    who = who_of(request)
    return {
        "employee": who.employee if who else None,
        "links": navigation_for(who.employee.role) if who else None,
        "may": _may(who),
        "csrf": who.csrf if who else "",
        "t": text,
        "_": text,
        "language": language,
        "languages": shell.translations.languages,
        "messages": shell.translations.messages[language],
        "found_messages": _some(shell.translations.messages[language], FOUND),
        "live_url": shell.options.live_url,
        "assets": shell.assets,
        "catalogue": request.app.state.parts.catalogue,
        "queue_names": queue_names(request, language),
        "skill_names": skill_names(request, language),
        "timezone": shell.options.timezone,
        "path": request.url.path,
    }


def _some(messages: Mapping[str, str], begins: tuple[str, ...]) -> dict[str, str]:
    return {code: text for code, text in messages.items() if code.startswith(begins)}


def _may(who: SignedIn | None) -> Callable[[str], bool]:
    """What templates ask before they show what only some may do."""
    return lambda permission: who is not None and who.employee.may(Permission(permission))


def queue_names(request: Request, language: str) -> dict[str, str]:
    """Queues by the reader's language, else by their own name."""
    return _named(request.app.state.parts.queue_names, language)


def skill_names(request: Request, language: str) -> dict[str, str]:
    """Skills likewise."""
    return _named(request.app.state.parts.skill_names, language)


def schedule_names(request: Request, language: str) -> dict[str, str]:
    """Schedules likewise."""
    return _named(request.app.state.parts.schedule_names, language)


def _named(names: Mapping[str, Mapping[str, str]], language: str) -> dict[str, str]:
    return {code: texts.get(language) or texts[""] for code, texts in names.items()}
