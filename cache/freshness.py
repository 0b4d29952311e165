"""How long what is kept may be used: fresh, then stale while it is read again, then dead."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

NEGATIVE_SECONDS = 5.0


class Freshness(Struct, frozen=True):
    """Limits of one part, in seconds since its source was read.

    Up to `fresh` an entry is served as it is; up to `dead` it may be served while one reader asks again, unless
    `served_stale` is off; after that it is never served.
    """

    fresh: float
    dead: float
    served_stale: bool = True


USUAL = Freshness(fresh=30, dead=300)

FRESHNESS: Mapping[str, Freshness] = MappingProxyType(
    {
        "customer": Freshness(fresh=30, dead=300),
        "restriction": Freshness(fresh=15, dead=30, served_stale=False),
        "interaction": Freshness(fresh=15, dead=120),
        "correspondence": Freshness(fresh=60, dead=900),
        "debt": Freshness(fresh=30, dead=300),
        "entitlement": Freshness(fresh=30, dead=300),
        "ownership": Freshness(fresh=15, dead=120),
    }
)


def freshness(part: str, table: Mapping[str, Freshness] = FRESHNESS) -> Freshness:
    """Return the limits of a part."""
    return table.get(part, USUAL)
