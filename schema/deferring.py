"""What of a query is answered later: a deferred fragment of a customer loads its own parts when its turn comes."""

from collections.abc import Sequence
from typing import Any
from weakref import ref

from graphql import GraphQLObjectType, located_error
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.customer import Picture, fuller
from resolvers.refusal import Refusal
from schema.gaps import tell_gap
from schema.wanted import SECTION_PARTS
from sources.parts import Part

BELOW_ZERO = "A list is streamed from an initialCount of 0 or more."


def _weakly(executor: Any, name: str) -> Any:
    """Return what calls a method of an executor for as long as that is there.

    The library binds it: an executor holds itself then, and with it all that its request loaded, until somebody looks
    for what only holds itself.
    """
    own = ref(executor)

    def call(values: Sequence[Any]) -> Any:
        there = own()
        return getattr(there, name)(values) if there is not None else None

    return call


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Executes operations, in parts where they ask for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.async_helpers = GraphQLResolveInfoHelpers(
            gather=_weakly(self, "gather_async_work"), track=_weakly(self, "track_async_work")
        )

    def execute_execution_group(
        self,
        delivery_groups: Sequence[Any],
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        delivery_group_map: Any,
    ) -> Any:
        """Execute fields that were deferred together; those of a customer once their parts are there."""

        def executed(source: Any) -> Any:
            return super(Executor, self).execute_execution_group(
                delivery_groups, parent_type, source, path, grouped_field_set, delivery_group_map
            )

        if not isinstance(source_value, Picture):
            return executed(source_value)
        names = {key: found[0].node.name.value for key, found in grouped_field_set.items()}
        place = tuple(path.as_list()) if path is not None else ()
        lacking = source_value.lacks(
            dict.fromkeys(part for name in names.values() for part in SECTION_PARTS.get(name, ()))
        )
        if not lacking:
            _tell_gaps(source_value, names, place)
            return executed(source_value)

        async def later() -> Any:
            picture = await _with(source_value, lacking, place)
            _tell_gaps(picture, names, place)
            result = executed(picture)
            return await result if self.is_awaitable(result) else result

        return later()

    def get_stream_usage(self, field_details_list: Any, path: Any) -> Any:
        """Return how a list is streamed, None where it is not; refuse a count below zero."""
        try:
            return super().get_stream_usage(field_details_list, path)
        except ValueError:
            raise Refusal("BAD_USER_INPUT", BELOW_ZERO) from None


async def _with(picture: Picture, parts: list[Part[Any]], place: Sequence[str | int]) -> Picture:
    try:
        return await fuller(picture, parts)
    except Exception as error:
        raise located_error(error, None, list(place)) from error  # it is the whole fragment that is not there


def _tell_gaps(picture: Picture, names: dict[str, str], place: tuple[str | int, ...]) -> None:
    for key, name in names.items():
        tell_gap(picture, name, (*place, key))
