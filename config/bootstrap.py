"""The composition root: the only place where the shells, the bank and routing meet.

`build` makes the parts and joins them; `Product.run` starts them in the order in which they need
each other and stops them in the reverse one. What is decided where:

    Asterisk -> telephony -> (facts) -> routing.loop -> (commands) -> telephony -> Asterisk
                                            |-> journal -> crm_core.cards (SQL)
                                            `-> agent_ui.live (screens)
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import uvicorn
from prometheus_client import CollectorRegistry

from agent_ui.live.build import Live, LiveParts, build_live
from agent_ui.options import LiveOptions, WebOptions
from agent_ui.web.app import create_app
from agent_ui.web.parts import Parts
from config.audio import music_names
from config.configured import read_configured
from config.desk_phone import provisioning_options
from config.extensions import extensions_of
from config.flow_files import known_here
from config.flow_sounds import FlowSounds
from config.flows_desk import FlowsDesk
from config.ivr_prompts import ivr_phrasebook
from config.journal import JournalTail
from config.keyring import keyring
from config.metrics import register_metrics
from config.nightly import keep_nights
from config.pbx.binary import AsteriskBinary
from config.pbx.local_node import local_node
from config.pbx.options import PbxOptions
from config.pbx_private import NODE, keep_running, private_node
from config.phones import ConsolePhones
from config.roster import RosterKeeper
from config.rules import PublishedRules, warn_of_what_is_gone
from config.screens import Screens
from config.self_service import Behind, build_keypads
from config.settings import NodeSettings, Settings
from config.timers import keep_timers
from config.webhooks import Webhooks, webhook_options
from config.whatif_runs import WhatIfRuns
from crm_core import idempotency, phones
from crm_core.cards import CardProjection
from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.parties import attachments
from crm_core.parties.directory import SqlDirectory
from crm_core.parties.file_store import FileStore
from crm_core.reports.measures import levels_of
from crm_core.reports.today import day_in_sql
from crm_core.rules.versions import RULES
from crm_core.sealing import NumberSeal
from crm_core.selfservice import flow_versions, pin_tidying
from crm_core.selfservice.messages import Messages
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.staff import employees
from crm_core.staff.signin import SignIn
from crm_core.worktime import calendars
from routing.calls import OVER
from routing.ids import NodeId
from routing.loop import FileJournal, RoutingLoop
from routing.notices import AgentChanged, CallChanged, CallView
from routing.terms import CallState
from telephony.accounts import AccountOptions
from telephony.ami import AmiClient, AmiOptions
from telephony.endpoints import EndpointBook
from telephony.exchange import Exchange
from telephony.node import AsteriskNode
from telephony.orders import Ways
from telephony.outbound import Outbound
from telephony.phones import Switchboard
from telephony.translate import WANTED_EVENTS

TIDY_EVERY = 3600.0
"""Seconds between two clean-ups."""

ALIVE_WITHIN = 3.0
"""Seconds after its last turn in which the loop counts as alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePbx:
    """The Asterisk that we start and watch ourselves."""

    binary: AsteriskBinary


class Product:
    """Everything in one process."""

    def __init__(self, settings: Settings, private: PrivatePbx | None) -> None:
        self.settings = settings
        self.private = private
        self.clock = SystemClock()
        self.registry = CollectorRegistry()
        self.config = read_configured(settings)
        self.db = Database(settings.database, clock=self.clock)
        ring = keyring(settings)
        self.seal, self.pin_hashes = NumberSeal(ring), PinHashes(ring)
        self.files = FileStore(
            settings.state_dir / "attachments", largest=settings.attachment_mb * 1024 * 1024
        )
        self.messages = Messages((settings.state_dir / "messages").resolve())
        self.sign_in = SignIn(self.db, self.clock)
        self.journal = FileJournal(settings.state_dir / "journal")
        self.book = EndpointBook()
        self.exchange = Exchange()
        self.screens = Screens()
        self.directory = SqlDirectory(self.db, settings.own_numbers)
        self.loop = RoutingLoop(
            self.journal, self.clock, self.exchange, self.directory, self.screens
        )
        sealing = self.pin_hashes.keyed
        self.webhooks = Webhooks(self.db, webhook_options(settings), keyed=sealing)
        self.projection = CardProjection(self.db, JournalTail(self.journal))
        self.loop.on_recorded(self.projection.wake)
        self.node_settings = settings.nodes or (private_node(settings),)
        self.switchboard = self._switchboard()
        live = self._live()
        self.hub, self.live = live.hub, live.server
        self.screens.follow(self.hub, self.switchboard)
        self.rosters = RosterKeeper(
            self.db,
            self.config.plan,
            clock=self.clock,
            intake=self.loop,
            screens=self.hub,
            book=self.book,
            rules=PublishedRules(),
        )
        self.what_if = WhatIfRuns(
            self.db, zone=ZoneInfo(settings.time_zone), roster_since=self.rosters.since
        )
        self.keypads = build_keypads(
            settings,
            Behind(
                db=self.db,
                clock=self.clock,
                loop=self.loop,
                plan=self.config.plan,
                pin_hashes=self.pin_hashes,
                holds=self.rosters.holds,
                messages=self.messages.folder,
                sounds=self._node_options().layout.data / "sounds" if private else None,
            ),
        )
        self.flow_sounds = FlowSounds(settings.config_dir, self.keypads.flows.changed)
        self.web = self._web()
        register_metrics(self)

    # ── Joining the parts ───────────────────────────────────────────────────────────────────

    def _switchboard(self) -> Switchboard:
        nodes = [self._node(node) for node in self.node_settings]
        self.exchange.connect(nodes)
        switchboard = Switchboard(
            self.book,
            self.exchange.nodes,
            [self._provisioning(node) for node in self.node_settings],
            AccountOptions(media_address=self.node_settings[0].media_address),
        )
        for node in nodes:
            node.on_synced(switchboard.forget_members)
        return switchboard

    def _node(self, settings: NodeSettings) -> AsteriskNode:
        options = AmiOptions(
            node=settings.name,
            host=settings.host,
            port=settings.ami_port,
            username="tellerline",
            secret=settings.ami_secret.get_secret_value(),
            wanted_events=WANTED_EVENTS,
        )
        return AsteriskNode(
            NodeId(settings.name),
            AmiClient(options, clock=self.clock.now),
            self.book,
            lambda raw: phones.normalise(raw, self.settings.region),
            submit=self.loop.submit,
            believed=self._believed,
            alive=self._loop_is_alive,
            classify=lambda raw: phones.classify(
                raw, self.settings.region, own=self.settings.own_numbers
            ),
            ways=Ways(
                voice=self.config.voice,
                outbound=Outbound(template=settings.outbound, caller_id=settings.caller_id),
            ),
            keypads=lambda: self.keypads.address,
            clock=self.clock,
        )

    def _provisioning(self, settings: NodeSettings) -> AmiClient:
        return AmiClient(provisioning_options(settings), clock=self.clock.now)

    def _live(self) -> Live:
        settings = self.settings
        return build_live(
            LiveParts(
                db=self.db,
                sign_in=self.sign_in,
                clock=self.clock,
                catalogue=self.config.catalogue,
                intake=self.loop,
                phones=ConsolePhones(
                    self.switchboard, self.exchange, self.loop, self.node_settings[0]
                ),
                registry=self.registry,
                options=LiveOptions(
                    origins=settings.origins,
                    host=settings.http_host,
                    port=settings.live_port,
                    timezone=settings.time_zone,
                ),
            )
        )

    def _web(self) -> uvicorn.Server:
        settings = self.settings
        options = WebOptions(
            origins=settings.origins,
            hosts=frozenset(urlsplit(origin).netloc for origin in settings.origins),
            live_url=settings.live_url,
            phone_urls=tuple(node.phone_url for node in self.node_settings),
            secure_cookies=settings.origin.startswith("https:"),
            default_language=settings.default_language,
            timezone=settings.time_zone,
            region=settings.region,
            max_file_bytes=self.files.largest,
        )
        app = create_app(
            Parts(
                db=self.db,
                sign_in=self.sign_in,
                clock=self.clock,
                catalogue=self.config.catalogue,
                live=self.hub,
                ready=self.ready,
                registry=self.registry,
                options=options,
                queue_names=self.config.plan.names,
                thresholds=self.config.thresholds,
                skill_names=self.config.plan.skills,
                schedule_names=self.config.plan.schedules.names,
                rosters=self.rosters,
                extensions=lambda: extensions_of(self.exchange, self.book),
                simulations=self.what_if,
                house=self.config.house,
                flows=FlowsDesk(
                    known_here(settings.config_dir), ivr_phrasebook(settings.config_dir), self.clock
                ),
                flow_prompts=self.flow_sounds,
                service_levels=levels_of(self.config.plan.queues),
                seal=self.seal,
                pin_hashes=self.pin_hashes,
                files=self.files,
                messages=self.messages,
                work=self.config.work,
                collecting=self.config.collecting,
            )
        )
        config = uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="off",
        )
        return uvicorn.Server(config)

    # ── What the parts ask of each other ────────────────────────────────────────────────────

    def _believed(self, node: NodeId) -> list[CallView]:
        """The calls that must be on the node; a callback in line is nowhere yet."""
        calls = self.loop.engine.calls()
        here = [call for call in calls if call.node == node and call.state not in OVER]
        return [c for c in here if c.customer_here or c.state is CallState.DIALLING]

    def _node_options(self) -> PbxOptions:
        """The private node as it is run."""
        assert self.private is not None
        music = music_names(self.settings.config_dir)
        return local_node(self.settings.state_dir, self.private.binary, node=NODE, music=music)

    def _loop_is_alive(self) -> bool:
        at = self.loop.alive_at()
        return at is not None and (self.clock.now() - at).total_seconds() < ALIVE_WITHIN

    async def ready(self) -> dict[str, bool]:
        """Tell which parts work."""
        nodes = {f"asterisk_{node.node}": node.is_synced for node in self.exchange.nodes()}
        return {
            "database": await self._database_answers(),
            "routing": self._loop_is_alive(),
            "live": self.live.listening.is_set(),
            **nodes,
        }

    async def _database_answers(self) -> bool:
        try:
            async with self.db.reading() as session:
                await employees.employees(session)
        except StorageAway:
            return False
        return True

    # ── Running ─────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._load()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.loop.run())
            group.create_task(self.projection.run())
            group.create_task(self.live.run())
            group.create_task(self.exchange.run())
            group.create_task(self.switchboard.run())
            group.create_task(self.rosters.run())
            group.create_task(self.what_if.run())
            group.create_task(self.keypads.run())
            group.create_task(self.flow_sounds.run())
            group.create_task(self._tidy())
            group.create_task(self.webhooks.run())
            group.create_task(keep_nights(self.db, self.settings))
            group.create_task(keep_timers(self.db, self.config.work.tasks))
            if self.private is not None:
                binary = self.private.binary
                group.create_task(keep_running(binary, self._node_options()))
            await self.web.serve()
            raise ServerStopped

    async def _tidy(self) -> None:
        """Drop sessions, tickets, throttles, PINs' tries, files and journal segments long over."""
        while True:
            with contextlib.suppress(StorageAway):
                await self.sign_in.purge()
                async with self.db.unit_of_work() as session:
                    await idempotency.forget(session)
                    await pin_tidying.tidy(session)
                await attachments.sweep(self.db, self.files)
            await asyncio.to_thread(self.messages.sweep, self.clock.now())
            if self.projection.position:
                old = self.clock.now() - timedelta(days=self.settings.journal_days)
                self.journal.prune(self.projection.position, untouched_since=old)
            await asyncio.sleep(TIDY_EVERY)

    async def _load(self) -> None:
        """Take up where the last process ended: journal, roster, phones in use, screens."""
        self.loop.recover()
        self.directory.at_once("+0")  # the first question opens the file; no caller should pay
        async with self.db.unit_of_work() as session:
            await calendars.keep_first(session, self.config.calendar)
            await RULES.keep_first(session, self.config.first_rules)
            await warn_of_what_is_gone(session, self.config.house)
            await flow_versions.keep_first(session, self.config.first_flows)
        await self.keypads.flows.reload()
        self.keypads.listen()
        await self.projection.drain()
        async with self.db.reading() as session:
            self.hub.begin_day(await day_in_sql(session, self.hub.picture.day.begins))
        await self.rosters.reload()
        engine = self.loop.engine
        self.screens.show([CallChanged(call=call) for call in engine.calls()])
        for agent in engine.agents():
            if agent.on_shift:
                self.book.activate(agent.agent, agent.phone)
            if agent.console:
                self.hub.expect(agent.agent)
        self.screens.show([AgentChanged(agent=agent) for agent in engine.agents()])


class ServerStopped(Exception):
    """The web server ended by itself, on a signal: everything else ends with it."""
