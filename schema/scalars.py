"""Scalars of our own. The CRN's form is the policy's, so its scalar is made for a scheme."""

from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition

from sources.crn import BadCrn, Crn, CrnScheme

CRN_DESCRIPTION = (
    "A customer reference number. Spaces, hyphens and lower case are accepted and normalised: `204 123 456k` is "
    "`204123456K`. A body with another scheme takes 6 to 20 letters and digits."
)


def crn_scalar(scheme: CrnScheme) -> ScalarDefinition:
    """Return the CRN scalar of a scheme. What is no CRN is refused with words that do not repeat it."""

    def parse(value: Any) -> Crn:
        if not isinstance(value, str):
            raise BadCrn("A CRN is a string.")
        return scheme.parse(value)

    return strawberry.scalar(name="CRN", description=CRN_DESCRIPTION, serialize=str, parse_value=parse)
