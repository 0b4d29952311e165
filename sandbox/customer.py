"""The customer record: what is known of a person, told as on one day."""

from datetime import datetime
from typing import Final

from sandbox.crn import crn
from sandbox.life import Life, Record
from sandbox.names import REPRESENTATIVES
from sandbox.people import Person

_LOCKED: Final = ("Too many sign-in attempts", "Locked by the customer", "Possible misuse")


def customer(life: Life, people: int) -> Record:
    """Return the record; ties to numbers outside the town of so many people are left out."""
    person = life.person
    record: Record = {
        "crn": person.crn,
        "record_type": _record_type(person),
        "names": [
            {"kind": "LEGAL", "family": person.family, **({"given": person.given} if person.given else {})}
        ],
        "contact_points": _contact_points(life),
        "addresses": _addresses(life),
        "preferences": _preferences(person),
        "indicators": _indicators(life),
        "identifiers": [{"kind": "CAN", "value": person.access_number}] if person.access_number else [],
        "relationships": [
            {"kind": kind, "crn": crn(other), "since": since}
            for kind, other, since in person.ties
            if other < people
        ],
    }
    known = {
        "title": person.title,
        "gender": person.gender,
        "date_of_birth": person.born,
        "marital_status": person.marital,
    }
    record.update({name: value for name, value in known.items() if value is not None})
    representatives = _representatives(life)
    if representatives:
        record["representatives"] = representatives
    return record


def alias(number: int, canonical: int) -> Record:
    """Return the record of a number that is only another number of somebody."""
    return {"crn": crn(number), "canonical_crn": crn(canonical)}


def indicator(
    kind: str, detail: str | None = None, last_login: datetime | None = None, lock_reason: str | None = None
) -> Record:
    """Return a profile indicator; the means of access is locked when there is a reason for it."""
    record: Record = {"kind": kind}
    if detail:
        record["detail"] = detail
    if last_login or lock_reason:
        record["state"] = "LOCKED" if lock_reason else "ACTIVE"
    if last_login:
        record["last_login"] = last_login
    if lock_reason:
        record["lock_reason"] = lock_reason
    return record


def address(kind: str, life: Life, **more: object) -> Record:
    """Return the address at which the person lives."""
    place = life.person.place
    return {
        "kind": kind,
        "lines": [life.person.street],
        "locality": place.locality,
        "state": place.state,
        "postcode": place.postcode,
        **more,
    }


def _record_type(person: Person) -> str:
    return {"child": "CHI", "organisation": "ORG"}.get(person.circumstance.name, "PER")


def _contact_points(life: Life) -> list[Record]:
    person = life.person
    ways = (("MOBILE", person.mobile), ("PHONE", person.phone), ("EMAIL", person.email))
    points: list[Record] = [{"kind": kind, "value": value} for kind, value in ways if value]
    if points:
        points[0]["preferred"] = True
    return points


def _addresses(life: Life) -> list[Record]:
    found = [address("RESIDENTIAL", life)]
    if life.person.ordinary and life.chance(0.12):
        found.append({**address("POSTAL", life), "lines": [f"PO Box {life.between(10, 990)}"]})
    return found


def _preferences(person: Person) -> Record:
    record: Record = {
        "language": person.language or "en",
        "electronic_messaging": bool(person.mobile or person.email),
    }
    if person.interpreter:
        record["interpreter"] = True
    return record


def _indicators(life: Life) -> list[Record]:
    person, found = life.person, []
    if person.place.remote:
        found.append(indicator("REMOTE", f"{person.place.locality}, {person.place.state}"))
    if person.language_name:
        found.append(indicator("LANGUAGE", person.language_name))
    for kind, has in (
        ("VOICEPRINT", person.voiceprint),
        ("ONLINE_ACCOUNT", person.online),
        ("MOBILE_APP", person.app),
    ):
        if has:
            locked = life.pick(_LOCKED) if person.ordinary and life.chance(0.04) else None
            found.append(indicator(kind, None, life.any_time(life.between(0, 40)), locked))
    return found


def _representatives(life: Life) -> list[Record]:
    if not life.person.ordinary or not life.chance(0.05):
        return []
    kind = life.pick(("AUTHORISED_REPRESENTATIVE", "ALTERNATE_CONTACT"))
    return [{"kind": kind, "name": life.pick(REPRESENTATIVES), "since": life.day(life.between(200, 900))}]
