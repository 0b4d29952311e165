"""Things that happen between a person and the agency: the form that calls, visits and transactions share."""

from datetime import datetime, timedelta

from sandbox.life import Entry, Life, Record


def interaction(
    life: Life,
    kind: str,
    channel: str,
    direction: str,
    started_at: datetime,
    title: str,
    outcome: str,
    system: str,
    seconds: int = 0,
    **details: object,
) -> Entry:
    """Return one thing that happened; it took so many seconds, `details` is whatever else is known."""
    number = life.number()
    ended_at = started_at + timedelta(seconds=seconds)
    record: Record = {
        "id": "I" + number,
        "crn": life.person.crn,
        "kind": kind,
        "channel": channel,
        "direction": direction,
        "started_at": started_at,
        "title": title,
        "outcome": outcome,
        "source": {"system": system, "native_id": number},
        "recorded_at": ended_at,
    }
    if seconds:
        record["ended_at"] = ended_at
    record.update(details)
    return "interaction", record


def officer(life: Life) -> str:
    """Return the staff id of some officer."""
    return f"officer-{life.between(100, 899)}"
