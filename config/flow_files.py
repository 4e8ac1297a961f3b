"""Flows of self-service as files: found by name or path, read with every mistake as a line."""

from functools import lru_cache
from pathlib import Path

from agent_ui.i18n import SOURCE, Gettext, read_translations
from agent_ui.options import PACKAGE
from config.files import read_catalogue_file
from config.flows_desk import known_of
from config.ivr_prompts import ivr_phrasebook
from config.queueing import read_queues
from config.settings import SettingsInvalid
from crm_core.written.mistakes import Common
from ivr.flows.known import Known
from ivr.flows.mistakes import FlowRefused, Mistake
from ivr.flows.nodes import Flow
from ivr.flows.reading import read_flow
from ivr.flows.vocabulary import ID, LARGEST_TEXT

FOLDER = Path("ivr")
_SUFFIX = ".yaml"


def known_here(config_dir: Path) -> Known:
    """What flows may name by the configuration. Raises SettingsInvalid."""
    book = ivr_phrasebook(config_dir)
    return known_of(read_queues(config_dir), read_catalogue_file(config_dir), book)


def flow_files(target: str, config_dir: Path) -> list[Path]:
    """The files of a flow's name, a file, or a folder of flows. Raises SettingsInvalid."""
    path = Path(target)
    if ID.fullmatch(target) and not path.exists():
        path = config_dir / FOLDER / f"{target}{_SUFFIX}"
    if not path.exists():
        raise SettingsInvalid([f"{path}: there is no such flow"])
    if not path.is_dir():
        return [path]
    folder = path / FOLDER if (path / FOLDER).is_dir() else path
    files = sorted(folder.glob(f"*{_SUFFIX}"))
    if not files:
        raise SettingsInvalid([f"{folder}: holds no flows"])
    return files


def read_flow_file(path: Path, known: Known) -> Flow:
    """The flow of the file, which bears its name. Raises SettingsInvalid with a line for each
    mistake."""
    try:
        if path.stat().st_size > 4 * LARGEST_TEXT:
            raise SettingsInvalid([f"{path}: larger than {4 * LARGEST_TEXT} bytes"])
        flow = read_flow(path.read_text(encoding="utf-8"), known)
    except FlowRefused as error:
        raise SettingsInvalid([told(path, one) for one in error.mistakes]) from error
    except OSError as error:
        raise SettingsInvalid([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid([f"{path}: is not UTF-8"]) from error
    if flow.flow != path.stem:
        named = Mistake(line=1, problem=Common.NOT_A_VALUE, word=flow.flow, hint=path.stem)
        raise SettingsInvalid([told(path, named)])
    return flow


def told(path: Path, one: Mistake) -> str:
    """A mistake as a line for the operator, in English."""
    text = _english()(f"flows.mistake.{one.problem}", word=one.word, hint=one.hint)
    return f"{path}:{one.line}:{one.column}: {text}"


@lru_cache(maxsize=1)
def _english() -> Gettext:
    return read_translations(PACKAGE / "locale").gettext(SOURCE)
