"""Why a call went where it went, in sentences: codes of the texts with values. Pure.

Values are plain data for whoever turns them into text (`worded` here, the console's script there).
`agent` and `agents` are employees, `queue` a queue, `needs` skills with levels (`loans:3`), `busy`
codes with counts (`passed.on_call:7`), `services` codes, what ends in `_s` is seconds and in `_at`
a time (ISO 8601); anything else is text, or a code of the texts. A list is told with commas.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent_ui.sentences import Sentence
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.way import Way
from routing.facts import SelfService
from routing.ids import AgentId, OfferId
from routing.notices import Considered, OfferView, PoolCount, StepView
from routing.terms import Basis, OfferOutcome, PassedOver, ServiceEnd

Value = str | tuple[str, ...]
STEP = " \u203a "
"""Between the steps of what was chosen at the keypad."""
WHOLE_RATE = 100
LOWEST_LEVEL = "1"
"""Having the skill at all; a level above is told beside its name."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: its code and its values."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """A step of the order of preference. `opened` is None as long as nobody knows."""

    step: StepView
    who: Said
    opens: Said
    opened: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedTold:
    """Somebody who was weighed before the chosen one, and why it was not he."""

    agent: AgentId
    why: PassedOver
    rank: int | None
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTold:
    """An offer: the ground, how long the call had waited, who was passed over, the pool."""

    offer: OfferId
    agent: AgentId
    made_at: datetime
    basis: Basis
    outcome: OfferOutcome
    chosen: Said
    became: Said
    facts: tuple[Said, ...]
    passed_over: tuple[PassedTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is to be said of a call's way, in the order in which it is read; `keyed` is what the
    caller did at his keypad before."""

    keyed: tuple[Said, ...] = ()
    facts: tuple[Said, ...]
    steps: tuple[StepTold, ...]
    offers: tuple[OfferTold, ...]


def explain(way: Way) -> Explanation:
    """Say why the call went where it went."""
    return Explanation(
        keyed=keyed(way.self_service, way.service_end),
        facts=tuple(_facts(way)),
        steps=tuple(_step(step, way) for step in way.plan),
        offers=tuple(_offer(offer, way) for offer in way.offers),
    )


# ── The keypad ──────────────────────────────────────────────────────────────────────────────


def keyed(service: SelfService | None, end: ServiceEnd | None) -> tuple[Said, ...]:
    """What a caller did at his keypad; nothing of one who was never there."""
    return () if service is None else tuple(_keyed(service, end))


def _keyed(service: SelfService, end: ServiceEnd | None) -> Iterator[Said]:
    if service.path:
        yield Said("keypad.path", {"path": service.path.replace("_", " ").replace("/", STEP)})
    if service.topic:
        yield Said("keypad.topic", {"topic": service.topic})
    if service.told:
        services = tuple(f"keypad.service.{one}" for one in dict.fromkeys(service.told))
        yield Said("keypad.told", {"services": services})
    if service.party is not None and service.level > VerificationLevel.NUMBER:
        yield Said("keypad.proved")
    if service.recording:
        yield Said("keypad.recording")
    yield Said(f"keypad.end.{end or 'none'}")


# ── The call ────────────────────────────────────────────────────────────────────────────────


def _facts(way: Way) -> list[Said]:
    said: list[Said] = []
    if way.callback_of is not None:
        said.append(Said("explain.callback"))
    if way.rules:
        said.append(Said("explain.rules", {"rules": way.rules, "version": way.rules_version}))
    if way.credit or way.rate != WHOLE_RATE:
        said.append(Said("explain.claim", {"credit_s": str(way.credit), "rate": str(way.rate)}))
    if way.waits_for is not None:
        agent, until = way.waits_for
        said.append(Said("explain.waits_for", {"agent": agent, "until_at": until.isoformat()}))
    if way.callback_offered:
        said.append(Said("explain.callback_offered"))
    if way.attempts:
        said.append(Said("explain.attempts", {"n": str(way.attempts)}))
    if way.dismissal is not None:
        said.append(Said("explain.dismissed", {"why": f"dismissal.{way.dismissal}"}))
    return said


def _step(step: StepView, way: Way) -> StepTold:
    after = max(0.0, (step.opens_at - way.queued_at).total_seconds())
    opens = Said("explain.opens.after", {"after_s": f"{after:.0f}"})
    until = _waited_until(way)
    return StepTold(
        step=step,
        who=_who(step),
        opens=opens if after >= 1 else Said("explain.opens.at_once"),
        opened=None if until is None else step.opens_at <= until,
    )


def _who(step: StepView) -> Said:
    values: dict[str, Value] = {}
    if step.agents:
        values["agents"] = tuple(step.agents)
    if step.queue is not None:
        values["queue"] = step.queue
    if step.needs:
        values["needs"] = tuple(f"{skill}:{level}" for skill, level in step.needs)
    return Said(f"explain.step.{step.basis}{'.needs' if step.needs else ''}", values)


def _waited_until(way: Way) -> datetime | None:
    """When its waiting ended: with the offer that was answered last, or with the call."""
    answered = [one.made_at for one in way.offers if one.outcome is OfferOutcome.ANSWERED]
    return max(answered) if answered else way.ended_at


# ── Its offers ──────────────────────────────────────────────────────────────────────────────


def _offer(offer: OfferView, way: Way) -> OfferTold:
    return OfferTold(
        offer=offer.offer,
        agent=offer.agent,
        made_at=offer.made_at,
        basis=offer.basis,
        outcome=offer.outcome,
        chosen=_chosen(offer, way),
        became=Said(f"card.outcome.{offer.outcome}"),
        facts=tuple(_about(offer)),
        passed_over=tuple(_passed(one) for one in offer.passed_over),
    )


def _chosen(offer: OfferView, way: Way) -> Said:
    queue = offer.pool.queue if offer.pool else way.queue
    if offer.basis is Basis.PRIORITY_MANAGER and offer.rank:
        return Said("explain.chosen.priority_manager.ranked", {"rank": str(offer.rank)})
    return Said(f"explain.chosen.{offer.basis}", {"queue": queue})


def _about(offer: OfferView) -> list[Said]:
    said: list[Said] = []
    if offer.waited >= 1:
        said.append(Said("explain.waited", {"waited_s": f"{offer.waited:.0f}"}))
    if offer.pool is not None:
        said.append(_pool(offer.pool))
    return said


def _pool(pool: PoolCount) -> Said:
    counts: dict[str, Value] = {"able": str(pool.able), "free": str(pool.free)}
    if not pool.busy:
        return Said("explain.pool", {"queue": pool.queue} | counts)
    busy = tuple(f"passed.{why}:{count}" for why, count in pool.busy)
    counts |= {"queue": pool.queue, "busy": busy}
    return Said("explain.pool.busy", counts)


def _passed(one: Considered) -> PassedTold:
    values: dict[str, Value] = {"agent": one.agent, "why": f"passed.{one.why}"}
    if one.rank:
        values["rank"] = str(one.rank)
    code = "explain.passed.ranked" if one.rank else "explain.passed"
    return PassedTold(agent=one.agent, why=one.why, rank=one.rank, said=Said(code, values))


# ── As text ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Names of employees, queues and skills by id, and how a code of the texts becomes a text."""

    agents: Mapping[str, str]
    queues: Mapping[str, str]
    skills: Mapping[str, str]
    sentence: Sentence


def worded(said: Said, naming: Naming) -> str:
    """The sentence in the language of the naming."""
    told = {name: _told(name, value, naming) for name, value in said.values.items()}
    return naming.sentence(said.code, told)


def _told(name: str, value: Value, naming: Naming) -> str:
    if isinstance(value, tuple):
        return ", ".join(_one(name, each, naming) for each in value)
    return _one(name, value, naming)


def _one(name: str, value: str, naming: Naming) -> str:
    if name in ("agent", "agents"):
        return naming.agents.get(value, value)
    if name == "queue":
        return naming.queues.get(value, value)
    if name == "needs":
        skill, _, level = value.rpartition(":")
        named = naming.skills.get(skill, skill)
        return named if level == LOWEST_LEVEL else f"{named} \u2265 {level}"
    if name == "busy":
        code, _, count = value.rpartition(":")
        return f"{naming.sentence(code, {})}: {count}"
    if name == "path":
        return STEP.join(_keyed_step(each, naming) for each in value.split(STEP))
    return naming.sentence(value, {}) if name == "services" else value


def _keyed_step(step: str, naming: Naming) -> str:
    """A step by its name; one that only this bank has keeps its own word."""
    code = f"keypad.step.{step.replace(' ', '_')}"
    named = naming.sentence(code, {})
    return step if named == code else named
