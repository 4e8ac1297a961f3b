"""Routing rules over the API: what is in force, its versions, and checking a text."""

from typing import Annotated

from fastapi import Path, Query, Request

from agent_ui.web.access import parts_of
from agent_ui.web.api import api_router
from agent_ui.web.rules.shapes import (
    CheckedShape,
    MistakeShape,
    RulesAsked,
    RulesShape,
    VersionPage,
    VersionShape,
)
from agent_ui.web.rules.telling import Teller
from crm_core.four_eyes.states import VersionState
from crm_core.rules.house import known_now
from crm_core.rules.mistakes import RulesRefused
from crm_core.rules.reading import read_rules
from crm_core.rules.versions import RULES, RulesUnknown

router = api_router("routing rules")

_Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/routing-rules")
async def published_rules(request: Request) -> RulesShape:
    """The rules in force."""
    async with parts_of(request).db.reading() as session:
        held = await RULES.in_state(session, VersionState.PUBLISHED)
    if held is None:
        raise RulesUnknown
    return RulesShape.model_validate(held)


@router.get("/routing-rules/versions")
async def rules_versions(
    request: Request,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VersionPage:
    """All versions, the newest first, without their texts."""
    async with parts_of(request).db.reading() as session:
        found = await RULES.listed(session, before=cursor, limit=limit + 1)
    items = [VersionShape.model_validate(one) for one in found[:limit]]
    return VersionPage(items=items, next_cursor=items[-1].version if len(found) > limit else None)


@router.get("/routing-rules/versions/{version}")
async def rules_version(request: Request, version: _Number) -> RulesShape:
    """One version with its text."""
    async with parts_of(request).db.reading() as session:
        return RulesShape.model_validate(await RULES.one(session, version))


@router.post("/routing-rules/check")
async def check_rules(request: Request, asked: RulesAsked) -> CheckedShape:
    """Whether a text of rules could be kept, with every mistake; nothing is kept."""
    async with parts_of(request).db.reading() as session:
        known = await known_now(session, parts_of(request).house)
    try:
        rules = read_rules(asked.body.replace("\r\n", "\n"), known)
    except RulesRefused as error:
        teller = Teller(request, {})
        mistakes = [
            MistakeShape(
                line=one.line, column=one.column, code=one.problem, text=teller.mistake(one)
            )
            for one in error.mistakes
        ]
        return CheckedShape(good=False, rules=[], mistakes=mistakes)
    return CheckedShape(good=True, rules=[rule.name for rule in rules.rules], mistakes=[])
