"""Plain Strawberry, as its documentation shows it: its ASGI view, aiodataloader, httpx. In an environment of its own.

PORT, and where the systems are. The loaders live as long as a request.
"""

import sys
from collections import defaultdict
from typing import Any, NewType

import httpx
import strawberry
import uvicorn
from aiodataloader import DataLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

Row = dict[str, Any]
CRN = NewType("CRN", str)
client: httpx.AsyncClient


@strawberry.type
class Name:
    family: str
    given: str | None


@strawberry.type
class ContactPoint:
    kind: str
    value: str


@strawberry.type
class Profile:
    title: str | None
    gender: str | None
    date_of_birth: str | None
    marital_status: str | None
    names: list[Name]
    contact_points: list[ContactPoint]


@strawberry.type
class Interaction:
    id: strawberry.ID
    started_at: str
    kind: str
    channel: str
    direction: str
    title: str
    outcome: str
    officer: str | None
    summary: str | None


@strawberry.type
class InteractionEdge:
    node: Interaction


@strawberry.type
class InteractionConnection:
    edges: list[InteractionEdge]


@strawberry.type
class Correspondence:
    id: strawberry.ID
    issue_date: str
    created_at: str
    channel: str
    direction: str
    title: str
    status: str
    template: str | None
    description: str | None


@strawberry.type
class CorrespondenceEdge:
    node: Correspondence


@strawberry.type
class CorrespondenceConnection:
    edges: list[CorrespondenceEdge]


@strawberry.type
class Money:
    amount: str
    currency: str


@strawberry.type
class Debt:
    id: strawberry.ID
    benefit_type: str
    reason: str
    status: str
    registered_at: str
    total: Money


@strawberry.type
class DebtAccount:
    debts: list[Debt]


@strawberry.type
class Lock:
    id: strawberry.ID
    business_area: str
    officer: str | None
    locked_at: str
    reason: str | None


@strawberry.type
class Ownership:
    lock: Lock | None


def interaction(row: Row) -> Interaction:
    names = "id kind channel direction title outcome officer summary".split()
    return Interaction(started_at=row["startedAt"], **{name: row[name] for name in names})


def letter(row: Row) -> Correspondence:
    names = "id channel direction title status template description".split()
    told = {name: row[name] for name in names}
    return Correspondence(issue_date=row["issueDate"], created_at=row["createdAt"], **told)


def debt(row: Row) -> Debt:
    told = {name: row[name] for name in ("id", "reason", "status")}
    total = Money(**row["total"])
    return Debt(benefit_type=row["benefitType"], registered_at=row["registeredAt"], total=total, **told)


@strawberry.type
class Customer:
    crn: CRN
    record_type: str
    profile: Profile

    @strawberry.field
    async def interactions(self, info: strawberry.Info, first: int = 20) -> InteractionConnection:
        rows = await info.context["interactions"].load(self.crn)
        return InteractionConnection(edges=[InteractionEdge(node=interaction(row)) for row in rows])

    @strawberry.field
    async def correspondence(self, info: strawberry.Info, first: int = 20) -> CorrespondenceConnection:
        rows = await info.context["correspondence"].load(self.crn)
        return CorrespondenceConnection(edges=[CorrespondenceEdge(node=letter(row)) for row in rows])

    @strawberry.field
    async def debts(self, info: strawberry.Info) -> DebtAccount:
        rows = await info.context["debts"].load(self.crn)
        return DebtAccount(debts=[debt(row) for row in rows])

    @strawberry.field
    async def ownership(self, info: strawberry.Info) -> Ownership:
        (row,) = await info.context["ownership"].load(self.crn)
        lock = row["lock"]
        told = {name: lock[name] for name in ("id", "officer", "reason")}
        return Ownership(lock=Lock(business_area=lock["businessArea"], locked_at=lock["lockedAt"], **told))


def customer_of(row: Row) -> Customer:
    profile = Profile(
        title=row["title"],
        gender=row["gender"],
        date_of_birth=row["dateOfBirth"],
        marital_status=row["maritalStatus"],
        names=[Name(**name) for name in row["names"]],
        contact_points=[ContactPoint(**point) for point in row["contactPoints"]],
    )
    return Customer(crn=row["crn"], record_type=row["recordType"], profile=profile)


@strawberry.type
class Query:
    @strawberry.field
    async def customer(self, info: strawberry.Info, crn: CRN) -> Customer | None:
        (row,) = await info.context["customers"].load(crn)
        return customer_of(row)

    @strawberry.field
    async def customers(self, info: strawberry.Info, crns: list[CRN]) -> list[Customer | None]:
        found = await info.context["customers"].load_many(crns)
        return [customer_of(row) for (row,) in found]


def loader(endpoint: str) -> DataLoader[str, list[Row]]:
    async def load(crns: list[str]) -> list[list[Row]]:
        answer = await client.get(f"/{endpoint}", params={"crn": ",".join(crns)})
        answer.raise_for_status()
        by: dict[str, list[Row]] = defaultdict(list)
        for row in answer.json():
            by[row["crn"]].append(row)
        return [by[crn] for crn in crns]

    return DataLoader(load)


class View(GraphQL):
    async def get_context(self, request: Any, response: Any) -> Any:
        endpoints = ("customers", "interactions", "correspondence", "debts", "ownership")
        return {endpoint: loader(endpoint) for endpoint in endpoints}


async def ready(request: Request) -> Response:
    return PlainTextResponse("ready")


if __name__ == "__main__":
    client = httpx.AsyncClient(base_url=sys.argv[2], timeout=30)
    config = StrawberryConfig(scalar_map={CRN: strawberry.scalar(name="CRN")})
    app = Starlette()
    view: Any = View(strawberry.Schema(Query, config=config))
    app.add_route("/graphql", view, methods=["GET", "POST"])
    app.add_route("/health/ready", ready)
    uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, lifespan="off")
