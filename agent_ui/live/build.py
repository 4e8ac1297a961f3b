"""The live side put together, so that the composition root needs to know its parts' ports only."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from agent_ui.live.commands import Commands
from agent_ui.live.enrich import Enricher
from agent_ui.live.figures import Day
from agent_ui.live.hub import Hub
from agent_ui.live.picture import Picture
from agent_ui.live.presence import Presence
from agent_ui.live.records import Records
from agent_ui.live.seats import Delivery
from agent_ui.live.server import LiveServer
from agent_ui.live.supervising import Supervising
from agent_ui.options import LiveOptions
from agent_ui.ports import Clock, Intake, Phones
from crm_core.catalogue import Catalogue
from crm_core.database import Database
from crm_core.phones import display
from crm_core.staff.signin import SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveParts:
    """What the live side needs."""

    db: Database
    sign_in: SignIn
    clock: Clock
    catalogue: Catalogue
    intake: Intake
    phones: Phones
    registry: CollectorRegistry
    options: LiveOptions


@dataclass(frozen=True, slots=True)
class Live:
    """`hub` is the Broadcaster and the pages' LiveSessions; `server.run` owns the tasks."""

    hub: Hub
    server: LiveServer


def build_live(parts: LiveParts) -> Live:
    """Make hub and server. Nothing runs yet."""
    options = parts.options
    delivery = Delivery(max_unsent_bytes=options.max_unsent_bytes, registry=parts.registry)
    hub = Hub(
        picture=Picture(display=display, day=Day(ZoneInfo(options.timezone), parts.clock.now())),
        delivery=delivery,
        presence=Presence(parts.intake, parts.clock, grace=options.console_grace),
        clock=parts.clock,
        options=options,
    )
    records = Records(parts.db, parts.catalogue)
    commands = Commands(
        hub=hub,
        records=records,
        supervising=Supervising(
            db=parts.db, hub=hub, intake=parts.intake, phones=parts.phones, options=options
        ),
        intake=parts.intake,
        phones=parts.phones,
        clock=parts.clock,
        options=options,
    )
    server = LiveServer(
        hub=hub,
        delivery=delivery,
        commands=commands,
        enricher=Enricher(hub, records),
        sign_in=parts.sign_in,
        options=options,
    )
    return Live(hub, server)
