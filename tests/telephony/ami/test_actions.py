"""What may leave: exactly one action, whatever the values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami import CALL_ACTIONS, PROVISIONING_ACTIONS, Action, InvalidAction, action
from telephony.ami.actions import MAX_HEADERS, MAX_LINE, check_request_id, wire_headers
from telephony.ami.waits import Wait

HOSTILE = st.text(max_size=30) | st.sampled_from(
    ["\n", "\r\n\r\n", "a\rb", "\0", "\u2028", "\x85", "\x0b", "&", ",", "${SHELL(id)}", "\ud800"]
)
HEADER = st.tuples(
    st.sampled_from(["Channel", "CallerID", "Value", "Exten", "channel"]) | HOSTILE, HOSTILE
)


def headers_of(act: Action) -> dict[str, str | list[str]]:
    return wire_headers(act, "id-1", allowed=CALL_ACTIONS)


def encoded(act: Action) -> bytes:
    """The bytes as panoramisk's encoder writes them; needs an event loop for its future."""
    return str(Wait(headers_of(act), on_reply=lambda _: None)).encode()


def asterisk_reads(data: bytes) -> list[list[bytes]]:
    """Asterisk's own reader: a line ends at LF, an optional CR before it is dropped."""
    actions: list[list[bytes]] = [[]]
    for line in data.split(b"\n")[:-1]:
        if line := line.removesuffix(b"\r"):
            actions[-1].append(line)
        else:
            actions.append([])
    assert actions.pop() == []
    return actions


async def test_exactly_one_action_leaves_whatever_the_values() -> None:
    @given(st.lists(HEADER, max_size=6))
    def check(headers: list[tuple[str, str]]) -> None:
        act = Action("Setvar", tuple(headers))
        try:
            data = encoded(act)
        except InvalidAction:
            return
        (lines,) = asterisk_reads(data)
        sent = sorted([b"Action: Setvar", b"ActionID: id-1", *(_line(h) for h in headers)])
        assert sorted(line.lower() for line in lines) == sorted(line.lower() for line in sent)
        assert not any(c in key + value for key, value in headers for c in "\r\n\0")

    check()


def _line(header: tuple[str, str]) -> bytes:
    return f"{header[0]}: {header[1]}".encode()


@pytest.mark.parametrize("mark", ["\r", "\n", "\r\n", "\0", "\ud800"])
@pytest.mark.parametrize("place", ["{}x", "x{}", "x{}y"])
def test_p06_breaks_nul_and_surrogates_are_refused(mark: str, place: str) -> None:
    with pytest.raises(InvalidAction):
        headers_of(action("Setvar", Variable="A", Value=place.format(mark)))
    with pytest.raises(InvalidAction):
        headers_of(action("Setvar", (place.format(mark), "x")))


@pytest.mark.parametrize("value", ["\u2028", "\x85", "&", "${X}", "a,b", "Иванов", "x: y"])
def test_harmless_values_pass_unchanged(value: str) -> None:
    assert headers_of(action("Setvar", Value=value))["Value"] == value


def test_limits_of_asterisk() -> None:
    room = MAX_LINE - len("Value: \r\n")
    assert headers_of(action("Setvar", Value="x" * room))
    with pytest.raises(InvalidAction, match="1025 bytes"):
        headers_of(action("Setvar", Value="x" * (room + 1)))
    with pytest.raises(InvalidAction, match="bytes"):
        headers_of(action("Setvar", Value="ж" * (room // 2 + 1)))
    full = tuple(("Variable", f"A{n}=1") for n in range(MAX_HEADERS - 2))
    assert headers_of(Action("Setvar", full))
    with pytest.raises(InvalidAction, match="129 headers"):
        headers_of(Action("Setvar", (*full, ("Variable", "B=1"))))


@pytest.mark.parametrize("name", ["Command", "Filter", "UpdateConfig", "AGI", "Login", "originate"])
def test_only_listed_actions_pass(name: str) -> None:
    with pytest.raises(InvalidAction, match="allow-list"):
        headers_of(action(name))


def test_no_user_may_do_both_calls_and_the_database() -> None:
    assert not CALL_ACTIONS & PROVISIONING_ACTIONS
    assert not {"Command", "UpdateConfig", "ModuleLoad"} & (CALL_ACTIONS | PROVISIONING_ACTIONS)


@pytest.mark.parametrize("name", ["Action", "actionid", "ACTIONID"])
def test_the_clients_own_headers_cannot_be_given(name: str) -> None:
    with pytest.raises(InvalidAction):
        headers_of(action("Hangup", (name, "x")))


@pytest.mark.parametrize("given_value", ["false", "0", "true"])
def test_p02_originate_is_always_asynchronous(given_value: str) -> None:
    headers = headers_of(action("Originate", ("async", given_value), Channel="x"))
    assert headers["Async"] == "true"
    assert [k.lower() for k in headers].count("async") == 1


def test_repeated_headers_stay_in_order() -> None:
    act = action("Originate", ("Variable", "A=1"), ("variable", "B=2"), ("Variable", "C=3"))
    assert headers_of(act)["Variable"] == ["A=1", "B=2", "C=3"]


def test_a_comma_would_begin_another_variable() -> None:
    with pytest.raises(InvalidAction, match="comma"):
        headers_of(action("Originate", ("Variable", "NAME=x,CALLERID(num)=900")))


def test_a_comma_within_a_functions_brackets_begins_none() -> None:
    header = "PJSIP_HEADER(add,Call-Info)=<sip:localhost>;answer-after=0"
    assert headers_of(action("Originate", ("Variable", header)))["Variable"] == header
    for bad in (f"{header},B=2", "A=PJSIP_HEADER(add,B)=2", "A(b,c)d=2", "A(b)(c,d)=2"):
        with pytest.raises(InvalidAction, match="comma"):
            headers_of(action("Originate", ("Variable", bad)))


@pytest.mark.parametrize("bad", ["", "x" * 129, "a\r\nb", "имя", "a\tb"])
def test_request_ids_are_plain(bad: str) -> None:
    with pytest.raises(InvalidAction):
        check_request_id(bad)


def test_errors_carry_no_values() -> None:
    with pytest.raises(InvalidAction) as caught:
        headers_of(action("Setvar", Value="+79991234567\r\n"))
    assert "7999" not in str(caught.value)
