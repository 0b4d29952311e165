"""Everybody opens somebody's letters, and tries the addresses that others were given."""

from itertools import product

from tests.running.attacks import LETTERS
from tests.running.besieging import Gateway
from tests.running.callers import ASKERS
from tests.running.canary import Bird
from tests.running.documents import MARK, OPEN, new_key


async def open_letters(gate: Gateway, bird: Bird) -> None:
    """Whoever may see somebody's letter opens it; everybody tries each address, and to open it themselves."""
    ids = set[str]()
    for caller in ASKERS:
        told = (await gate.ask(caller, LETTERS, crn=bird.crn)).body
        page = ((told.get("data") or {}).get("customer") or {}).get("correspondence") or {}
        ids |= {edge["node"]["document"]["id"] for edge in page.get("edges", ())}
    for id, caller in product(sorted(ids), ASKERS):
        for command, field in ((OPEN, "openDocument"), (MARK, "markDocumentViewed")):
            done = (await gate.ask(caller, command, input={"idempotencyKey": new_key(), "id": id})).body
            address = ((done.get("data") or {}).get(field) or {}).get("address")
            if address is not None:
                gate.addresses[caller, bird.stem] = address
    for address, caller in product(gate.addresses.values(), ASKERS):
        await gate.fetch(caller, address)
