"""Whose phone is whose, and which one he works with."""

from routing.ids import AgentId
from routing.terms import PhoneKind
from telephony.endpoints import AgentPhones, EndpointBook

ANNA, DARIA = AgentId("anna"), AgentId("daria")
PHONES = (
    AgentPhones(agent=ANNA, name="Anna", browser="a1", desk="d1"),
    AgentPhones(agent=DARIA, name="Daria", browser="a2", desk="d2", always=PhoneKind.BROWSER),
)


def test_an_agent_works_with_a_phone_from_his_shift_on() -> None:
    book = EndpointBook(PHONES)
    assert book.active(ANNA) is None
    assert book.activate(ANNA, PhoneKind.DESK) == "d1"
    assert book.active_agent("PJSIP/d1") == ANNA
    assert book.active_agent("PJSIP/a1") is None


def test_a_supervisor_has_one_without_a_shift_and_may_take_another() -> None:
    book = EndpointBook(PHONES)
    assert book.active(DARIA) == "a2"
    book.activate(DARIA, PhoneKind.DESK)
    book.load(PHONES)
    assert book.active(DARIA) == "d2"
    assert {book.owner(endpoint) for endpoint in ("a2", "d2")} == {DARIA}
