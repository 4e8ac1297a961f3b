"""Where a call may go: nowhere but through the operator's channel, to a whole number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.outbound import NotDiallable, Outbound

NUMBER = "+74951234567"


@pytest.mark.parametrize(
    ("template", "channel"),
    [
        ("PJSIP/{number}@trunk", "PJSIP/+74951234567@trunk"),
        ("PJSIP/trunk/sip:{digits}@10.0.0.9:5060", "PJSIP/trunk/sip:74951234567@10.0.0.9:5060"),
        ("Local/{digits}@outgoing/n", "Local/74951234567@outgoing/n"),
    ],
)
def test_channel_is_the_templates(template: str, channel: str) -> None:
    assert Outbound(template=template).channel(NUMBER) == channel


@pytest.mark.parametrize(
    "template",
    ["PJSIP/trunk", "{number}", "PJSIP/{number}&Local/x", "PJSIP/{number}@{digits}", "PJSIP/{x}"],
)
def test_template_that_is_no_channel_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="not a channel"):
        Outbound(template=template)


@given(st.text(max_size=20))
def test_nothing_but_a_number_is_dialled(text: str) -> None:
    way = Outbound(template="PJSIP/{number}@trunk")
    try:
        channel = way.channel(text)
    except NotDiallable as error:
        assert str(error) == "not an E.164 number", "what is logged bears no number"
    else:
        assert text[0] == "+" and text[1:].isdecimal() and text.isascii()
        assert channel == f"PJSIP/{text}@trunk"
