"""What the web application is made of; `config.bootstrap` fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from agent_ui.options import WebOptions
from agent_ui.ports import (
    Clock,
    Extensions,
    LiveSessions,
    NoRosters,
    NoSimulations,
    Probe,
    Rosters,
    Simulations,
)
from agent_ui.thresholds import Thresholds
from agent_ui.web.flows.ports import FlowDesk, FlowPrompts, NoFlowPrompts, NoFlows
from crm_core.catalogue import Catalogue
from crm_core.collections.strategy import CollectionRules
from crm_core.database import Database
from crm_core.parties.file_store import FileStore
from crm_core.reports.measures import ServiceLevel
from crm_core.rules.house import House
from crm_core.sealing import NumberSeal, throwaway_keyring
from crm_core.selfservice.messages import Messages
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.staff.signin import SignIn
from crm_core.work_rules import WorkRules
from routing.ids import QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything `create_app` needs. `ready` answers for each named part whether it works."""

    db: Database
    sign_in: SignIn
    clock: Clock
    catalogue: Catalogue
    live: LiveSessions
    ready: Probe
    registry: CollectorRegistry
    options: WebOptions
    seal: NumberSeal
    files: FileStore
    messages: Messages
    work: WorkRules
    collecting: CollectionRules
    queue_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of queues by language; under "" the one that serves where a language has none."""
    skill_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    schedule_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    """From when on the board warns of a queue."""
    rosters: Rosters = field(default_factory=NoRosters)
    simulations: Simulations = field(default_factory=NoSimulations)
    house: House = field(default_factory=House)
    flows: FlowDesk = field(default_factory=NoFlows)
    flow_prompts: FlowPrompts = field(default_factory=NoFlowPrompts)
    service_levels: Mapping[QueueId, ServiceLevel] = field(default_factory=dict)
    """The queues' settings for reports."""
    pin_hashes: PinHashes = field(default_factory=lambda: PinHashes(throwaway_keyring()))
    """Made with the keyring; without one, codes that are made here open nothing anywhere."""
    extensions: Extensions = tuple
    """Nobody's phones, where no telephony stands behind."""
