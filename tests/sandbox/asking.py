"""The upstream systems of a small town, and questions to them in each system's own way."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
import msgspec

from sandbox import Town, crn
from sandbox.upstreams import Upstreams, running
from tests.sandbox.telling import ON

MARIA, SAM, NOBODY = crn(1), crn(14), "000999998H"
QUERY = "/services/data/v60.0/query"
DEBTS = "/sap/opu/odata/sap/DEBTS"
ONE = {
    "customer": "/people/{crn}",
    "restriction": "/restrictions/{crn}",
    "interaction": "/services/data/v60.0/customers/{crn}/interactions",
    "correspondence": "/crm/v3/objects/contacts/{crn}/messages",
    "debt": f"{DEBTS}/PartnerSet('{{crn}}')/Debts",
    "ownership": "/api/v1/ownerships/{crn}",
    "entitlement": "/api/v1/accounts/1/contacts/{crn}/entitlements",
}
KNOWN = {name: {"restriction": crn(10), "ownership": crn(7), "debt": MARIA}.get(name, MARIA) for name in ONE}
"""A customer of whom each system knows something."""
OTHER = {"restriction": crn(11), "debt": crn(6), "ownership": crn(8), "entitlement": crn(12)}
TWO = {name: [KNOWN[name], OTHER.get(name, SAM)] for name in ONE}


@cache
def town() -> list[tuple[str, dict[str, Any]]]:
    """The named people, as lines of JSON have them."""
    told = msgspec.to_builtins(list(Town(1, ON, 28)))
    return [(part, record) for part, record in told]


@dataclass
class Asking:
    """Systems and a way to ask them."""

    up: Upstreams
    http: httpx2.AsyncClient

    async def get(self, service: str, path: str, **more: Any) -> httpx2.Response:
        return await self.http.get(f"{self.up.addresses[service]}{path}", **more)

    async def post(self, service: str, path: str, told: Any, **more: Any) -> httpx2.Response:
        return await self.http.post(f"{self.up.addresses[service]}{path}", json=told, **more)

    async def one(self, service: str, number: str | None = None, **more: Any) -> httpx2.Response:
        """Ask for one customer."""
        return await self.get(service, ONE[service].format(crn=number or KNOWN[service]), **more)

    async def many(
        self, service: str, crns: Sequence[str] | None = None, since: str = "", **more: Any
    ) -> httpx2.Response:
        """Ask for several customers at once."""
        crns = TWO[service] if crns is None else crns
        match service:
            case "customer":
                return await self.post(service, "/people/lookup", {"personNumbers": crns})
            case "restriction":
                return await self.post(service, "/restrictions/lookup", crns)
            case "interaction":
                among = ",".join(f"'{number}'" for number in crns)
                after = f" AND Start__c >= {since}" if since else ""
                query = f"SELECT FIELDS(ALL) FROM Interaction__c WHERE Customer__c IN ({among}){after}"
                return await self.get(service, QUERY, params={"q": query, **more})
            case "correspondence":
                asked = {"inputs": [{"id": number} for number in crns], "createdAfter": since or None, **more}
                return await self.post(service, "/crm/v3/objects/messages/batch", asked)
            case "debt":
                wanted = " or ".join(f"Partner eq '{number}'" for number in crns)
                return await self.get(service, f"{DEBTS}/DebtSet", params={"$filter": wanted, **more})
            case "ownership":
                return await self.get(
                    service, "/api/v1/ownerships", params={"person_refs": ",".join(crns), **more}
                )
        path = "/api/v1/accounts/1/entitlements/filter"
        return await self.post(service, path, {"identifiers": crns}, params=more)


@asynccontextmanager
async def asking(page_rows: int | Mapping[str, int] = 5000) -> AsyncIterator[Asking]:
    """Systems that know the named people."""
    async with running(town(), page_rows=page_rows) as up, httpx2.AsyncClient(timeout=20) as http:
        yield Asking(up, http)


def rows(service: str, told: Any) -> list[Any]:
    """The rows of an answer."""
    match service:
        case "customer":
            found = told.get("people", [told])
        case "restriction":
            found = told if isinstance(told, list) else [told]
        case "interaction":
            found = told["records"]
        case "debt":
            found = told["d"]["results"]
        case "entitlement":
            found = told["payload"]
        case _:
            found = told["results"]
    assert isinstance(found, list)
    return found


def subject(service: str, row: Any) -> str:
    """Whom a row names."""
    name = {
        "customer": "personNumber",
        "restriction": "crn",
        "interaction": "Customer__c",
        "correspondence": "properties.contact",
        "debt": "Partner",
        "ownership": "person_ref",
        "entitlement": "contact.identifier",
    }[service]
    for part in name.split("."):
        row = row[part]
    return str(row)


def subjects(service: str, answer: httpx2.Response) -> list[str]:
    """Whom an answer's rows name, each once, in their order."""
    return list(dict.fromkeys(subject(service, row) for row in rows(service, answer.json())))


def records(part: str, *crns: str) -> list[dict[str, Any]]:
    """The records of these customers in the town."""
    return [record for found, record in town() if found == part and record["crn"] in crns]
