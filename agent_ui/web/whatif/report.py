"""A result as one HTML file of its own: no scripts, nothing to load, fit for printing.

The command line writes it, and the page of a run hands it out.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent_ui.i18n import read_translations
from agent_ui.web.whatif.drawing import HEIGHT, WIDTH, draw
from agent_ui.web.whatif.tables import BRIEF, Words

PACKAGE = Path(__file__).parents[2]


def report(result: Mapping[str, Any], language: str, *, title: str) -> str:
    """The file's text. `result` is as `crm_core.whatif.told` tells it."""
    environment = Environment(
        loader=FileSystemLoader(PACKAGE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Words(language)
    text = read_translations(PACKAGE / "locale").gettext(language)
    return environment.get_template("whatif/report.html").render(
        _=text,
        language=language,
        title=title,
        result=result,
        compared="base" in result["total"],
        lines=words.lines(result["total"]),
        columns=BRIEF,
        brief=words.brief,
        drawing=draw(result["days"], "service_level"),
        size=(WIDTH, HEIGHT),
    )
