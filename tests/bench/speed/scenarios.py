"""What is compared: each scenario, and who takes part in it, in the order in which they take turns."""

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import Struct

from tests.bench.speed.documents import BATCH, LARGE, OVERVIEW, ROWS, SMALL
from tests.bench.speed.gateways import MUCH_MEMORY, NO_MEMORY
from tests.bench.speed.rows import Sizes
from tests.bench.speed.servers import Variant

NO_ANSWERS: Final = {"OVERVIEW_ANSWERS": "false"}
NOT_COMPILED: Final = {"OVERVIEW_COMPILED": "false"}
NO_PIECES: Final = {"OVERVIEW_PIECES_BYTES": "0"}
BARE: Final = Variant("bare", "bare")
PLAIN: Final = Variant("plain Strawberry", "plain")
MERCURIUS: Final = Variant("Mercurius", "mercurius")
WITH_ROWS: Final = Variant("Mercurius, rows kept", "mercurius", keeps="rows")
WITH_ANSWERS: Final = Variant("Mercurius, answers kept", "mercurius", keeps="answers")
HOT: Final = Variant("ours", settings=MUCH_MEMORY, by_id=True)
WARM: Final = Variant("ours", settings=MUCH_MEMORY | NO_ANSWERS)
COLD: Final = Variant("ours", settings=NO_MEMORY | NO_ANSWERS)


def without(variant: Variant, layer: str, setting: dict[str, str]) -> Variant:
    """Return the same with a layer off."""
    changed, (switch,) = dict(variant.settings) | setting, setting
    return msgspec.structs.replace(variant, name=f"ours, {layer}", settings=changed, switch=switch)


APART: Final = msgspec.structs.replace(COLD, name="ours, no coalescing", apart=True)
NATIVE: Final = msgspec.structs.replace(COLD, name="ours, rows in our own shape", native=True)
SHARED: Final = msgspec.structs.replace(COLD, name="ours", shared=True)
NEW_SELECTION: Final = without(WARM, "no pages kept finished", NO_PIECES)
AGAIN: Final = msgspec.structs.replace(HOT, name="ours, answers kept")
SERVICE: Final = msgspec.structs.replace(WARM, service=True)
SERVICE_COLD: Final = msgspec.structs.replace(COLD, name="ours, nothing in memory", service=True)
BY_LIBRARY: Final = without(COLD, "not compiled", NOT_COMPILED)


class Scenario(Struct, frozen=True):
    """One comparison. `people` are asked about at random, `at_once` of them in one request.

    `latency` are the milliseconds of the fastest and of the slowest system. A `fast` one is asked by wrk where that is:
    our own client could not ask as much as the bare server answers.
    """

    name: str
    variants: tuple[Variant, ...]
    document: str = ROWS
    clients: int = 32
    people: int = 10_000
    at_once: int | None = None
    latency: tuple[int, int] = (0, 0)
    sizes: Sizes = Sizes()
    fast: bool = False

    @property
    def possible(self) -> tuple[Variant, ...]:
        """Those of whom there is something to measure: where a layer has no switch, nobody is without it."""
        return tuple(one for one in self.variants if one.possible)

    def among(self, names: Collection[str]) -> "Scenario":
        """Return the same for those alone who are called so."""
        variants = tuple(one for one in self.variants if one.name in names)
        return msgspec.structs.replace(self, variants=variants)


SCENARIOS: Final = (
    Scenario(
        "hot",
        (BARE, WITH_ANSWERS, HOT, without(HOT, "no answers kept", NO_ANSWERS)),
        people=50,
        fast=True,
    ),
    Scenario(
        "warm",
        (BARE, WITH_ROWS, WARM, NEW_SELECTION, without(WARM, "not compiled", NOT_COMPILED)),
        people=50,
        fast=True,
    ),
    Scenario("l2", (MERCURIUS, SHARED), people=50),
    Scenario("cold", (PLAIN, MERCURIUS, COLD, APART, BY_LIBRARY, NATIVE)),
    Scenario("cold-128", (MERCURIUS, COLD), clients=128),
    Scenario("slow-1", (MERCURIUS, COLD), clients=1, latency=(15, 40)),
    Scenario("slow-32", (MERCURIUS, COLD, APART), latency=(15, 40)),
    Scenario("batch", (PLAIN, MERCURIUS, COLD, BY_LIBRARY), document=BATCH, clients=8, at_once=20),
    Scenario("small", (BARE, WITH_ROWS, WARM, AGAIN), document=SMALL, people=50, fast=True),
    Scenario("small-cold", (PLAIN, MERCURIUS, COLD), document=SMALL),
    Scenario("overview", (COLD, BY_LIBRARY), document=OVERVIEW),
    Scenario("overview-warm", (WARM,), document=OVERVIEW, people=50),
    Scenario(
        "large",
        (SERVICE, SERVICE_COLD),
        document=LARGE,
        clients=2,
        at_once=50,
        people=200,
        sizes=Sizes(60, 30, 20),
    ),
)
