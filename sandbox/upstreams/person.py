"""A person as the CRM tells one: other names for everything, days first, an empty text for what is missing."""

from typing import Any, Final

from sandbox.upstreams.records import Record, Row
from sandbox.upstreams.times import day_first, told
from sandbox.upstreams.words import word

KINDS: Final = {
    "PER": "individual",
    "CHI": "child",
    "UOE": "online",
    "ORG": "organisation",
    "RCP": "carer",
    "OTHER": "other",
}
FLAGS: Final = {
    "MULTIPLE": "MU",
    "INTERTWINED": "IT",
    "SPURIOUS": "SP",
    "RESTRICTED_ACCESS": "RA",
    "RESTRICTED_UPDATE": "RU",
    "DELETED": "DL",
    "DECEASED": "DC",
    "OTHER": "OT",
}
NAMES: Final = {"LEGAL": "legal", "PREFERRED": "preferred", "ALIAS": "alias", "OTHER": "other"}
CONTACTS: Final = {"MOBILE": "mobile", "PHONE": "landline", "EMAIL": "email", "OTHER": "other"}
ADDRESSES: Final = {"RESIDENTIAL": "home", "POSTAL": "mail", "OTHER": "other"}
ROLES: Final = {
    "AUTHORISED_REPRESENTATIVE": "authorised",
    "NOMINEE": "nominee",
    "ALTERNATE_CONTACT": "alternate",
    "OTHER": "other",
}
RECEIVES: Final = {
    "PAYMENT": "money",
    "CORRESPONDENCE": "letters",
    "PAYMENT_AND_CORRESPONDENCE": "both",
    "OTHER": "other",
}
NUMBERS: Final = {
    "CRN": "person",
    "CAN": "access",
    "CSRN": "supportReference",
    "CSID": "supportId",
    "CITIZEN_ID": "council",
    "ALIAS": "alsoKnownAs",
}
RELATIONS: Final = {
    "PARTNER": "partner",
    "PARENT": "parent",
    "CHILD": "child",
    "CARER": "carer",
    "CASE_PARTY": "otherParty",
    "OTHER": "other",
}
MARKERS: Final = {
    "REMOTE": "remoteArea",
    "LANGUAGE": "language",
    "NOMINEE": "nominee",
    "VOICEPRINT": "voice",
    "ONLINE_ACCOUNT": "portal",
    "MOBILE_APP": "app",
    "OTHER": "other",
}
STATES: Final = {"ACTIVE": "on", "LOCKED": "locked", "OTHER": "other"}


def person(record: Record) -> Row:
    """Return the person, as one whose record is open to everybody."""
    preferences = record.get("preferences", {})
    return {
        "personNumber": record["crn"],
        "mergedInto": record.get("canonical_crn", ""),
        "recordKind": word(KINDS, record.get("record_type", "PER")),
        "flags": [word(FLAGS, flag) for flag in record.get("record_flags", ())],
        "names": [_name(one) for one in record.get("names", ())],
        "salutation": record.get("title", ""),
        "sex": record.get("gender", ""),
        "dateOfBirth": told(record.get("date_of_birth"), day_first, ""),
        "maritalStatus": record.get("marital_status", ""),
        **_contacts(record.get("contact_points", ())),
        "addresses": [_address(one) for one in record.get("addresses", ())],
        "contactPersons": [_contact_person(one) for one in record.get("representatives", ())],
        "language": preferences.get("language", "en"),
        "interpreterNeeded": preferences.get("interpreter", False),
        "preferredChannel": preferences.get("channel", ""),
        "electronicMessages": preferences.get("electronic_messaging", False),
        "contactWish": preferences.get("special_contact", ""),
        "readBeforeContact": record.get("display_on_access", False),
        "servicePlan": record.get("managed_service_plan", False),
        "markers": [_marker(one) for one in record.get("indicators", ())],
        "alerts": [
            {"category": one["kind"], "reviewOn": day_first(one["review_date"])}
            for one in record.get("sensitive_indicators", ())
        ],
        "numbers": [
            {"type": word(NUMBERS, one["kind"]), "number": one["value"]}
            for one in record.get("identifiers", ())
        ],
        "relatedPeople": [_related(one) for one in record.get("relationships", ())],
        "access": access({}),
    }


def _name(record: Record) -> Row:
    return {
        "use": word(NAMES, record["kind"]),
        "surname": record["family"],
        "givenNames": record.get("given", ""),
        "suppressed": record.get("protected", False),
    }


def _contacts(points: Any) -> Row:
    """Return telephones and e-mails apart, each with its place among all of them."""
    phones: list[Row] = []
    emails: list[Row] = []
    for position, point in enumerate(points, 1):
        mail = point["kind"] == "EMAIL"
        (emails if mail else phones).append(
            {
                "position": position,
                "type": word(CONTACTS, point["kind"]),
                "address" if mail else "number": point["value"],
                "preferred": point.get("preferred", False),
                "outOfUse": point.get("invalid", False),
            }
        )
    return {"phones": phones, "emails": emails}


def _address(record: Record) -> Row:
    lines: list[str] = [*record["lines"], "", ""]
    return {
        "use": word(ADDRESSES, record["kind"]),
        "street1": lines[0],
        "street2": lines[1],
        "streetMore": [line for line in lines[2:] if line],
        "suburb": record["locality"],
        "region": record.get("state", ""),
        "postcode": record.get("postcode", ""),
        "countryCode": record.get("country", "AU"),
        "returned": record.get("invalid", False),
        "returnedBecause": record.get("invalid_reason", ""),
    }


def _contact_person(record: Record) -> Row:
    return {
        "role": word(ROLES, record["kind"]),
        "fullName": record["name"],
        "receives": word(RECEIVES, record.get("nominee_type", "")),
        "from": told(record.get("since"), day_first, ""),
        "to": told(record.get("until"), day_first, ""),
    }


def _marker(record: Record) -> Row:
    return {
        "type": word(MARKERS, record["kind"]),
        "text": record.get("detail", ""),
        "state": word(STATES, record.get("state", "")),
        "lastSignIn": record.get("last_login", ""),
        "lockedBecause": record.get("lock_reason", ""),
    }


def _related(record: Record) -> Row:
    return {
        "relation": word(RELATIONS, record["kind"]),
        "personNumber": record["crn"],
        "from": told(record.get("since"), day_first, ""),
    }


def access(restriction: Record) -> Row:
    """Return who may open a record."""
    temporary = restriction.get("temporary")
    return {
        "restricted": restriction.get("restricted", False),
        "manager": restriction.get("manager", ""),
        "officers": list(restriction.get("officers", ())),
        **({"visitor": {"officer": temporary["officer"], "until": temporary["until"]}} if temporary else {}),
    }
