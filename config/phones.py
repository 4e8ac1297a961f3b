"""Agents' phones as the browser's side sees them, made of telephony's parts."""

from agent_ui.ports import SipAccount
from config.settings import NodeSettings
from routing.ids import AgentId, CallId
from routing.loop import RoutingLoop
from routing.terms import PhoneKind
from telephony.ami import AmiError
from telephony.exchange import Exchange
from telephony.orders import NoSuchLeg
from telephony.phones import Switchboard


class ConsolePhones:
    """Implements `agent_ui.ports.Phones`."""

    def __init__(
        self,
        switchboard: Switchboard,
        exchange: Exchange,
        loop: RoutingLoop,
        home: NodeSettings,
    ) -> None:
        self._switchboard = switchboard
        self._exchange = exchange
        self._loop = loop
        self._home = home

    async def issue(self, agent: AgentId, kind: PhoneKind) -> SipAccount | None:
        """Make the agent's phone ready for a shift. Raises ConnectionError without any node."""
        account = await self._switchboard.issue(agent, kind)
        if account is None:
            return None
        return SipAccount(
            uri=f"sip:{account.endpoint}@{self._home.host}",
            authorization_user=account.endpoint,
            password=account.password,
            ws_url=self._home.phone_url,
            realm=self._home.phone_realm,
            display_name=account.display_name,
        )

    async def digits(self, call: CallId, agent: AgentId, digits: str) -> None:
        """Play DTMF to the agent's customer. Raises OSError when telephony cannot."""
        view = next((c for c in self._loop.engine.calls() if c.call == call), None)
        if view is None or view.agent != agent:
            raise PermissionError("not the agent's call")
        try:
            await self._exchange.digits(view.node, call, digits)
        except (AmiError, NoSuchLeg) as error:
            raise OSError("the digits were not sent") from error
