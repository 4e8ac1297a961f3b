"""The wheel holds the application's folders and every tracked file in them, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"telephony", "routing", "agent_ui", "crm_core", "ivr", "config"}
NOT_SHIPPED = ("agent_ui/frontend/",)
"""Sources of the browser's side; what is built of them is shipped."""


@pytest.mark.skipif(shutil.which("git") is None, reason="git tells which files are ours")
def test_wheel_holds_the_six_folders_and_all_their_files(tmp_path: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--", *sorted(FOLDERS)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    files = {name.decode() for name in tracked.stdout.split(b"\0") if name}
    wanted = {f for f in files if not f.startswith(NOT_SHIPPED) and (ROOT / f).exists()}
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in names} == FOLDERS
    assert wanted <= names, sorted(wanted - names)
