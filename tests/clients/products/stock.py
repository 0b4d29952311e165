"""What the suite expects the subgraph of products to know."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct


class Item(Struct, frozen=True):
    """A product. `variation` and `study` are the ids of what belongs to it."""

    id: str
    sku: str
    package: str
    variation: str
    study: str

    def has(self, key: Mapping[str, Any]) -> bool:
        """Tell whether this is the product behind a key."""
        flat = {**key, "variation": key["variation"]["id"]} if "variation" in key else key
        return all(getattr(self, name) == value for name, value in flat.items())


PRODUCTS: Final = (
    Item("apollo-federation", "federation", "@apollo/federation", "OSS", "1234"),
    Item("apollo-studio", "studio", "", "platform", "1235"),
)
STUDIES: Final = {"1234": "Federation Study", "1235": "Studio Study"}
DEPRECATED: Final = {("apollo-federation-v1", "@apollo/federation-v1"): "Migrate to Federation V2"}
INVENTORIES: Final = {"apollo-oss": tuple(DEPRECATED)}
NAMES: Final = {"support@apollographql.com": "Jane Smith"}
MAKER: Final = ("support@apollographql.com", 1337, 10)
"""Who made the products, how many of them, and in how many years."""
