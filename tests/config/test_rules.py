"""rules.yaml and `tellerline rules`: the shipped rules hold, a mistake has its file and line."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.commands.rules import app
from config.queueing import read_queues
from config.rules import PublishedRules, check_folder, house_of, read_first_rules
from config.settings import SettingsInvalid
from crm_core.database import Database, upgrade
from crm_core.rules.reading import read_rules
from crm_core.rules.versions import RULES
from crm_core.rules.vocabulary import Known
from routing.rules.terms import NO_RULES

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "config"
    target.mkdir()
    for name in ("rules", "queues", "skills", "schedules"):
        shutil.copy(CONFIG / f"{name}.yaml", target)
    shutil.copytree(CONFIG / "ivr", target / "ivr")
    return target


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Put something else into a file; the line where it stands."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_rules_name_only_what_there_is(folder: Path) -> None:
    plan = read_queues(folder)
    rules = read_rules(read_first_rules(folder, plan), house_of(plan).known()).rules
    assert {rule.then.credit for rule in rules} == {None, 90}
    assert any(rule.then.queue == "collections" for rule in rules)
    assert check_folder(folder) == []
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert (result.exit_code, result.stdout) == (0, "The rules are valid.\n")


def test_each_mistake_is_told_with_its_file_and_line(folder: Path) -> None:
    lines = [
        change(folder, "rules.yaml", "queue: collections, managers", "queue: nowhere, managers"),
        change(folder, "rules.yaml", "skill: english", "skill: klingon"),
    ]
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert result.exit_code == 1
    told = re.findall(r"^(.*rules\.yaml):(\d+): (.+)$", result.stdout, re.MULTILINE)
    assert [(int(line), text) for _, line, text in told] == [
        (lines[0], "there is no queue “nowhere”"),
        (lines[1], "there is no skill “klingon”"),
    ]


def test_mistakes_of_queues_skills_and_schedules_are_told_with_their_lines(folder: Path) -> None:
    queue = change(folder, "queues.yaml", "ring_seconds: 20", "ring_seconds: 1")
    skill = change(folder, "skills.yaml", "skill: loans", "skill: Loans")
    hours = change(folder, "schedules.yaml", 'holidays: "09:00-20:00"', 'holidays: "9 to 5"')
    told = "\n".join(check_folder(folder))
    assert f"queues.yaml:{queue}: queues.0.ring_seconds" in told
    assert f"skills.yaml:{skill}: skills.2.skill" in told
    assert f"schedules.yaml:{hours}: schedules.1.holidays" in told


def test_a_rule_is_checked_even_where_queues_are_wrong(folder: Path) -> None:
    change(folder, "queues.yaml", "ring_seconds: 20", "ring_seconds: 1")
    line = change(folder, "rules.yaml", "tier: A", "tier: E")
    assert any(f"rules.yaml:{line}: " in error for error in check_folder(folder))


def test_without_a_file_there_are_no_rules(folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    text = read_first_rules(folder, read_queues(folder))
    assert read_rules(text, Known()).rules == ()
    (folder / "rules.yaml").write_bytes(b"rules: [\xff]")
    with pytest.raises(SettingsInvalid, match="not UTF-8"):
        read_first_rules(folder, None)


async def test_published_rules_are_read_anew_only_when_they_changed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    upgrade(url)
    db, rules = Database(url), PublishedRules()
    async with db.unit_of_work() as session:
        assert await rules(session) == NO_RULES
        await RULES.keep_first(session, "rules: [{rule: x, then: {credit: 1}}]")
    async with db.reading() as session:
        first = await rules(session)
        assert first.version == "1" and await rules(session) is first
    await db.close()


def test_published_rules_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLERLINE_STATE_DIR", str(tmp_path))
    assert CliRunner().invoke(app, ["show"]).exit_code == 1
