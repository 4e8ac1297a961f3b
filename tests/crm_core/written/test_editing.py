"""One entry of a text is changed: it says the new, everything else stays to the letter."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crm_core.written.editing import EntryUnknown, plain, put, remove

TEXT = """\
# A flow
flow: branches  # why
nodes:
  # the first
  welcome: {say: welcome, next: look}

  # the menu
  look:
    menu: [a]
    choices: {1: x, 2: {to: y, prompt: b}}
  bye: {hang_up: goodbye}  # the end

# words
prompts:
  welcome: {en: Good afternoon., ru: Добрый день.}
"""


def told(text: str) -> object:
    node = yaml.compose(text)
    return plain(node) if node is not None else {}


def test_an_entry_is_changed_and_every_other_line_stays() -> None:
    value = {"menu": ["a", "b"], "choices": {"1": "x", "*": {"to": "bye"}}, "suggested": True}
    changed = put(TEXT, ("nodes", "look"), value | {"seconds": 7})
    told_now = told(changed)
    assert isinstance(told_now, dict)
    assert told_now["nodes"]["look"] == value | {"seconds": "7", "suggested": "yes"}
    kept = [line for line in TEXT.splitlines() if "menu: [a]" not in line and "choices" not in line]
    assert [line for line in changed.splitlines() if line in kept] == kept


def test_a_new_entry_stands_behind_the_others() -> None:
    changed = put(TEXT, ("nodes", "new"), {"say": "welcome", "next": "no"})
    assert "# the end\n  new: {say: welcome, next: 'no'}\n\n# words" in changed


def test_an_entry_goes_with_the_comment_above_it() -> None:
    assert remove(TEXT, ("nodes", "look")) == TEXT.replace(
        "  # the menu\n  look:\n    menu: [a]\n    choices: {1: x, 2: {to: y, prompt: b}}\n", ""
    )
    assert told(remove(TEXT, ("prompts", "welcome"))) == told(TEXT) | {"prompts": {}}  # type: ignore[operator]
    with pytest.raises(EntryUnknown):
        remove(TEXT, ("nodes", "nobody"))
    with pytest.raises(EntryUnknown):
        put("- a list", ("nodes", "new"), {"say": "x"})


words = st.text(st.sampled_from("ab1:#'{}\"- ,[]*&!%@\nя"), min_size=1, max_size=8)
names = st.sampled_from(["a", "b1", "no", "1", "*"])
entries = st.dictionaries(names, st.dictionaries(names, words, max_size=3), max_size=4)


@given(entries, names, st.dictionaries(names, words, max_size=3), st.sampled_from([None, True]))
def test_whatever_stands_there_what_is_put_is_read_and_the_rest_stays(
    held: dict[str, dict[str, str]], name: str, value: dict[str, str], flow: bool | None
) -> None:
    whole = {"before": "x", "nodes": held, "after": "y"}
    text = yaml.safe_dump(whole, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    assert told(text) == whole
    changed = put(text, ("nodes", name), value)
    assert told(changed) == whole | {"nodes": held | {name: value}}
    without = {key: one for key, one in held.items() if key != name}
    assert told(remove(changed, ("nodes", name))) == whole | {"nodes": without}
