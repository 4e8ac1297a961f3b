"""What a caller left at his keypad is heard on his card, by whoever may see it."""

import io
import wave

from sqlalchemy import select, update

from crm_core.ids import new_id
from crm_core.models import AuditEvent, CallCard
from routing.ids import CallId
from tests.agent_ui.web.conftest import Site, beside
from tests.crm_core.selfservice.test_messages import recorded

HEARD = b"said" * 400


async def call_of_annas(site: Site) -> CallId:
    centre = site.centre
    centre.house.start(centre.id("anna"))
    call = centre.ring()
    centre.answer()
    centre.hang_up(call)
    await centre.drain()
    return call


async def leave(site: Site, call: CallId, name: str) -> None:
    """Let the call's card tell of a message of this name."""
    centre = site.centre
    async with centre.db.unit_of_work() as session:
        keyed = {
            "flow": "main",
            "version": "1",
            "node": "bye",
            "path": "complaint",
            "language": "ru",
            "topic": "",
            "told": [],
            "party": None,
            "level": 0,
            "identified_by": "",
            "recording": name,
            "end": "left",
        }
        row = update(CallCard).where(CallCard.call == call)
        await session.execute(row.values(self_service=keyed))


async def test_the_card_plays_it_and_the_audit_tells_who_heard(site: Site) -> None:
    folder, name = beside(site.centre) / "messages", new_id()
    folder.mkdir()
    for n in range(2):
        recorded(folder, name, f"0-{n}", HEARD)
    call = await call_of_annas(site)
    await leave(site, call, name)
    address = f"/api/v1/call-cards/{call}/message"
    anna = await site.browser("anna")
    page = (await anna.get(f"/cards/{call}")).text
    assert f'<audio controls preload="none" src="{address}"' in page
    answer = await anna.get(address)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    with wave.open(io.BytesIO(answer.content)) as whole:
        assert whole.readframes(whole.getnframes()) == HEARD * 2
    clara = await site.browser("clara")
    assert (await clara.get(address)).status_code == 404
    async with site.centre.db.reading() as session:
        events = select(AuditEvent).where(AuditEvent.action == "message_heard")
        (heard,) = (await session.scalars(events)).all()
    assert (heard.actor, heard.subject_kind, heard.subject) == (
        site.centre.id("anna"),
        "call",
        call,
    )


async def test_what_is_not_there_is_told_as_gone(site: Site) -> None:
    call, sofia = await call_of_annas(site), await site.browser("sofia")
    for name in ("../../etc/passwd", new_id(), ""):
        await leave(site, call, name)
        answer = await sofia.get(f"/api/v1/call-cards/{call}/message")
        assert answer.status_code == 404
    assert "<audio" not in (await sofia.get(f"/cards/{call}")).text
