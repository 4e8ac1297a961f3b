"""Commands become exactly these actions; nothing a caller sends can reach one."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.commands import (
    CallCommand,
    ConsultColleague,
    HangUpCall,
    HangUpLeg,
    HoldCall,
    JoinCall,
    MonitorCall,
    OfferCall,
    PlaceCall,
    ReturnToWaiting,
    Said,
    SendAway,
    ServeCaller,
    TellCaller,
)
from routing.facts import (
    CallerIdentified,
    ConsultAsked,
    ConsultCancelAsked,
    HangUpAsked,
    HoldAsked,
)
from routing.ids import AgentId, CallId, CommandId, FlowId, LegId, NodeId, OfferId
from routing.terms import MonitorMode, OfferKind, Phrase
from telephony.endpoints import EndpointBook
from telephony.orders import NoSuchLeg, NotWaiting, Ways, orders
from telephony.outbound import NotDiallable, Outbound
from telephony.phrases import Voice
from telephony.picture import CONSULT, FALLBACK, Leg, Picture
from tests.routing.house import CLIENT, House
from tests.telephony.told import ANNA, AT, BORIS, book, events, translator

CUSTOMER, ANNAS, BORISS = (LegId(f"pbx1-1.{n}") for n in (1, 2, 3))
ABOUT: dict[str, Any] = {
    "id": CommandId("f1#0"),
    "node": NodeId("pbx1"),
    "call": CallId("pbx1-1.1"),
    "customer": CUSTOMER,
}


def picture(*, consulting: bool = False) -> Picture:
    drawn = Picture()
    drawn.add(Leg(leg=CUSTOMER, call=CallId("pbx1-1.1"), channel="PJSIP/tellerline-trunk-01"))
    place = CONSULT if consulting else ""
    drawn.add(_agent(ANNAS, "PJSIP/d00000000000a-02", ANNA, place))
    drawn.add(_agent(BORISS, "PJSIP/d00000000000b-03", BORIS, ""))
    return drawn


def _agent(leg: LegId, channel: str, agent: AgentId, context: str) -> Leg:
    return Leg(leg=leg, call=CallId("pbx1-1.1"), channel=channel, agent=agent, context=context)


def plain(command: CallCommand, drawn: Picture | None = None) -> list[str]:
    """The actions as one line each."""
    return [
        " ".join([act.name, *(f"{key}={value}" for key, value in act.headers)])
        for act in orders(command, drawn or picture(), book(), ways=WAYS)
    ]


WAYS = Ways(
    voice=Voice(languages=frozenset({"en", "ru"}), house="ru"),
    outbound=Outbound(template="PJSIP/{digits}@trunk", caller_id="+74951000000"),
)
FULL = (Said(phrase=Phrase.FULL), Said(phrase=Phrase.CALLBACK_OFFER, number=1))
PLACED: dict[str, Any] = {
    **ABOUT,
    "call": CallId("pbx1-1.1~1"),
    "customer": LegId("pbx1-1.1~1"),
    "seconds": 30,
    "greeting": (Said(phrase=Phrase.CALLBACK_GREETING),),
    "language": "",
}
OFFER: dict[str, Any] = {"offer": OfferId("pbx1-1.1.1"), "agent": ANNA, "seconds": 20}


@pytest.mark.parametrize(
    ("command", "actions"),
    [
        (
            OfferCall(**ABOUT, **OFFER, kind=OfferKind.CALL),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-offer"
                " Exten=d00000000000a_pbx1-1.1.1_20_ring Priority=1"
            ],
        ),
        (
            OfferCall(**ABOUT, **OFFER, kind=OfferKind.RECONNECT),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-offer"
                " Exten=d00000000000a_pbx1-1.1.1_20_auto Priority=1"
            ],
        ),
        (
            OfferCall(**ABOUT, **OFFER, kind=OfferKind.CALL, survey=FlowId("how_was_it")),
            [
                "Setvar Channel=PJSIP/tellerline-trunk-01 Variable=TELLERLINE_SURVEY"
                " Value=pbx1-1.1.1_how_was_it",
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-offer"
                " Exten=d00000000000a_pbx1-1.1.1_20_ring Priority=1",
            ],
        ),
        (
            ServeCaller(**ABOUT, flow=FlowId("main")),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-ivr"
                " Exten=flow_main Priority=1"
            ],
        ),
        (
            ReturnToWaiting(**ABOUT, release=ANNAS),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-wait Exten=s"
                " Priority=1",
                "Hangup Channel=PJSIP/d00000000000a-02 Cause=16",
            ],
        ),
        (
            HoldCall(**ABOUT, leg=ANNAS),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-held Exten=s"
                " Priority=1 ExtraChannel=PJSIP/d00000000000a-02 ExtraContext=tellerline-agent"
                " ExtraExten=s ExtraPriority=1"
            ],
        ),
        (
            JoinCall(**ABOUT, leg=BORISS),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-join"
                " Exten=PJSIP/d00000000000b-03 Priority=1"
            ],
        ),
        (
            ConsultColleague(**ABOUT, leg=ANNAS, **{**OFFER, "agent": BORIS}),
            [
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-held Exten=s"
                " Priority=1 ExtraChannel=PJSIP/d00000000000a-02 ExtraContext=tellerline-consult"
                " ExtraExten=d00000000000b_pbx1-1.1.1_20 ExtraPriority=1"
            ],
        ),
        (
            HangUpCall(**ABOUT, release=ANNAS),
            [
                "Hangup Channel=PJSIP/tellerline-trunk-01 Cause=16",
                "Hangup Channel=PJSIP/d00000000000a-02 Cause=16",
            ],
        ),
        (HangUpLeg(**ABOUT, leg=ANNAS), ["Hangup Channel=PJSIP/d00000000000a-02 Cause=16"]),
        (
            TellCaller(**ABOUT, said=FULL, language="en", music="brass"),
            [
                "Setvar Channel=PJSIP/tellerline-trunk-01 Variable=TELLERLINE_SAY"
                " Value=tellerline/en/full&tellerline/en/callback_offer-1",
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-tell"
                " Exten=music_brass Priority=1",
            ],
        ),
        (
            SendAway(**ABOUT, said=(Said(phrase=Phrase.CLOSED),), language="fr"),
            [
                "Setvar Channel=PJSIP/tellerline-trunk-01 Variable=TELLERLINE_SAY"
                " Value=tellerline/ru/closed",
                "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-send-away Exten=s"
                " Priority=1",
            ],
        ),
        (
            PlaceCall(**PLACED, number="+74959999999"),
            [
                "Originate Channel=PJSIP/74959999999@trunk Context=tellerline-called Exten=s"
                " Priority=1 Timeout=30000 ChannelId=pbx1-1.1~1 CallerID=<+74951000000>"
                " Variable=TELLERLINE_CALLED=+74959999999"
                " Variable=TELLERLINE_GREETING=tellerline/ru/callback_greeting"
            ],
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, CallCommand) else "",
)
def test_command_becomes_these_actions(command: CallCommand, actions: list[str]) -> None:
    assert plain(command) == actions


def test_owner_is_taken_out_of_his_consultation_before_he_is_joined() -> None:
    assert plain(JoinCall(**ABOUT, leg=ANNAS), picture(consulting=True)) == [
        "Redirect Channel=PJSIP/d00000000000a-02 Context=tellerline-agent Exten=s Priority=1",
        "Redirect Channel=PJSIP/tellerline-trunk-01 Context=tellerline-join"
        " Exten=PJSIP/d00000000000a-02 Priority=1",
    ]


def test_leg_that_is_gone_already_needs_no_hanging_up() -> None:
    assert plain(HangUpLeg(**ABOUT, leg=LegId("gone"))) == []


@pytest.mark.parametrize(
    "command",
    [
        HoldCall(**ABOUT, leg=LegId("gone")),
        JoinCall(**ABOUT, leg=LegId("gone")),
        ReturnToWaiting(**{**ABOUT, "customer": LegId("gone")}, release=None),
        OfferCall(**ABOUT, **{**OFFER, "agent": AgentId("nobody")}, kind=OfferKind.CALL),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_is_not_there_is_told(command: CallCommand) -> None:
    with pytest.raises(NoSuchLeg):
        orders(command, picture(), book(), ways=WAYS)


@pytest.mark.parametrize(
    ("context", "bridge", "heard"),
    [("", "b1", False), (FALLBACK, None, False), ("tellerline-wait", None, True)],
)
def test_words_interrupt_nobody(context: str, bridge: str | None, heard: bool) -> None:
    """Asterisk's own queue may serve a caller of whom we believe that he waits for us."""
    drawn = picture()
    drawn.legs[CUSTOMER].context, drawn.legs[CUSTOMER].bridge = context, bridge
    command = TellCaller(**ABOUT, said=FULL, language="", music="default")
    if heard:
        assert plain(command, drawn)
        return
    with pytest.raises(NotWaiting):
        plain(command, drawn)


@pytest.mark.parametrize("number", ["", "4959999999", "+7495", "+0495999999", "+7495999&Local/1"])
def test_only_whole_numbers_are_rung(number: str) -> None:
    with pytest.raises(NotDiallable):
        plain(PlaceCall(**PLACED, number=number))


def test_node_without_a_way_out_rings_nobody() -> None:
    placing = PlaceCall(**PLACED, number="+74959999999")
    with pytest.raises(NotDiallable):
        orders(placing, picture(), book(), ways=Ways())


def test_agent_without_a_phone_in_use_is_told() -> None:
    with pytest.raises(NoSuchLeg):
        orders(
            OfferCall(**ABOUT, **OFFER, kind=OfferKind.CALL),
            picture(),
            EndpointBook(),
            ways=WAYS,
        )


# ── What a caller can write ─────────────────────────────────────────────────────────────────


MARK = "\u00a7"
HOSTILE = st.text(
    st.characters(exclude_characters=f"\r\n{MARK}", exclude_categories=("Cs",)), max_size=40
).map(lambda text: f"{MARK}{text}{MARK}")


@given(number=HOSTILE, name=HOSTILE, dialled=HOSTILE)
@example(number=f"{MARK}&System(rm)", name=f'{MARK}",Action: Hangup', dialled=f"{MARK}_0f01_20")
def test_text_of_a_caller_reaches_no_action(number: str, name: str, dialled: str) -> None:
    """His number, his name and what he dialled go all the way to the engine, and no way back."""
    house, translating = House(now=AT).open(ANNA, BORIS), translator()
    from_him = {"CallerIDNum": number, "CallerIDName": name, "Exten": dialled}

    def told(event: str, leg: str, **fields: str) -> None:
        text = "\r\n".join(
            f"{key}: {value}"
            for key, value in {
                "Event": event,
                "Uniqueid": leg,
                "Linkedid": CUSTOMER,
                **fields,
            }.items()
        )
        for one in events([f"Asterisk Call Manager/9.0.0\r\n{text}\r\n\r\n".encode()]):
            for fact in translating.facts(one):
                house.apply(fact)

    trunk = {"Channel": "PJSIP/tellerline-trunk-01", **from_him}
    told("Newchannel", CUSTOMER, Context="tellerline-in", **trunk)
    said = {"UserEvent": "TellerlineArrived", "Dialled": dialled}
    told("UserEvent", CUSTOMER, Context="tellerline-arrival", **said, **trunk)
    view = house.call(CUSTOMER)
    assert number[:20] in view.raw_number and dialled in view.dialled
    house.tell(CallerIdentified, call=view.call, candidates=(CLIENT,))
    told("Newchannel", ANNAS, Channel="PJSIP/d00000000000a-02", **from_him)
    for leg in (ANNAS, CUSTOMER):
        told("BridgeEnter", leg, BridgeUniqueid="b1", **from_him)
    house.tell(HoldAsked, agent=ANNA, call=view.call)
    house.tell(ConsultAsked, agent=ANNA, call=view.call, to_agent=BORIS)
    house.tell(ConsultCancelAsked, agent=ANNA, call=view.call)
    house.tell(HangUpAsked, agent=ANNA, call=view.call)

    given_orders = [one for one in house.commands if isinstance(one, CallCommand)]
    made = [type(one) for one in given_orders]
    assert made == [OfferCall, HoldCall, ConsultColleague, JoinCall, HangUpCall]
    for command in given_orders:
        assert MARK not in "".join(plain(command, translating.picture))


# ── Supervisors ─────────────────────────────────────────────────────────────────────────────

EAR = LegId("pbx1-1.1-m1")


def monitor(mode: MonitorMode, *, heard: LegId = ANNAS) -> MonitorCall:
    return MonitorCall(**ABOUT, supervisor=BORIS, leg=EAR, heard=heard, mode=mode)


def test_supervisors_phone_is_rung_and_answers_by_itself() -> None:
    (line,) = plain(monitor(MonitorMode.LISTEN))
    assert line == (
        "Originate Channel=PJSIP/d00000000000b Context=tellerline-monitor Exten=l_pbx1-1.2"
        " Priority=1 ChannelId=pbx1-1.1-m1 Timeout=10000"
        " Variable=PJSIP_HEADER(add,Alert-Info)=<http://localhost>;info=alert-autoanswer;delay=0"
        " Variable=PJSIP_HEADER(add,Call-Info)=<sip:localhost>;answer-after=0"
    )


def test_supervisor_who_is_there_is_moved() -> None:
    drawn = picture()
    drawn.add(_agent(EAR, "PJSIP/d00000000000b-04", BORIS, "tellerline-monitor"))
    (line,) = plain(monitor(MonitorMode.WHISPER), drawn)
    assert line == (
        "Redirect Channel=PJSIP/d00000000000b-04"
        " Context=tellerline-monitor Exten=w_pbx1-1.2 Priority=1"
    )


def test_leg_that_is_gone_cannot_be_heard() -> None:
    with pytest.raises(NoSuchLeg):
        plain(monitor(MonitorMode.BARGE, heard=LegId("pbx1-1.9")))
