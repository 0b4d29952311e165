"""Five invented callers of the embedded and development profiles. A production profile knows none of them."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.auth.scopes import READ, SCOPES, SEARCH
from resolvers.caller import Caller, CallerKind, Presentation

AGENCY = "agency"


def _staff(name: str, role: str, presentation: Presentation = Presentation.SMART_CENTRE) -> Caller:
    return Caller(CallerKind.STAFF, name, AGENCY, (role,), READ | SEARCH, presentation)


PERSONAS: Mapping[str, Caller] = MappingProxyType(
    {
        "officer": _staff("officer-1", "service-officer"),
        "centre": _staff("officer-2", "service-officer", Presentation.SERVICE_CENTRE),
        "restricted": Caller(
            CallerKind.STAFF, "officer-ra-1", AGENCY, ("restricted-access-officer",), SCOPES
        ),
        "partner": Caller(
            CallerKind.PARTNER,
            "partner-1",
            "employment-provider",
            ("partner",),
            READ - {"crn:read", "debts:read", "ownership:read", "sensitive:read"},
        ),
        "dashboard": Caller(CallerKind.SERVICE, "dashboard-1", AGENCY, ("dashboard",)),
    }
)
