"""The page of one flow: its picture, beside it the chosen node and a telephone to try it with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from fastapi import Request, Response

from agent_ui.web.flows.layout import HEAD, WIDTH, WORDS
from agent_ui.web.flows.looking import DAYS, FIGURES_HEIGHT, Counted, Look, picture_of
from agent_ui.web.flows.node_form import KEYS
from agent_ui.web.flows.ports import NodeText, PromptText, Trial
from agent_ui.web.shell import render
from crm_core.four_eyes.kept import Kept

PAGE = "/admin/flows"


@dataclass(slots=True, kw_only=True)
class Asked:
    """What a page of a flow shows. `kept` is None for a text that nobody keeps yet; `typed` is what
    came in by the node's form, shown again if it was refused."""

    text: str
    kept: Kept | None
    editing: bool = False
    node: str = ""
    side: str = "node"
    """What stands beside the picture: the chosen `node`, or the telephone to `try` it."""
    figures: Counted | None = None
    trial: Trial | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)
    typed: NodeText | None = None
    problem: str = ""
    wrong: str = ""
    """The field that the problem is about."""
    status: int = 200


def show(request: Request, look: Look, asked: Asked) -> Response:
    """The page."""
    graph = look.desk.graph(asked.text, str(asked.tried.get("language") or look.language))
    mistakes = look.mistakes(asked.text, graph)
    chosen = asked.typed or (look.desk.node(asked.text, asked.node) if asked.node else None)
    steps = asked.trial.steps if asked.trial else ()
    context = {
        "look": look,
        "kept": asked.kept,
        "editing": asked.editing,
        "name": look.name(graph),
        "graph": graph,
        "picture": picture_of(graph, asked.figures),
        "size": {
            "width": WIDTH,
            "head": HEAD,
            "words": WORDS,
            "figures": FIGURES_HEIGHT,
        },
        "mistakes": mistakes,
        "wrong_nodes": {one.node for one in mistakes},
        "chosen": chosen,
        "own_mistakes": [one for one in mistakes if chosen and one.node == chosen.node],
        "fields": look.desk.kinds.get(chosen.kind, ()) if chosen else (),
        "words": _words(look, asked.text, chosen),
        "kinds": list(look.desk.kinds),
        "figures": asked.figures,
        "days": DAYS,
        "trial": asked.trial,
        "tried": asked.tried,
        "walked": [one.node for one in steps],
        "passed": {(a.node, b.node) for a, b in pairwise(steps)},
        "keys": KEYS,
        "side": "try" if asked.tried else asked.side,
        "problem": asked.problem,
        "wrong": asked.wrong,
        "base": f"{PAGE}/{look.flow}/draft" if asked.editing else f"{PAGE}/{look.flow}",
        "link": _link(look, asked),
    }
    return render(request, "flows/desk.html", context, status=asked.status)


def _words(look: Look, text: str, chosen: NodeText | None) -> Sequence[PromptText]:
    """The prompts of the chosen node, each once."""
    if chosen is None:
        return ()
    named: dict[str, None] = {}
    for one in look.desk.kinds.get(chosen.kind, ()):
        value = chosen.values.get(one.name)
        if one.how in ("prompts", "prompt"):
            named |= dict.fromkeys(value if isinstance(value, list) else [value] if value else [])
        elif one.how == "choices" and isinstance(value, dict):
            choices = (choice for choice in value.values() if isinstance(choice, dict))
            named |= dict.fromkeys(choice["prompt"] for choice in choices if choice.get("prompt"))
    return look.desk.prompts(text, list(named))


def _link(look: Look, asked: Asked) -> Any:
    """The address of the same page with another node chosen, or the telephone."""
    base = f"{PAGE}/{look.flow}"
    figures = asked.figures
    query = [f"version={asked.kept.version}"] if asked.kept and not asked.editing else []
    if figures is not None and not asked.editing:
        query += [f"days={figures.days}", *(["of=all"] if figures.version is None else [])]

    def link(node: str, side: str = "node") -> str:
        words = [f"node={node}", *([f"side={side}"] if side != "node" else []), *query]
        return f"{base}{'/draft' if asked.editing else ''}?{'&'.join(words)}"

    return link
