"""The AMI passwords of a node: made at random once, kept in its state folder with mode 600."""

import json
import os
import secrets
from pathlib import Path

from config.pbx.options import PbxSecrets

FILE = "ami-secrets.json"


def load_or_make_secrets(state: Path) -> PbxSecrets:
    """Read the node's passwords, or make and store fresh ones on the first start."""
    path = state / FILE
    if path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
        return PbxSecrets(application=stored["application"], provisioning=stored["provisioning"])
    made = PbxSecrets(application=secrets.token_urlsafe(24), provisioning=secrets.token_urlsafe(24))
    _store(path, made)
    return made


def _store(path: Path, made: PbxSecrets) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"application": made.application, "provisioning": made.provisioning})
    scratch = path.with_name(f".{path.name}.new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    scratch.replace(path)
