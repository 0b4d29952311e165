"""Tags: for whom a field is, as names. Contracts choose by them (`contract.py`); routers read them, too."""

from typing import Final

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.ARGUMENT_DEFINITION],
    name="tag",
    repeatable=True,
    description="A name that a contract chooses fields by: `partner` is for other organisations, `staff` for officers.",
)
class Tag:
    """A name of a field, or of an argument; it can have several."""

    name: str = strawberry.directive_field(name="name")


PARTNER: Final = Tag(name="partner")
"""On what callers begin with, and on the sections of a customer: for other organisations, as their agreements say."""

STAFF: Final = Tag(name="staff")
"""On what lies deeper and is for officers alone: there is nothing in it for anybody else."""
