"""Plain data as YAML text that reads back as it was. Pure."""

from typing import Any

import yaml

WIDTH = 100


def dump(data: Any) -> str:
    """The text; what holds nothing but words and numbers stands in one line."""
    return yaml.dump(
        data,
        Dumper=_Indented,
        allow_unicode=True,
        sort_keys=False,
        width=WIDTH,
        default_flow_style=None,
    )


class Dumper(yaml.SafeDumper):
    """Writes each value where it stands; nothing refers to anything."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yes(dumper: yaml.SafeDumper, said: bool) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:bool", "yes" if said else "no")


Dumper.add_representer(bool, _yes)


def _nothing(dumper: yaml.SafeDumper, _none: None) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


Dumper.add_representer(type(None), _nothing)


class _Indented(Dumper):
    """Lists stand below what they belong to."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)
