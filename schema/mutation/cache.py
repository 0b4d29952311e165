"""Commands about what the gateway keeps."""

from typing import Annotated

import strawberry

from resolvers.commands import purge_cache
from resolvers.outdated import Outdated
from resolvers.refusal import bad_input
from schema.node import Info
from schema.shown import argument, show, shows, told
from sources.crn import Crn


@strawberry.input(
    description="What is out of date. Name a customer, or one part of a customer, or a system, or say `all`."
)
class PurgeCacheInput:
    """What purging needs."""

    idempotency_key: strawberry.ID | None = strawberry.field(
        default=None,
        description="As for every command, 16 to 64 letters, digits, _ and -. It may be left out: to purge twice is to "
        "purge once.",
    )
    crn: Crn | None = strawberry.field(
        default=None, description="A customer: whatever is kept under this number."
    )
    part: str | None = strawberry.field(
        default=None, description="Of that customer one part alone, named as in `sources { part }`."
    )
    system: str | None = strawberry.field(
        default=None,
        description="All that a system told, named as in `sources { system }`, of every customer.",
    )
    all: bool = strawberry.field(default=False, description="Everything that is kept of everybody.")

    def outdated(self) -> Outdated:
        """Return what is out of date; refuse what names nothing, or several things."""
        if [self.crn is not None, self.system is not None, self.all].count(True) != 1:
            raise bad_input("Name one thing to purge: `crn`, perhaps with `part`, or `system`, or `all`.")
        return Outdated(self.crn, self.part, self.system)


@shows(purge_cache.CachePurged)
class CachePurged:
    """It was purged: what is asked for from now on is read anew from its source."""

    everywhere: bool = told(
        "Whether every process of the gateway is sure to know. If not, a cache that they share could not be reached, "
        "and this one goes on telling, or they share none: another may show what it had for as long as it counts as "
        "fresh."
    )


@strawberry.type
class CacheMutations:
    """Commands about what the gateway keeps."""

    @strawberry.mutation(
        description="Let nothing of a customer, of a system or of anybody that was kept be shown again. Needs the "
        "scope `cache:purge`. It is on record before it is done, and shows nothing of anybody: the answer is the same "
        "whether the customer is known or not."
    )
    async def purge_cache(
        self, info: Info, input: Annotated[PurgeCacheInput, argument("What is out of date.")]
    ) -> CachePurged:
        """Purge the cache."""
        key = str(input.idempotency_key) if input.idempotency_key is not None else None
        asked = purge_cache.PurgeCache(input.outdated(), key)
        done: CachePurged = show(await purge_cache.purge_cache(info.context, asked))
        return done
