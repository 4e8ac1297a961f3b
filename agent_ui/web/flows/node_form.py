"""The form of a node: what was typed, as a node and its prompts. Pure.

Fields are named `field.<name>`; of a menu's choices `choice.<key>.to` and `choice.<key>.prompt`;
the words of a prompt `words.<prompt>.<language>`.
"""

import re
from collections.abc import Mapping, Sequence

from agent_ui.web.flows.ports import Field, NodeText
from crm_core.errors import FieldRefused

KEYS = "123456789*0#"
LONGEST = 500
"""Characters of any field."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
SEVERAL = frozenset({"prompts", "values"})


def read_node(node: str, kind: str, fields: Sequence[Field], typed: Mapping[str, str]) -> NodeText:
    """The node as it was typed. Raises FieldRefused for what is too long or no name."""
    if not NAME.fullmatch(node):
        raise FieldRefused("node", "malformed")
    for name, value in typed.items():
        if len(value) > LONGEST:
            raise FieldRefused(name, "too_long")
    return NodeText(node=node, kind=kind, values={one.name: _value(one, typed) for one in fields})


def read_words(typed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Words by prompt and language, of prompts that say anything."""
    found: dict[str, dict[str, str]] = {}
    for name, value in typed.items():
        part, _, rest = name.partition(".")
        prompt, _, language = rest.partition(".")
        if part == "words" and NAME.fullmatch(prompt) and value.strip():
            found.setdefault(prompt, {})[language] = " ".join(value.split())
    return found


def names(typed: str) -> list[str]:
    """Names that stand beside each other."""
    return typed.replace(",", " ").split()


def _value(field: Field, typed: Mapping[str, str]) -> object:
    if field.how == "choices":
        return {key: choice for key in KEYS if (choice := _choice(key, typed))}
    value = typed.get(f"field.{field.name}", "").strip()
    return names(value) if field.how in SEVERAL else value


def _choice(key: str, typed: Mapping[str, str]) -> dict[str, str]:
    to = typed.get(f"choice.{key}.to", "").strip()
    prompt = typed.get(f"choice.{key}.prompt", "").strip()
    return {"to": to, "prompt": prompt} if to else {}
