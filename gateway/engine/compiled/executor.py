"""The library's executor, with compiled code for what only looks attributes up.

Resolvers, arguments, errors, paths and nulls stay the library's. Where compiled code meets a value that is not what
its type promises, the library completes that same value, and says what is wrong with it.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, Final

from graphql import GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import DeferUsage, FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path
from msgspec import Struct

from gateway.engine.compiled.plain import Told
from gateway.engine.compiled.plans import Plans, Variant
from gateway.engine.compiled.writer import Complete, Selecting
from schema.deferring import Executor

PLANS: Final = "plans"
"""Under which name what is compiled of a document comes along with an operation."""


class Rest(Struct, frozen=True):
    """What completes the plain fields of an object, and the fields that are left to the library."""

    complete: Complete
    fields: GroupedFieldSet


class CompiledExecutor(Executor):
    """Executes one operation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._variant = self._chosen()
        self._told = Told(self.context_value)
        self._selecting = Selecting(self.schema, self.fragments, self.variable_values, self.operation)
        self._values: dict[tuple[int, int], tuple[FieldDetailsList, Complete | None]] = {}
        self._rests: dict[tuple[str, int], tuple[GroupedFieldSet, Rest | None]] = {}

    def _chosen(self) -> Variant | None:
        plans: Plans | None = (self.operation_extensions or {}).get(PLANS)
        watched = self.middleware_manager is not None and self.middleware_manager.middlewares
        if plans is None or watched or not self.error_propagation:
            return None
        return plans.variant(self.variable_values.coerced)

    def complete_value(
        self,
        return_type: Any,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete the value of a field."""
        variant = self._variant
        if (
            variant is not None
            and position_context is None
            and field_details_list[0].node.selection_set is not None
        ):
            key = (id(return_type), id(field_details_list))
            known = self._values.get(key)
            if known is None:
                complete = variant.value(self._selecting, info.parent_type, return_type, field_details_list)
                known = self._values[key] = (field_details_list, complete)
            if known[1] is not None:
                try:
                    return known[1](result, self._told)
                except Exception:  # whatever it is, the library says it
                    variant.handed_back()
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def execute_collected_subfields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path,
        grouped_field_set: GroupedFieldSet,
        new_defer_usages: Sequence[DeferUsage],
        position_context: Any,
    ) -> Any:
        """Execute the fields of an object: the plain ones at once, the others as the library does."""
        if self._variant is not None and position_context is None and not new_defer_usages:
            rest = self._rest(self._variant, parent_type, grouped_field_set)
            if rest is not None:
                try:
                    shown = rest.complete(source_value, self._told)
                except Exception:  # whatever it is, the library says it
                    self._variant.handed_back()
                else:
                    return self._joined(
                        shown, self.execute_fields(parent_type, source_value, path, rest.fields, None)
                    )
        return super().execute_collected_subfields(
            parent_type, source_value, path, grouped_field_set, new_defer_usages, position_context
        )

    def _rest(self, variant: Variant, kind: GraphQLObjectType, fields: GroupedFieldSet) -> Rest | None:
        key = (kind.name, id(fields))
        known = self._rests.get(key)
        if known is None:
            split = variant.split(self._selecting, kind, fields)
            rest = None
            if split is not None:
                rest = Rest(split.complete, {one: fields[one] for one in fields if one in split.others})
            known = self._rests[key] = (fields, rest)
        return known[1]

    def _joined(self, shown: dict[str, Any], others: Any) -> Any:
        if self.is_awaitable(others):
            return _awaited(shown, others)
        shown.update(others)
        return shown


async def _awaited(shown: dict[str, Any], others: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    shown.update(await others)
    return shown
