"""The keyring that seals numbers of documents, accounts and cards: a file with mode 600.

Without a file of the operator's own, one is made with a fresh key at the first start. Who loses it
loses the numbers, so it belongs into the backup, apart from the database.
"""

import base64
import json
import os
import secrets
from pathlib import Path

from config.settings import Settings, SettingsInvalid
from crm_core.sealing import KeyringOptions

_KEY_BYTES = 32
_READABLE_BY_OTHERS = 0o077


def keyring(settings: Settings) -> KeyringOptions:
    """The operator's keyring, or our own, made at the first start. Raises SettingsInvalid."""
    if settings.keyring_file is not None:
        return _read(settings.keyring_file)
    path = settings.state_dir / "keyring.json"
    if not path.exists():
        _make(path)
    return _read(path)


def _read(path: Path) -> KeyringOptions:
    try:
        if path.stat().st_mode & _READABLE_BY_OTHERS:
            raise SettingsInvalid([f"{path}: others may read it; set its mode to 600"])
        told = json.loads(path.read_text(encoding="utf-8"))
        keys = {str(one): base64.b64decode(key, validate=True) for one, key in told["keys"].items()}
        current = str(told["current"])
    except OSError as error:
        raise SettingsInvalid([f"{path}: {error.strerror}"]) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsInvalid([f"{path}: it is no keyring"]) from error
    if current not in keys or any(len(key) != _KEY_BYTES for key in keys.values()):
        raise SettingsInvalid([f"{path}: a key of 32 bytes in base64, and `current` among them"])
    return KeyringOptions(current=current, keys=keys)


def _make(path: Path) -> None:
    """Write whole or not at all: a half-written keyring would seal nothing that can be opened."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    scratch = path.with_name(f".{path.name}.new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump({"current": "1", "keys": {"1": key}}, out)
        out.flush()
        os.fsync(out.fileno())
    scratch.replace(path)
