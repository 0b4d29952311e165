"""What is out of the ordinary in the customer records of named people."""

from datetime import timedelta

from sandbox.crn import crn
from sandbox.customer import address, indicator
from sandbox.life import Entry, Life, Record

OFFICERS = ["officer-ra-1", "officer-ra-2"]
REVIEWED_AFTER = 760


def flagged(*flags: str) -> Record:
    """Return the flags of a record."""
    return {"record_flags": list(flags)}


def restricted(life: Life) -> Record:
    """A record that only listed officers may open."""
    return flagged("RESTRICTED_ACCESS")


def deceased(life: Life) -> Record:
    """Somebody who died: nothing electronic any more, an executor speaks."""
    return {
        **flagged("DECEASED"),
        "preferences": {"language": "en"},
        "indicators": [],
        "representatives": [
            {"kind": "AUTHORISED_REPRESENTATIVE", "name": "Public Trustee", "since": life.day(33)}
        ],
    }


def several_numbers(life: Life) -> Record:
    """Somebody with two more numbers, which lead here."""
    number = life.person.number
    others = [{"kind": "CRN", "value": crn(number + step)} for step in (1, 2)]
    return {
        **flagged("MULTIPLE"),
        "identifiers": [*others, {"kind": "CAN", "value": f"{7_000_000 + number:09d}"}],
    }


def many_identifiers(life: Life) -> Record:
    """Somebody whom every system knows by its own number."""
    return {
        "identifiers": [
            {"kind": "CAN", "value": "007000021"},
            {"kind": "CSRN", "value": "880000000217"},
            {"kind": "CSID", "value": "990000021"},
            {"kind": "CITIZEN_ID", "value": "CIT-000021"},
            {"kind": "ALIAS", "value": "legacy-21-w"},
        ]
    }


def child_support_numbers(life: Life) -> Record:
    """A Child Support customer, known by its numbers too."""
    number = life.person.number
    return {
        "identifiers": [
            {"kind": "CAN", "value": f"{7_000_000 + number:09d}"},
            {"kind": "CSRN", "value": f"88{number:09d}7"},
            {"kind": "CSID", "value": f"99{number:07d}"},
        ]
    }


def has_nominee(life: Life) -> Record:
    """Somebody whose payments and letters go to a nominee."""
    both = "PAYMENT_AND_CORRESPONDENCE"
    return {
        "representatives": [
            {"kind": "NOMINEE", "name": "Judith Moore", "nominee_type": both, "since": life.day(640)},
            {"kind": "ALTERNATE_CONTACT", "name": "Sunrise Aged Care", "since": life.day(300)},
        ],
        "indicators": [indicator("NOMINEE", both)],
    }


def is_nominee(life: Life) -> Record:
    """The nominee."""
    return {
        "indicators": [
            indicator("NOMINEE", "PAYMENT_AND_CORRESPONDENCE"),
            indicator("ONLINE_ACCOUNT", None, life.any_time(4)),
        ]
    }


def protected(life: Life) -> Record:
    """Somebody who lives under a name that the other parent must not learn."""
    person = life.person
    return {
        **child_support_numbers(life),
        "names": [
            {"kind": "LEGAL", "family": person.family, "given": person.given},
            {"kind": "ALIAS", "family": "Hart", "given": "Robin", "protected": True},
        ],
        "sensitive_indicators": [
            {"kind": "Family Violence", "review_date": life.day(11) + timedelta(days=REVIEWED_AFTER)}
        ],
        "preferences": {"language": "en", "special_contact": "Please call on weekdays before noon only."},
        "display_on_access": True,
    }


def locked(life: Life) -> Record:
    """Somebody whose voiceprint and online account are locked."""
    return {
        "indicators": [
            indicator("VOICEPRINT", None, life.any_time(20), "Too many failed attempts"),
            indicator("ONLINE_ACCOUNT", None, life.any_time(12), "Locked by the customer"),
            indicator("MOBILE_APP", None, life.any_time(2)),
        ]
    }


def mail_comes_back(life: Life) -> Record:
    """Somebody whose address is known to be wrong."""
    wrong = address("RESIDENTIAL", life, invalid=True, invalid_reason="Mail came back")
    mobile = {"kind": "MOBILE", "value": life.person.mobile, "preferred": True, "invalid": True}
    return {"addresses": [wrong], "contact_points": [mobile]}


def entity(life: Life) -> Record:
    """An online entity whose identity nobody has proved."""
    return {"record_type": "UOE", "identifiers": []}


def carer(life: Life) -> Record:
    """A registered carer."""
    return {"record_type": "RCP"}


def update_restricted(life: Life) -> Record:
    """A record that everybody may read and few may change."""
    return flagged("RESTRICTED_UPDATE")


def mixed(life: Life) -> Record:
    """A record on which the data of two people is mixed."""
    return flagged("INTERTWINED")


def security(life: Life) -> Record:
    """Somebody with a security incident on record, a plan for dealing with him, and a preferred name."""
    return {
        "names": [
            {"kind": "LEGAL", "family": life.person.family, "given": life.person.given},
            {"kind": "PREFERRED", "family": life.person.family, "given": "Bert"},
        ],
        "sensitive_indicators": [
            {"kind": "Security Incident", "review_date": life.day(200) + timedelta(days=REVIEWED_AFTER)}
        ],
        "display_on_access": True,
        "managed_service_plan": True,
    }


def restriction(life: Life, temporary: bool = False) -> Entry:
    """Return who may open the record; at most one more officer, for at most seven days."""
    record: Record = {"crn": life.crn, "restricted": True, "manager": "manager-ra-1", "officers": OFFICERS}
    if temporary:
        record["temporary"] = {
            "officer": "officer-ra-3",
            "until": life.calendar.ahead(life.person.place.zone, 3, 17 * 3600),
        }
    return "restriction", record
