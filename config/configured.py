"""All that stands in the configuration folder, read and checked before anything starts."""

from dataclasses import dataclass

from agent_ui.thresholds import Thresholds
from config.audio import house_voice
from config.board import read_board
from config.calendar import read_calendar
from config.collecting import read_collection_rules
from config.files import read_catalogue_file
from config.published_flows import first_flows
from config.queueing import QueuePlan, read_queues
from config.rules import house_of, read_first_rules
from config.settings import Settings
from config.work import read_work_rules
from crm_core.catalogue import Catalogue
from crm_core.collections.strategy import CollectionRules
from crm_core.rules.house import House
from crm_core.work_rules import WorkRules
from crm_core.worktime.calendars import CalendarPlan
from routing.ids import FlowId
from telephony.phrases import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """The files as they are. Rules and flows are those that a new bank begins with."""

    plan: QueuePlan
    voice: Voice
    thresholds: Thresholds
    first_rules: str
    first_flows: dict[FlowId, str]
    house: House
    catalogue: Catalogue
    calendar: CalendarPlan
    work: WorkRules
    collecting: CollectionRules


def read_configured(settings: Settings) -> Configured:
    """Read the folder. Raises SettingsInvalid."""
    folder = settings.config_dir
    plan = read_queues(folder)
    return Configured(
        plan=plan,
        voice=house_voice(folder, settings.default_language),
        thresholds=read_board(folder, queues=plan.names),
        first_rules=read_first_rules(folder, plan),
        first_flows=first_flows(folder),
        house=house_of(plan, region=settings.region, own_numbers=settings.own_numbers),
        catalogue=read_catalogue_file(folder),
        calendar=read_calendar(folder, zone=settings.time_zone),
        work=read_work_rules(folder),
        collecting=read_collection_rules(folder),
    )
