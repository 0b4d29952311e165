"""Looking for people: what can be known of them, and whom it leads to."""

from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from resolvers import finding
from schema.connection import PageInfo
from schema.customer import Customer
from schema.shown import argument, shows, told

FirstHits: TypeAlias = Annotated[
    int,
    argument(
        "How many to give, 1 to 100. They count among the customers that one operation may ask for, found or not."
    ),
]
AfterHit: TypeAlias = Annotated[
    str | None, argument("The cursor after which to go on. It is good for the same search only.")
]


@strawberry.input(
    description="What is known of a person. Everything given must match, and at least one field must be given."
)
class CustomerSearch:
    """What is known of a person, field by field."""

    name: str | None = strawberry.field(
        default=None, description="Names, family or given, of any kind: legal, preferred, alias."
    )
    family: str | None = strawberry.field(
        default=None, name="familyName", description="Family name, or the name of an organisation."
    )
    given: str | None = strawberry.field(default=None, name="givenName", description="Given names.")
    born: date | None = strawberry.field(default=None, name="dateOfBirth", description="Date of birth.")
    phone: str | None = strawberry.field(
        default=None,
        name="telephone",
        description="A telephone number: whole, its beginning, or its last four digits or more.",
    )
    email: str | None = strawberry.field(
        default=None, description="An e-mail address, its beginning, or words of the part before the @."
    )
    address: str | None = strawberry.field(
        default=None, description="Words of an address: street, locality, state, postcode."
    )
    identifier: str | None = strawberry.field(
        default=None,
        description="A number of any system, whole: CRN, CAN, CSRN, CSID, a council's. Hyphens do not count.",
    )


@shows(finding.CustomerEdge, costs=0)
class CustomerEdge:
    """A customer who was found, with the place in the list."""

    node: Customer = told("The customer.")
    cursor: str = told("Its place in the list.")
    possible_duplicates: list[strawberry.ID] = told(
        "Ids of other customers with the same names and date of birth, as far as this caller may see them."
    )


@shows(finding.CustomerConnection)
class CustomerConnection:
    """A page of the customers who were found and whom this caller may see."""

    edges: list[CustomerEdge] = told("The customers of the page, the likeliest first.")
    page_info: PageInfo = told("Whether more follows, and from where.")
