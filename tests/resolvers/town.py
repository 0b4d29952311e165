"""A body that knows twenty people, for what loads them."""

import asyncio

from sources.parts import CUSTOMER, DEBT, PARTS, RESTRICTION
from tests.people import Body
from tests.records import crn, customer, debt, history

ALL = [part for part in PARTS if part is not RESTRICTION]
PEOPLE = [crn(number) for number in range(1, 21)]


def town() -> Body:
    """A body that knows twenty people, each with a debt."""
    body = Body()
    for person in PEOPLE:
        body.tell(CUSTOMER, customer(person), person)
        body.tell(DEBT, history(debt("100", body.clock(), crn=person, id=f"D{person}")), person)
    return body


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)
