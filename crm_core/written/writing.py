"""Plain data as YAML text that reads back as it was. Pure."""

from typing import Any

import yaml

_WIDTH = 100


def dump(data: Any) -> str:
    """The text; what holds nothing but words and numbers stands in one line."""
    return yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
        default_flow_style=None,
    )


class _Dumper(yaml.SafeDumper):
    """Writes each value where it stands; nothing refers to anything."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _yes(dumper: yaml.SafeDumper, said: bool) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:bool", "yes" if said else "no")


_Dumper.add_representer(bool, _yes)
