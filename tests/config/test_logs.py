"""Logs carry ids; numbers and secrets are masked even where somebody forgot."""

import io
import json
import logging

import pytest
import structlog

from config.logs import mask, set_up_logs


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"note": "caller +79455550101 waits"}, "caller *** waits"),
        ({"note": "card 4276550012345678"}, "card ***"),
        ({"note": "call pbx1-1795508804.12"}, "call pbx1-1795508804.12"),
        ({"note": "fact time:2026-11-24T09:00:00"}, "fact time:2026-11-24T09:00:00"),
    ],
)
def test_numbers_are_masked_and_ids_are_kept(told: dict[str, str], kept: str) -> None:
    assert mask(None, "", dict(told))["note"] == kept


@pytest.mark.parametrize("name", ["password", "ami_secret", "token", "pin", "digits"])
def test_secrets_are_masked_by_their_names(name: str) -> None:
    assert mask(None, "", {name: "canary"})[name] == "***"


def test_one_line_of_json_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers
    try:
        set_up_logs("info")
        stream = io.StringIO()
        logging.getLogger().handlers[0].setStream(stream)  # type: ignore[attr-defined]
        structlog.get_logger("x").info("call.offered", call="pbx1-1.2")
        logging.getLogger("y").warning("plain %s", "+79455550101")
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    finally:
        logging.getLogger().handlers = before
        structlog.reset_defaults()
    assert lines[0]["event"] == "call.offered" and lines[0]["call"] == "pbx1-1.2"
    assert lines[1]["event"] == "plain ***"
