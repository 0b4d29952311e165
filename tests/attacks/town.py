"""Whom the attacks are after: people whose every word is told nowhere else, and whoever is close to an officer."""

from datetime import date, timedelta
from typing import Any

from sources.crn import Crn
from sources.parts import Customer, Restriction
from sources.parts.customer import (
    Address,
    AddressKind,
    ContactKind,
    ContactPoint,
    Identifier,
    IdentifierKind,
    Name,
    NameKind,
    Relationship,
    RelationshipKind,
    SensitiveIndicator,
)
from sources.parts.restriction import TemporaryAccess
from tests.records import CALL, debt, happened
from tests.running import NOON
from tests.running.people import everything_of, letter, person
from tests.sources.specimens import crn

FIRST = 4_000_000
"""The numbers of invented people are refused in production: these are others."""

(ANNE, DOUBLE, BORIS, LOCKED, LOCKED_TOO, LAPSED, LENGTHY, LATER, GHOST, GHOST_TOO) = (
    crn(FIRST + number) for number in range(10)
)
ME, ME_TOO, FRIEND, CHILD, PARENT, MATE, LISTED = (crn(FIRST + 100 + number) for number in range(7))

NAME, PHONE, STREET, WARNING = "Quillfeather", "0491570156", "Larkspur Parade", "ZITHERALARM"
TALK, EARLIER, POST, OWED = "Ocarina lesson", "Sackbut lesson", "Theorbo notice", "8675.30"
SHUT, SHUT_TALK, MINE = "Lockhartington", "Hurdygurdy talk", "Meinertzhagen"
OTHER, PROTECTED = "Borisovich", "Concealedby"
CAN, SHUT_CAN, MY_CAN, NO_CAN = "471100893", "815200734", "771100654", "999900111"
OLD = NOON - timedelta(days=40)
HOME = Address(AddressKind.RESIDENTIAL, ("7 Sassafras Row",), "Dubbo", "NSW", "2830")
AGAIN = Address(AddressKind.RESIDENTIAL, ("7, SASSAFRAS row",), "dubbo", "nsw", "2830")

EVERYBODY: tuple[Crn, ...] = (
    ANNE,
    DOUBLE,
    BORIS,
    LOCKED,
    LOCKED_TOO,
    LAPSED,
    LENGTHY,
    LATER,
    GHOST,
    GHOST_TOO,
)
EVERYBODY += (ME, ME_TOO, FRIEND, CHILD, PARENT, MATE, LISTED)
WORDS = (NAME, PHONE, STREET, WARNING, TALK, EARLIER, POST, OWED, SHUT, SHUT_TALK, MINE, OTHER, PROTECTED)
MARK = "Zyxwvut"
"""What attacks try to get into a log."""

SECRETS = frozenset({*EVERYBODY, *WORDS, CAN, SHUT_CAN, MY_CAN})
"""What no answer holds unless its caller may see it, and no line of a log or of the journal ever."""


def called(owner: Any, family: str, *numbers: Identifier, **told: Any) -> Customer:
    return person(owner, names=(Name(NameKind.LEGAL, family),), identifiers=numbers, **told)


def can(number: str) -> Identifier:
    return Identifier(IdentifierKind.CAN, number)


def related(kind: RelationshipKind, other: Any) -> dict[str, Any]:
    return {"relationships": (Relationship(kind, other),)}


def told() -> list[Any]:
    return [*_open(), *_close(), *_shut()]


def _open() -> list[Any]:
    rest = [
        one
        for one in everything_of(ANNE, NOON)
        if type(one).__name__ not in {"Customer", "Interaction", "Correspondence", "Debt"}
    ]
    anne = called(
        ANNE,
        NAME,
        can(CAN),
        Identifier(IdentifierKind.CRN, DOUBLE),
        contact_points=(ContactPoint(ContactKind.MOBILE, PHONE),),
        addresses=(Address(AddressKind.RESIDENTIAL, (f"3 {STREET}",), "Orange"),),
        date_of_birth=date(1971, 2, 3),
        sensitive_indicators=(SensitiveIndicator(WARNING, date(2026, 1, 1)),),
        **related(RelationshipKind.PARTNER, BORIS),
    )
    names = (Name(NameKind.LEGAL, OTHER), Name(NameKind.ALIAS, PROTECTED, protected=True))
    others = [Customer(DOUBLE, canonical_crn=ANNE), person(BORIS, names=names)]
    return [anne, *rest, *_histories(), *others]


def _histories() -> list[Any]:
    return [
        happened(CALL, NOON - timedelta(days=1), crn=ANNE, id="talk", title=TALK),
        happened(CALL, NOON - timedelta(days=2), crn=ANNE, id="talk-2", title="A second call"),
        happened(CALL, OLD, crn=ANNE, id="earlier", title=EARLIER),
        letter(ANNE, "letter", NOON.date(), title=POST),
        debt(OWED, NOON, crn=ANNE, id="debt"),
    ]


def _close() -> list[Any]:
    """An officer's own record, and people who are close to the officer, each in another way."""
    mine = (can(MY_CAN), Identifier(IdentifierKind.CRN, ME_TOO))
    return [
        called(ME, MINE, *mine, addresses=(HOME,), **related(RelationshipKind.CHILD, CHILD)),
        Customer(ME_TOO, canonical_crn=ME),
        called(FRIEND, "Friendly"),
        called(CHILD, "Offspring"),
        called(PARENT, "Elder", **related(RelationshipKind.CHILD, ME)),
        called(MATE, "Housemate", addresses=(AGAIN,)),
        called(LISTED, "Listedperson"),
        Restriction(LISTED, restricted=True, manager="officer-9", officers=("officer-ra",)),
    ]


def _shut() -> list[Any]:
    shut = [called(LOCKED, SHUT, can(SHUT_CAN)), *everything_of(LOCKED, NOON)[1:]]
    talk = happened(CALL, NOON, crn=LOCKED, id="shut-talk", title=SHUT_TALK)
    people = [called(owner, f"Behind{owner[6:9]}") for owner in (LAPSED, LENGTHY, LATER)]
    histories = [happened(CALL, NOON - timedelta(days=day), crn=LATER, id=f"later-{day}") for day in range(3)]
    until = {LAPSED: NOON - timedelta(seconds=1), LENGTHY: NOON + timedelta(days=300)}
    return [
        *shut,
        talk,
        Customer(LOCKED_TOO, canonical_crn=LOCKED),
        Restriction(LOCKED, restricted=True, manager="officer-9", officers=("officer-ra",)),
        *people,
        *histories,
        *(
            Restriction(
                owner, restricted=True, manager="officer-9", temporary=TemporaryAccess("officer-7", end)
            )
            for owner, end in until.items()
        ),
    ]
