"""The schema of the products, as the suite describes it, written as ours is. What it shows is in `stock`."""

from typing import Any, Final

import strawberry
from strawberry.federation import Schema
from strawberry.federation.schema_directives import Override
from strawberry.schema_directive import Location

from schema.build import Silent
from schema.cost import some
from tests.clients.products import stock

VERSION: Final = "2.3"
"""The newest that the suite takes."""
FEW: Final = 5
"""How many things a list here holds at most: a list of which nobody says so counts as a long one."""


@strawberry.federation.schema_directive(
    locations=[Location.OBJECT],
    name="custom",
    compose=True,
    import_url="https://myspecs.dev/myCustomDirective/v1.0",
)
class Custom:
    """A directive of a specification of somebody's own."""


@strawberry.type
class ProductVariation:
    id: strawberry.ID


@strawberry.type
class CaseStudy:
    case_number: strawberry.ID
    description: str | None


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch:
    study: CaseStudy
    outcome: str | None

    @classmethod
    def resolve_reference(cls, study: dict[str, str]) -> "ProductResearch | None":
        number = study["caseNumber"]
        return research(number) if number in stock.STUDIES else None


@strawberry.federation.type(shareable=True)
class ProductDimension:
    size: str | None
    weight: float | None
    unit: str | None = strawberry.federation.field(inaccessible=True)


@strawberry.federation.type(keys=["email"], extend=True)
class User:
    """Somebody of whom the users' subgraph knows more. What is external is a key, provided, or came from there."""

    email: strawberry.ID = strawberry.federation.field(external=True)
    total_products_created: int | None = strawberry.federation.field(external=True)
    years_of_employment: int = strawberry.federation.field(external=True)

    @strawberry.federation.field(requires=["totalProductsCreated yearsOfEmployment"])
    def average_products_created_per_year(self) -> int | None:
        """Whole products in a year."""
        created, years = self.total_products_created, self.years_of_employment
        return round(created / years) if created is not None and years else None

    @strawberry.federation.field(override=Override(override_from="users"))
    def name(self) -> str | None:
        return stock.NAMES.get(self.email)

    @classmethod
    def resolve_reference(
        cls,
        email: str,
        totalProductsCreated: int | None = None,  # noqa: N803 - named as in a representation
        yearsOfEmployment: int = 0,  # noqa: N803
    ) -> "User | None":
        if email not in stock.NAMES:
            return None
        return cls(
            email=strawberry.ID(email),
            total_products_created=totalProductsCreated,
            years_of_employment=yearsOfEmployment,
        )


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct:
    sku: str
    package: str
    reason: str | None
    created_by: User | None

    @classmethod
    def resolve_reference(cls, sku: str, package: str) -> "DeprecatedProduct | None":
        return deprecated(sku, package)


@strawberry.federation.type(keys=["id", "sku package", "sku variation { id }"], directives=[Custom()])
class Product:
    id: strawberry.ID
    sku: str | None
    package: str | None
    variation: ProductVariation | None
    dimensions: ProductDimension | None
    created_by: User | None = strawberry.federation.field(provides=["totalProductsCreated"])
    notes: str | None = strawberry.federation.field(tags=["internal"])
    research: list[ProductResearch] = strawberry.field(directives=[some(FEW)])

    @classmethod
    def resolve_reference(cls, **key: Any) -> "Product | None":
        return next((shown(one) for one in stock.PRODUCTS if one.has(key)), None)


@strawberry.federation.interface_object(keys=["id"])
class Inventory:
    id: strawberry.ID

    @strawberry.field(directives=[some(FEW)])
    def deprecated_products(self) -> list[DeprecatedProduct]:
        held = stock.INVENTORIES[self.id]
        return [found for sku, package in held if (found := deprecated(sku, package))]

    @classmethod
    def resolve_reference(cls, id: str) -> "Inventory | None":
        return cls(id=strawberry.ID(id)) if id in stock.INVENTORIES else None


@strawberry.type
class Query:
    @strawberry.field
    def product(self, id: strawberry.ID) -> Product | None:
        return Product.resolve_reference(id=id)

    @strawberry.field(deprecation_reason="Use product query instead")
    def deprecated_product(self, sku: str, package: str) -> DeprecatedProduct | None:
        return deprecated(sku, package)


class Products(Silent, Schema):
    """A subgraph by the library's own means, as quiet as ours."""


def graph() -> Products:
    """The schema of the products."""
    return Products(query=Query, types=[Inventory], federation_version=VERSION)


def maker() -> User:
    """Who made everything here."""
    email, created, years = stock.MAKER
    return User(email=strawberry.ID(email), total_products_created=created, years_of_employment=years)


def research(number: str) -> ProductResearch:
    study = CaseStudy(case_number=strawberry.ID(number), description=stock.STUDIES[number])
    return ProductResearch(study=study, outcome=None)


def deprecated(sku: str, package: str) -> DeprecatedProduct | None:
    reason = stock.DEPRECATED.get((sku, package))
    return DeprecatedProduct(sku=sku, package=package, reason=reason, created_by=maker()) if reason else None


def shown(one: stock.Item) -> Product:
    return Product(
        id=strawberry.ID(one.id),
        sku=one.sku,
        package=one.package,
        variation=ProductVariation(id=strawberry.ID(one.variation)),
        dimensions=ProductDimension(size="small", weight=1.0, unit="kg"),
        created_by=maker(),
        notes=None,
        research=[research(one.study)],
    )
