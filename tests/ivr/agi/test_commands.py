"""pyst2's methods without its pipes: what they send, and what they make of replies."""

from collections.abc import Callable
from typing import Any

import pytest
from asterisk.agi import AGIAppError, AGIDBError, AGIInvalidCommand, AGIUsageError
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.agi.commands import MAX_COMMAND, Commands, Unsendable, quoted
from ivr.agi.errors import HungUp
from ivr.agi.replies import Reply


def said(agi: Commands, method: Callable[..., Any], *args: object) -> str:
    return next(agi.do(method, *args)).decode().rstrip("\n")


def made_of(reply: Reply, agi: Commands, method: Callable[..., Any], *args: object) -> object:
    talk = agi.do(method, *args)
    next(talk)
    with pytest.raises(StopIteration) as end:
        talk.send(reply)
    return end.value.value


def split(line: str) -> list[str]:
    """The words of a command, by Asterisk's own rules (res_agi's parse_args)."""
    words, word, is_open, escaped = list[str](), "", False, False
    began = False
    for char in line:
        if escaped:
            word, escaped, began = word + char, False, True
        elif char == "\\":
            escaped = True
        elif char == '"':
            is_open, began = not is_open, True
        elif char in " \t" and not is_open:
            words, word, began = ([*words, word] if began else words), "", False
        else:
            word, began = word + char, True
    return [*words, word] if began else words


def test_commands_stand_as_pyst2_writes_them() -> None:
    agi = Commands()
    assert said(agi, agi.answer) == "ANSWER"
    assert said(agi, agi.stream_file, "a/b", "12#") == 'STREAM FILE "a/b" "12#" 0'
    assert said(agi, agi.wait_for_digit, 2_000) == "WAIT FOR DIGIT 2000"
    assert said(agi, agi.set_variable, "A", "b") == 'SET VARIABLE "A" "b"'
    assert said(agi, agi.hangup) == "HANGUP"
    assert said(agi, agi.database_get, "f", "k") == 'DATABASE GET "f" "k"'
    assert said(agi, agi.say_digits, "12", "#") == 'SAY DIGITS "12" "#"'
    record = said(agi, agi.record_file, "m", "wav", "#", 5_000, 4, True)
    assert record == 'RECORD FILE "m" "wav" "#" 5000 0 "beep" "s=4"'


def test_replies_mean_what_pyst2_makes_of_them() -> None:
    agi = Commands()
    for _ in range(2):
        assert made_of(Reply(200, "0"), agi, agi.wait_for_digit, 5) == ""
        assert made_of(Reply(200, "49"), agi, agi.wait_for_digit, 5) == "1"
        assert made_of(Reply(200, "1", "x"), agi, agi.get_variable, "A") == "x"
        assert made_of(Reply(200, "1", "y"), agi, agi.get_variable, "A") == "y"
        assert made_of(Reply(200, "1", "v"), agi, agi.database_get, "f", "k") == "v"


def test_y9_caller_named_hangup_has_not_hung_up() -> None:
    agi = Commands()
    assert made_of(Reply(200, "1", "hangup"), agi, agi.get_variable, "CALLERID(name)") == "hangup"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, "-1"), AGIAppError),
        (Reply(510), AGIInvalidCommand),
        (Reply(511), HungUp),
        (Reply(520), AGIUsageError),
    ],
)
def test_refusals_are_pyst2s_errors(reply: Reply, error: type[Exception]) -> None:
    agi = Commands()
    for _ in range(2):
        talk = agi.do(agi.stream_file, "a", "")
        next(talk)
        with pytest.raises(error):
            talk.send(reply)


def test_a_key_that_is_not_there_is_pyst2s_error() -> None:
    agi = Commands()
    talk = agi.do(agi.database_get, "f", "k")
    next(talk)
    with pytest.raises(AGIDBError):
        talk.send(Reply(200, "0"))


def test_calls_in_between_do_not_meet() -> None:
    agi = Commands()
    first, second = agi.do(agi.get_variable, "A"), agi.do(agi.get_variable, "B")
    assert (next(first), next(second)) == (b'GET VARIABLE "A"\n', b'GET VARIABLE "B"\n')
    for talk, value in ((second, "b"), (first, "a")):
        with pytest.raises(StopIteration) as end:
            talk.send(Reply(200, "1", value))
        assert end.value.value == value


@pytest.mark.parametrize("value", ['a"\nEXEC System x', "a\rb", "a\0b", "\n"])
def test_y4_line_breaks_are_refused_before_anything_is_sent(value: str) -> None:
    agi = Commands()
    for method, *args in (
        (agi.set_variable, "A", value),
        (agi.stream_file, value, ""),
        (agi.set_context, value),
        (agi.exec_command, "NoOp", value),
    ):
        with pytest.raises(Unsendable) as caught:
            next(agi.do(method, *args))
        assert value not in str(caught.value)


def test_2069_a_command_stays_within_asterisks_line() -> None:
    agi = Commands()
    with pytest.raises(Unsendable):
        next(agi.do(agi.set_variable, "A", "я" * MAX_COMMAND))
    with pytest.raises(Unsendable):
        next(agi.do(agi.set_variable, "A", "\udc80"))


@settings(max_examples=60)
@given(st.text(max_size=60).filter(lambda text: not set(text) & set("\r\n\0")))
def test_any_other_value_arrives_as_it_is(value: str) -> None:
    agi = Commands()
    if value.isprintable():
        assert split(said(agi, agi.set_variable, "A", value)) == ["SET", "VARIABLE", "A", value]
    assert split(str(quoted(value))) == [value]


def test_y2_y3_nothing_is_written_and_no_signal_taken(capsys: pytest.CaptureFixture[str]) -> None:
    agi = Commands()
    made_of(Reply(200, "1", "1234"), agi, agi.get_variable, "PIN")
    assert capsys.readouterr() == ("", "")
