"""Small recordings for tests: calls in a line, and the files that tell of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from crm_core.whatif.calls import Outcome, RecordedCall
from routing.facts import Candidate
from routing.ids import AgentId, CallId, PartyId

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOG_HEAD = (
    "vru+line,call_id,customer_id,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,"
    "q_time,outcome,ser_start,ser_exit,ser_time,server"
)
LOG = f"""{LOG_HEAD}
AA1,1,33052234,2,PS,2026-03-02,10:00:00,10:00:06,6,10:00:06,10:00:48,42,AGENT,10:00:47,10:02:23,96,VICKY
AA2,2,0,0,NW,2026-03-02,10:00:10,10:00:20,10,10:00:20,10:01:20,60,HANG,0:00:00,0:00:00,0,NO_SERVER
AA3,3,0,0,PS,2026-03-02,10:05:00,10:05:09,9,0:00:00,0:00:00,0,AGENT,10:05:08,10:06:48,100,ANAT
AA4,4,0,0,PS,2026-03-02,10:06:00,10:06:09,9,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,NO_SERVER
AA5,5,0,1,IN,2026-03-02,10:07:00,10:07:09,9,10:07:09,10:09:09,120,PHANTOM,10:09:09,10:09:11,2,NO_SERVER
AA6,6,7,1,PS,2026-03-02,23:59:50,0:00:05,15,0:00:05,0:00:35,30,AGENT,0:00:34,0:01:34,60,VICKY
AA7,7,8,1,PS,2026-03-02,11:00:00,11:00:05,5,11:00:05,11:00:15,10,AGENT,11:00:15,21:05:06,36291,ANAT
"""


def recorded(
    number: int,
    *,
    at: float = 0.0,
    queue: str = "main",
    waited: float = 0.0,
    talked: float | None = 60.0,
    agent: str = "anna",
    client: str = "",
    tier: str = "",
) -> RecordedCall:
    """A call that came `at` seconds after nine; nobody's without a talk."""
    answered = talked is not None
    return RecordedCall(
        call=CallId(f"c{number}"),
        arrived_at=START + timedelta(seconds=at),
        queue=queue,
        outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED,
        waited=waited,
        talked=talked,
        agent=AgentId(agent) if answered else None,
        number=f"+7900{number:07d}" if client else None,
        candidates=(
            (Candidate(party=PartyId(client), name="", reason="test", tier=tier),) if client else ()
        ),
    )


def file(tmp_path: Path, text: str | bytes, name: str = "calls.csv") -> Path:
    """A file with this text."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
