"""What is taken for a request, and what is let go at once."""

import time

import pytest

from ivr.agi.errors import Refusal
from ivr.agi.request import MAX_REQUEST, RequestRefused, check_begun, read_request
from tests.ivr.agi.driving import request


def read(**changed: str) -> object:
    return read_request(request(**changed)[:-1])


def refused(data: bytes) -> Refusal:
    with pytest.raises(RequestRefused) as caught:
        read_request(data)
    return caught.value.why


def test_request_tells_who_calls_and_which_flow() -> None:
    found = read_request(request()[:-1])
    assert (found.flow, found.unique_id) == ("main", "pbx1-1700000000.1")
    assert (found.caller_number, found.dialled) == ("+79990000001", "4100")
    assert (found.language, found.channel) == ("ru", "PJSIP/trunk-00000001")


@pytest.mark.parametrize("script", ["main?a=b&c=/x", "ivr/main", "/main", "a/b/main?main=other"])
def test_flow_is_the_last_part_of_the_path_without_its_query(script: str) -> None:
    assert read_request(request(network_script=script)[:-1]).flow == "main"


@pytest.mark.parametrize("number", ["", "unknown"])
def test_nobody_has_no_number(number: str) -> None:
    assert read_request(request(callerid=number)[:-1]).caller_number is None


def test_number_is_in_no_repr() -> None:
    assert "79990000001" not in repr(read())


def test_name_that_brings_a_second_script_is_refused() -> None:
    assert refused(request(calleridname="x\nagi_network_script: vip")[:-1]) is Refusal.MALFORMED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"agi_network: yes\n",
        b"agi_network_script: main\nagi_uniqueid: \n",
        b"agi_network_script: ../\nagi_uniqueid: 1\n",
        b"agi_network_script: main\nagi_uniqueid: 1\0\n",
        b"agi_network_script: main\r\nagi_uniqueid: 1\r\n",
        b"agi_network_script: main\nagi_uniqueid: 1\nHost: x\n",
        b"agi_network_script: main\nagi_uniqueid: 1\nagi_x\n",
    ],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    assert refused(data) is Refusal.MALFORMED


def test_bytes_that_are_no_text_spoil_their_own_value_only() -> None:
    data = b"agi_network_script: main\nagi_uniqueid: 1\nagi_callerid: \xff1\n"
    assert read_request(data).caller_number == "\ufffd1"


def test_too_much_is_refused() -> None:
    line = b"agi_arg_1: " + b"x" * 1_025 + b"\n"
    assert refused(request()[:-1] + line) is Refusal.MALFORMED
    assert refused(request()[:-1] + b"agi_x: y\n" * 2_000) is Refusal.TOO_LONG
    assert refused(b"".join(b"agi_%d: y\n" % n for n in range(200))) is Refusal.MALFORMED


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.0\r\n", b"\x16\x03\x01", b"\n", b"agj", b"\0" * 100, b" agi_"]
)
def test_another_protocol_is_let_go_with_its_first_bytes(data: bytes) -> None:
    with pytest.raises(RequestRefused):
        check_begun(data)


def test_half_a_request_is_waited_for_up_to_its_bound() -> None:
    whole = request()
    for end in range(1, len(whole)):
        check_begun(whole[:end])
    with pytest.raises(RequestRefused):
        check_begun(b"agi_" * (MAX_REQUEST // 4 + 1))


def test_no_request_takes_long_to_refuse() -> None:
    """A second way to match a line would double the work with each of them."""
    data = b"agi_a: b\n" * 126 + b"agi_a: b"
    spent = time.process_time()
    assert refused(data) is Refusal.MALFORMED
    assert time.process_time() - spent < 0.5
