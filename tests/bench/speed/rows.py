"""What the systems know of their invented customers: 85 rows each, the same fields for everybody who asks.

A row has the names of the wire (`wire`). The gateway can also be told in its own shape (`native`).
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

import msgspec
from msgspec import Struct

Row = dict[str, Any]
NOBODY: Final = "999999999X"
"""Stands in a template where its customer's number goes: ten characters that nothing else in it has."""
STORIES: Final = 40
"""So many different customers there are; the others have the rows of one of them under their own number."""
WORDS: Final = "payment claim address estimate review letter income care account form visit report".split()
_STATUS: Final = re.compile(rb'"maritalStatus":"[^"]*"')


class Sizes(Struct, frozen=True):
    """How many rows a customer has in each history. One row more is the customer's own, one the ownership.

    `minutes` lie between one interaction and the next, more or less.
    """

    interactions: int = 40
    correspondence: int = 25
    debts: int = 18
    minutes: int = 900


def sentence(chance: Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize()


def customer(chance: Random, sizes: Sizes, now: datetime) -> list[Row]:
    number = chance.randrange(10**8)
    return [
        {
            "crn": NOBODY,
            "recordType": "PER",
            "title": chance.choice(("Ms", "Mr", "Dr")),
            "gender": chance.choice(("female", "male")),
            "dateOfBirth": str((now - timedelta(days=chance.randrange(7_000, 30_000))).date()),
            "maritalStatus": chance.choice(("single", "married")),
            "names": [{"family": sentence(chance, 1), "given": sentence(chance, 1)}],
            "contactPoints": [
                {"kind": "MOBILE", "value": f"04{number:08}"},
                {"kind": "EMAIL", "value": f"c{number}@example.org"},
            ],
            "restricted": False,
        }
    ]


def interactions(chance: Random, sizes: Sizes, now: datetime) -> list[Row]:
    kinds = (("INBOUND_CALL", "PHONE", "INBOUND"), ("ONLINE_ACTIVITY", "ONLINE", "SELF_SERVICE"))
    found = []
    for index in range(sizes.interactions):
        kind, channel, direction = chance.choice(kinds)
        ago = timedelta(seconds=round(60 * sizes.minutes * (index + chance.uniform(0.1, 0.9))))
        found.append(
            {
                "id": f"I{NOBODY}{index}",
                "crn": NOBODY,
                "startedAt": (now - ago).isoformat(),
                "kind": kind,
                "channel": channel,
                "direction": direction,
                "title": sentence(chance, 3),
                "outcome": chance.choice(("SUCCESS", "NOT_ACHIEVED")),
                "officer": f"officer-{chance.randrange(500)}",
                "summary": sentence(chance, 9),
            }
        )
    return found


def correspondence(chance: Random, sizes: Sizes, now: datetime) -> list[Row]:
    found = []
    for index in range(sizes.correspondence):
        made = now - timedelta(hours=26 * index + chance.randrange(1, 25))
        found.append(
            {
                "id": f"L{NOBODY}{index}",
                "crn": NOBODY,
                "channel": chance.choice(("EMAIL", "SMS")),
                "direction": "OUTBOUND",
                "issueDate": str(made.date()),
                "createdAt": made.isoformat(),
                "title": sentence(chance, 3),
                "status": chance.choice(("SENT", "DELIVERED")),
                "template": f"T{chance.randrange(100, 999)}",
                "description": sentence(chance, 6),
            }
        )
    return found


def debts(chance: Random, sizes: Sizes, now: datetime) -> list[Row]:
    found = []
    for index in reversed(range(sizes.debts)):  # the oldest first, as they are shown
        amount = f"{chance.randrange(10, 9_000)}.{chance.randrange(10, 99)}"
        found.append(
            {
                "id": f"D{NOBODY}{index}",
                "crn": NOBODY,
                "benefitType": chance.choice(("FTB", "NSA", "CCS")),
                "reason": sentence(chance, 1),
                "status": "DETERMINED",
                "registeredAt": (now - timedelta(days=9 * index + chance.randrange(1, 8))).isoformat(),
                "total": {"amount": amount, "currency": "AUD"},
            }
        )
    return found


def ownership(chance: Random, sizes: Sizes, now: datetime) -> list[Row]:
    locked = (now - timedelta(days=chance.randrange(1, 90))).isoformat()
    lock = {
        "id": f"O{NOBODY}",
        "businessArea": sentence(chance, 1),
        "officer": f"officer-{chance.randrange(500)}",
        "lockedAt": locked,
        "reason": sentence(chance, 4),
    }
    return [{"crn": NOBODY, "lock": lock}]


def entitlements(chance: Random, sizes: Sizes, now: datetime) -> list[Row]:
    """For our overview alone; peers do not ask."""
    since = str((now - timedelta(days=chance.randrange(100, 900))).date())
    return [{"crn": NOBODY, "benefits": [{"type": "NSA", "status": "CURRENT", "since": since}]}]


WIRE: Final[dict[str, Callable[[Random, Sizes, datetime], list[Row]]]] = {
    "customers": customer,
    "interactions": interactions,
    "correspondence": correspondence,
    "debts": debts,
    "ownership": ownership,
    "entitlements": entitlements,
}
"""By the address at which each is asked for."""
NOTHING: Final = {"amount": "0", "currency": "AUD"}


def native(endpoint: str, row: Row) -> Row:
    """The same row in the gateway's own shape."""
    source = {"system": endpoint, "native_id": row.get("id", NOBODY)}
    if endpoint == "interactions":
        kept = {name: told for name, told in row.items() if name != "startedAt"}
        return kept | {"started_at": row["startedAt"], "recorded_at": row["startedAt"], "source": source}
    if endpoint == "correspondence":
        kept = {name: told for name, told in row.items() if name not in {"issueDate", "createdAt"}}
        return kept | {"issue_date": row["issueDate"], "created_at": row["createdAt"], "source": source}
    if endpoint == "debts":
        kept = {name: told for name, told in row.items() if name not in {"benefitType", "registeredAt"}}
        nothing = dict.fromkeys(("interest", "adjusted", "repaid", "waived"), NOTHING)
        told = {"benefit_type": row["benefitType"], "registered_at": row["registeredAt"], "source": source}
        return kept | nothing | told
    if endpoint == "ownership":
        lock = {name: told for name, told in row["lock"].items() if name not in {"businessArea", "lockedAt"}}
        own = {"business_area": row["lock"]["businessArea"], "locked_at": row["lock"]["lockedAt"]}
        return {"crn": row["crn"], "source": source, "lock": lock | own}
    return row


class Bodies:
    """The rows of each customer of an endpoint, as they go over the wire, without the brackets around them."""

    def __init__(self, endpoint: str, sizes: Sizes, now: datetime, *, ours: bool) -> None:
        self._templates = [_joined(_told(endpoint, sizes, story, now, ours=ours)) for story in range(STORIES)]
        self._made: dict[bytes, bytes] = {}

    def of(self, crn: bytes) -> bytes:
        """Return the rows of a customer, made the first time."""
        found = self._made.get(crn)
        if found is None:
            template = self._templates[int(crn[:9]) % STORIES]
            found = self._made[crn] = template.replace(NOBODY.encode(), crn)
        return found

    def touch(self, crn: bytes, to: bytes) -> None:
        """Let a customer's marital status be another one."""
        self._made[crn] = _STATUS.sub(b'"maritalStatus":"%b"' % to, self.of(crn))


def _told(endpoint: str, sizes: Sizes, story: int, now: datetime, *, ours: bool) -> list[Row]:
    found = WIRE[endpoint](Random(f"{story} {endpoint}"), sizes, now)
    return [native(endpoint, row) for row in found] if ours else found


def _joined(rows: list[Row]) -> bytes:
    return msgspec.json.encode(rows)[1:-1]
