"""queues.yaml, skills.yaml and schedules.yaml: read together, wrong ones refused with the place."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.queueing import read_queues
from config.schedules import read_schedules
from config.settings import PACKAGE, SettingsInvalid
from config.skills import read_skills
from crm_core.worktime.hours import parse_hours
from routing.ids import FlowId, QueueId, ScheduleId, SkillId
from routing.roster import Announcements, CallbackOffer, Priority, QueueProfile
from routing.rules.terms import Need, Overflow
from routing.terms import Choice, Turning, WrapUpMode

SKILLS = (
    "skills: [{skill: cards, name: Cards, names: {ru: Карты}}, {skill: english, name: English}]"
)
SCHEDULES = "schedules: [{schedule: day, name: Day}, {schedule: night, name: Night}]"
FULL = """
default_queue: service
queues:
  - queue: service
    name: Service
  - queue: cards
    name: Cards
    names: {ru: Карты}
    ring_seconds: 15
    wrap_up: mandatory
    wrap_up_seconds: 90
    wrap_up_extension_seconds: 30
    service_level_seconds: 10
    service_level_percent: 90
    short_abandon_seconds: 3
    needs: [{skill: cards, level: 3, relax_after: 30, relaxed: 1}, {skill: english}]
    priority: {credit: 60, rate: 150}
    choice: best_skilled
    manager_wait: 0
    overflow: [{queue: service, after: 60}]
    callback: {after: null, expected_wait: 90, key: "*"}
    announcements: {welcome: true, first_after: 10, every: 30, position: false}
    music: waltz
    hours: day
    when_closed: overflow
    closed_to: service
    largest: 50
    when_full: callback
    longest_wait: 900
    when_waited: overflow
    survey: {flow: survey, percent: 30}
entries:
  - {dialled: "4001", queue: cards}
  - {dialled: "4100", queue: service, flow: main}
"""


def test_a_queue_says_all_that_routing_asks(tmp_path: Path) -> None:
    plan = read_queues(folder(tmp_path, queues=FULL))
    assert plan.queues[0] == QueueProfile(queue=QueueId("service"), name="Service")
    assert plan.queues[1] == QueueProfile(
        queue=QueueId("cards"),
        name="Cards",
        ring_seconds=15,
        wrap_up=WrapUpMode.MANDATORY,
        wrap_up_seconds=90,
        wrap_up_extension_seconds=30,
        service_level_seconds=10,
        service_level_percent=90,
        short_abandon_seconds=3,
        needs=(
            Need(skill=SkillId("cards"), level=3, relax_after=30, relaxed=1),
            Need(skill=SkillId("english")),
        ),
        priority=Priority(credit=60, rate=150),
        choice=Choice.BEST_SKILLED,
        manager_wait=0,
        overflow=(Overflow(queue=QueueId("service"), after=60),),
        callback=CallbackOffer(after=None, expected_wait=90, key="*"),
        announcements=Announcements(welcome=True, first_after=10, every=30, position=False),
        music="waltz",
        hours=ScheduleId("day"),
        when_closed=Turning.OVERFLOW,
        closed_to=QueueId("service"),
        largest=50,
        when_full=Turning.CALLBACK,
        longest_wait=900,
        when_waited=Turning.OVERFLOW,
        survey=FlowId("survey"),
        survey_percent=30,
    )
    assert plan.entries == (("4001", QueueId("cards")), ("4100", QueueId("service")))
    assert plan.flows == (("4100", FlowId("main")),)
    assert plan.names["cards"] == {"": "Cards", "ru": "Карты"}
    assert plan.skills["cards"] == {"": "Cards", "ru": "Карты"}
    assert plan.schedules.names["day"] == {"": "Day"}


def test_shipped_files_are_valid_and_named_in_all_languages() -> None:
    plan = read_queues(PACKAGE)
    assert plan.default_queue in {queue.queue for queue in plan.queues}
    assert {one.queue for one in plan.queues} >= {"service", "cards", "collections"}
    names = [*plan.names.values(), *plan.skills.values(), *plan.schedules.names.values()]
    assert all({"", "ru", "uk", "zh"} <= set(one) for one in names)
    assert plan.queues[0].hours is None, "the demo works at any hour"


def test_a_bank_needs_neither_skills_nor_schedules(tmp_path: Path) -> None:
    (tmp_path / "queues.yaml").write_text("default_queue: a\nqueues: [{queue: a, name: A}]")
    plan = read_queues(tmp_path)
    assert (plan.skills, plan.schedules.opening) == ({}, ())


ONE = "default_queue: a\nqueues: [{{queue: a, name: A, {0}}}, {{queue: b, name: B, {1}}}]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("queues: [", "while parsing"),
        ("default_queue: a\nqueues: []", "at least 1"),
        ("default_queue: b\nqueues: [{queue: a, name: A}]", "there is no queue b"),
        ("default_queue: a\nqueues: [{queue: a, name: A}, {queue: a, name: B}]", "stands twice"),
        (
            "default_queue: a\nqueues: [{queue: a, name: A}]\nentries: [{dialled: '1', queue: x}]",
            "entries.0: there is no queue x",
        ),
        (ONE.format("wrap_up: never", ""), "wrap_up"),
        (ONE.format("colour: red", ""), "colour"),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        (ONE.format("needs: [{skill: juggling}]", ""), "needs.0: there is no skill juggling"),
        (ONE.format("needs: [{skill: cards, level: 6}]", ""), "needs.0.level"),
        (ONE.format("needs: [{skill: cards}, {skill: cards, level: 2}]", ""), "needed twice"),
        (
            ONE.format("needs: [{skill: cards, level: 2, relax_after: 9, relaxed: 2}]", ""),
            "needs.0: relaxed",
        ),
        (ONE.format("hours: dusk", ""), "hours: there is no schedule dusk"),
        (ONE.format("survey: {flow: poll}", ""), "queues.0.survey: there is no flow poll"),
        (ONE.format("survey: {flow: main, percent: 0}", ""), "queues.0.survey.percent"),
        (
            "default_queue: a\nqueues: [{queue: a, name: A}]\n"
            "entries: [{dialled: '1', queue: a, flow: poll}]",
            "entries.0: there is no flow poll",
        ),
        (ONE.format("overflow: [{queue: c, after: 9}]", ""), "overflow.0: there is no queue c"),
        (ONE.format("overflow: [{queue: a, after: 9}]", ""), "overflows to itself"),
        (ONE.format("hours: day, when_closed: overflow", ""), "closed_to"),
        (ONE.format("largest: 9, when_full: overflow", ""), "closed_to"),
        (ONE.format("closed_to: b", ""), "closed_to"),
        (ONE.format("callback: {after: null, expected_wait: null}", ""), "callback"),
        (ONE.format("callback: {key: '12'}", ""), "callback.key"),
        (ONE.format('music: "a,b"', ""), "music"),
        (ONE.format("announcements: {every: 1}", ""), "announcements.every"),
        (
            ONE.format(
                "hours: day, when_closed: overflow, closed_to: b",
                "hours: night, when_closed: overflow, closed_to: a",
            ),
            "queues.1.closed_to: leads back",
        ),
        (ONE.format("hours: day, when_closed: overflow, closed_to: a", ""), "leads back"),
    ],
)
def test_wrong_queues_are_refused_with_their_place(tmp_path: Path, text: str, told: str) -> None:
    assert_refused(tmp_path, told, queues=text)


def test_an_overflow_may_lead_round_to_a_queue_that_is_open(tmp_path: Path) -> None:
    led = "hours: day, when_closed: overflow, closed_to: b"
    text = ONE.format(led, "overflow: [{queue: a, after: 30}]")
    assert read_queues(folder(tmp_path, queues=text)).queues[0].closed_to == "b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("skills: [{skill: a, name: A}, {skill: a, name: B}]", "skill a stands twice"),
        ("skills: [{skill: A, name: A}]", "skills.0.skill"),
        ("skills: [{skill: a, name: A, names: {fr: A}}]", "skills.0.names"),
    ],
)
def test_wrong_skills_are_refused(tmp_path: Path, text: str, told: str) -> None:
    assert_refused(tmp_path, told, skills=text)


SCHEDULE = "schedules: [{{schedule: day, name: Day, {0}}}]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SCHEDULE.format("zone: Mars/Olympus"), "schedules.0.zone"),
        (SCHEDULE.format("zone: ../../etc"), "schedules.0.zone"),
        (SCHEDULE.format("week: {monday: '9-18'}"), "schedules.0.week.monday: hours are such as"),
        (SCHEDULE.format("week: {funday: '09:00-18:00'}"), "funday"),
        (SCHEDULE.format("week: {}, holidays: sometimes"), "schedules.0.holidays"),
        (SCHEDULE.format("holidays: usual"), "schedules.0.week: holidays and moved days need one"),
        (SCHEDULE.format("days: [{day: 2027-01-01, hours: noon}]"), "2027-01-01"),
        ("schedules: [{schedule: a, name: A}, {schedule: a, name: B}]", "schedule a stands twice"),
    ],
)
def test_wrong_schedules_are_refused(tmp_path: Path, text: str, told: str) -> None:
    assert_refused(tmp_path, told, schedules=text)


def test_a_schedule_is_read_in_full(tmp_path: Path) -> None:
    text = SCHEDULE.format(
        "zone: Europe/Berlin, week: {monday: '09:00-18:00'}, holidays: usual,"
        " moved: '10:00-12:00', days: [{day: 2027-01-01}]"
    )
    (hours,) = read_schedules(folder(tmp_path, schedules=text)).opening
    assert hours.zone == ZoneInfo("Europe/Berlin")
    assert hours.week == (parse_hours("09:00-18:00"), *((),) * 6)
    assert (hours.holidays, hours.moved) == (None, parse_hours("10:00-12:00"))
    assert dict(hours.days) == {date(2027, 1, 1): ()}


def test_skills_have_their_names() -> None:
    assert read_skills(PACKAGE)["english"]["ru"] == "Английский язык"


def test_missing_file_and_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="No such file"):
        read_queues(tmp_path)
    (tmp_path / "queues.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsInvalid):
        read_queues(tmp_path)


def folder(
    path: Path, *, queues: str = FULL, skills: str = SKILLS, schedules: str = SCHEDULES
) -> Path:
    files = {"queues": queues, "skills": skills, "schedules": schedules}
    (path / "ivr").mkdir()
    for flow in ("main", "survey"):
        (path / "ivr" / f"{flow}.yaml").touch()
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def assert_refused(path: Path, told: str, **files: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read_queues(folder(path, **files))
    assert any(told in line for line in caught.value.errors), caught.value.errors
    assert all(str(path) in line for line in caught.value.errors)
