"""Lines of Asterisk's, as they were recorded, and lines that only look like them."""

import pytest

from ivr.agi.replies import Aside, Reply, Unreadable, read_line, read_usage


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0", Reply(200, "0")),
        (b"200 result=49 endpos=8000", Reply(200, "49", "", "8000")),
        (b"200 result=-1 endpos=0", Reply(200, "-1", "", "0")),
        (b"200 result=1 (hangup)", Reply(200, "1", "hangup")),
        (b"200 result=1 ()", Reply(200, "1")),
        (b"200 result= (timeout)", Reply(200, "", "timeout")),
        (b"200 result=12*# (timeout)", Reply(200, "12*#", "timeout")),
        (b"200 result=35 (dtmf) endpos=1600", Reply(200, "35", "dtmf", "1600")),
        (b"200 result=1 (a) endpos=9)", Reply(200, "1", "a) endpos=9")),
        ("200 result=1 (Иванов)".encode(), Reply(200, "1", "Иванов")),
        (b"200 result=1 (\xff)", Reply(200, "1", "\ufffd")),
        (b"510 Invalid or unknown command", Reply(510)),
        (b"511 Command Not Permitted on a dead channel or intercept routine", Reply(511)),
        (b"503 result=-2 Memory allocation failure", Reply(503)),
        (b"520 Invalid command syntax.  Proper usage not available.", Reply(520)),
        (b"HANGUP", Aside.HANGUP),
        (b"100 Trying", Aside.TRYING),
        (b"520-Invalid command syntax.  Proper usage follows:", Aside.USAGE),
    ],
)
def test_lines_of_asterisks(line: bytes, reply: Reply | Aside) -> None:
    assert read_line(line) == reply


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"200",
        b"200 ",
        b"200 result=1 (half a",
        b"value)",
        b"200 result=1 (a\0)",
        b"200 result=1 (a\r)",
        b"200 result=0\r",
        b"200 result=x",
        b"2000 result=0",
        b"HANGUP ",
        b"hangup",
        b"\xff\xfe",
        b"999 what",
    ],
)
def test_other_lines_are_no_replies(line: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_line(line)
    assert str(caught.value) == ""


def test_usage_goes_on_until_its_last_line() -> None:
    assert read_usage(b"HANGUP") is Aside.USAGE
    assert read_usage(b"200 result=0") is Aside.USAGE
    assert read_usage(b"520 End of proper usage.") == Reply(520)


def test_no_repr_shows_a_reply() -> None:
    assert repr(read_line(b"200 result=52 (1234)")) == "<reply 200>"
