"""Who the customer is."""

from datetime import date

from resolvers import profile
from schema.indicator import Indicator
from schema.shown import shows, told, words
from sources.crn import Crn
from sources.parts import customer
from sources.parts.customer import (
    AddressKind,
    ContactKind,
    IdentifierKind,
    NameKind,
    NomineeType,
    RelationshipKind,
    RepresentativeKind,
)

for word in (
    AddressKind,
    ContactKind,
    IdentifierKind,
    NameKind,
    NomineeType,
    RelationshipKind,
    RepresentativeKind,
):
    words(word)


@shows(customer.Name)
class Name:
    """A name of the customer."""

    kind: NameKind = told("What the name is used for.")
    family: str = told("Family name; the whole name for people with one name and for organisations.")
    given: str | None = told("Given names.")
    protected: bool = told("Whether the name must never be shown to the other party of a case.")


@shows(customer.ContactPoint)
class ContactPoint:
    """A telephone number or e-mail address."""

    kind: ContactKind = told("How it reaches the customer.")
    value: str = told("The number or address.")
    preferred: bool = told("Whether the customer prefers it.")
    invalid: bool = told("Whether it is known not to work.")


@shows(customer.Address)
class Address:
    """An address of the customer."""

    kind: AddressKind = told("What it is for.")
    lines: list[str] = told("Street and number, or post box, line by line.")
    locality: str = told("Town or suburb.")
    state: str | None = told("State or territory.")
    postcode: str | None = told("Postcode.")
    country: str = told("ISO 3166 country code.")
    invalid: bool = told("Whether letters sent there come back.")
    invalid_reason: str | None = told("Why it is invalid.")


@shows(customer.Representative)
class Representative:
    """Somebody who stands beside the customer. An alternate contact gets no case information."""

    kind: RepresentativeKind = told("In what role.")
    name: str = told("The name of the person or organisation.")
    nominee_type: NomineeType | None = told("What a nominee receives.")
    since: date | None = told("The first day on which it holds.")
    until: date | None = told("The last day on which it holds.")


@shows(customer.Preferences)
class Preferences:
    """How the customer wants to be dealt with."""

    language: str = told("The preferred language, as an IETF tag.")
    interpreter: bool = told("Whether an interpreter is needed.")
    channel: str | None = told("The way the customer prefers to be reached.")
    electronic_messaging: bool = told("Whether the customer gets SMS and e-mail.")
    special_contact: str | None = told("The customer's own wish about contact, in words.")


@shows(customer.SensitiveIndicator)
class SensitiveIndicator:
    """A warning to be treated with care."""

    kind: str = told("What it warns of.")
    review_date: date = told("When it is to be reviewed.")


@shows(customer.Identifier)
class Identifier:
    """A number of another system that leads to this customer."""

    kind: IdentifierKind = told("Which system of numbers it belongs to.")
    value: str = told("The number.")


@shows(customer.Relationship)
class Relationship:
    """Another customer who belongs to this one."""

    kind: RelationshipKind = told("How they belong together.")
    crn: Crn | None = told("The other customer's number; null for a caller without the scope `crn:read`.")
    since: date | None = told("Since when.")


@shows(customer.Customer, behind=profile.Profile)
class Profile:
    """Who the customer is. A field that the caller may not have is null, with one error at its path."""

    names: list[Name] = told("The customer's names. A partner gets none that is protected.", size=3)
    title: str | None = told("The form of address.")
    gender: str | None = told("Gender, as recorded.")
    date_of_birth: date | None = told("Date of birth.")
    marital_status: str | None = told("Marital status, as recorded.")
    contact_points: list[ContactPoint] | None = told(
        "Telephone numbers and e-mail addresses; for callers with the scope `contact:read`.", size=5
    )
    addresses: list[Address] | None = told("Addresses; for callers with the scope `contact:read`.", size=3)
    representatives: list[Representative] = told(
        "People and organisations who stand beside the customer.", size=3
    )
    preferences: Preferences = told("How the customer wants to be dealt with.")
    indicators: list[Indicator] = told("What an officer sees beside the customer's name.", size=5)
    sensitive_indicators: list[SensitiveIndicator] | None = told(
        "Warnings to be treated with care; for staff with the scope `sensitive:read`.", size=3
    )
