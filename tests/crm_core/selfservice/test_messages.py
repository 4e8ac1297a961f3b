"""What callers left: its slices are one message, it is heard, and it is not kept for ever."""

import io
import os
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.cards.rows import card_row, write_rows
from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.managers.assigning import assign_managers
from crm_core.models import Role, Task
from crm_core.parties.erasure import ErasureReason, erase
from crm_core.selfservice import message_tasks
from crm_core.selfservice.messages import KEPT, MessageGone, Messages
from routing.facts import Candidate, SelfService
from routing.ids import CallId, FlowId, PartyId
from routing.terms import Match
from tests.crm_core.calls import view
from tests.crm_core.conftest import START, hired, person

CALL = CallId("pbx1-1.1")


def recorded(folder: Path, name: str, place: str, samples: bytes, rate: int = 8_000) -> Path:
    """One slice, as Asterisk writes it."""
    path = folder / f"{name}-{place}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return path


def test_slices_are_joined_in_their_order(tmp_path: Path) -> None:
    name, messages = new_id(), Messages(tmp_path)
    for place in ("1-0", "0-10", "0-2", "0-0"):
        recorded(tmp_path, name, place, place.encode().ljust(4))
    recorded(tmp_path, new_id(), "0-0", b"else")
    recorded(tmp_path, name, "0-3", b"fast", rate=16_000)
    (tmp_path / f"{name}-0-4.wav").write_bytes(b"RIFF, and then nothing")
    with wave.open(io.BytesIO(messages.read(name))) as whole:
        assert (whole.getnchannels(), whole.getsampwidth(), whole.getframerate()) == (1, 2, 8_000)
        assert whole.readframes(99) == b"0-0 0-2 0-101-0 "
    messages.drop(name)
    with pytest.raises(MessageGone):
        messages.read(name)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["", "*", "..", "../outside", "a/b", "x" * 36, "0" * 32])
def test_what_is_no_name_opens_and_drops_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "messages"
    folder.mkdir()
    kept = [recorded(folder, new_id(), "0-0", b"kept"), recorded(tmp_path, "outside", "0-0", b"k")]
    with pytest.raises(MessageGone):
        Messages(folder).read(name)
    Messages(folder).drop(name)
    assert all(path.exists() for path in kept)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder, name = tmp_path / "messages", new_id()
    folder.mkdir()
    secret = recorded(tmp_path, name, "0-0", b"secret")
    (folder / secret.name).symlink_to(secret)
    with pytest.raises(MessageGone):
        Messages(folder).read(name)


def test_old_ones_are_swept_and_nothing_else(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    paths = [recorded(tmp_path, new_id(), "0-0", b"told") for _ in range(2)]
    paths.append(recorded(tmp_path, "notes", "0-0", b"told"))
    for path, age in zip(paths, (KEPT + timedelta(1), KEPT - timedelta(1), 2 * KEPT), strict=True):
        os.utime(path, ((now - age).timestamp(),) * 2)
    assert Messages(tmp_path).sweep(now) == 1
    assert [path.exists() for path in paths] == [False, True, True]
    assert Messages(tmp_path / "nowhere").sweep(now) == 0


async def left(db: Database, party: PartyId | None, name: str) -> Task:
    """The task for a message, which is told of twice."""
    for _ in range(2):
        async with db.unit_of_work() as session:
            await message_tasks.have_heard(session, name, call=CALL, party=party)
    async with db.reading() as session:
        found = select(Task).where(Task.source_key == f"voice_message:{name}")
        return (await session.scalars(found)).one()


async def test_the_first_manager_hears_it_else_a_supervisor(db: Database) -> None:
    anna, sofia = await hired(db, "anna", Role.MANAGER), await hired(db, "sofia", Role.SUPERVISOR)
    mine, nobodys = await person(db, "Иванова"), await person(db, "Петров")
    async with db.unit_of_work() as session:
        await assign_managers(session, mine, [anna.id], by="admin")
    told = [(mine, anna.id), (nobodys, sofia.id), (None, sofia.id), (PartyId("gone"), sofia.id)]
    for party, owner in told:
        task = await left(db, party, new_id())
        assert (task.owner, task.subject_kind, task.subject) == (owner, "call", CALL)
        assert task.party == (party if party != "gone" else None)


async def test_erasure_tells_which_messages_go(db: Database) -> None:
    party, name = await person(db, "Иванова", "+79455550101"), new_id()
    keyed = SelfService(flow=FlowId("main"), version="1", node="bye", recording=name)
    his = Candidate(party=party, name="Иванова", reason="mobile_number")
    card = view(CALL, match=Match.ONE, candidates=(his,), self_service=keyed)
    async with db.unit_of_work() as session:
        await write_rows(session, [card_row(card, position="p1", recorded_at=START)])
        done = await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    assert done.messages == (name,)
