"""The library's executor, with compiled code for what only looks attributes up.

Resolvers, arguments, errors, paths and nulls stay the library's. Where compiled code meets a value that is not what
its type promises, the library completes that same value, and says what is wrong with it.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, Final

import msgspec
from graphql import GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import (
    CollectedFields,
    DeferUsage,
    FieldDetailsList,
    GroupedFieldSet,
)
from graphql.pyutils import Path

from cache.pieces import Pieces
from gateway.engine.compiled.plain import Told
from gateway.engine.compiled.plans import Plans, Variant
from gateway.engine.compiled.writer import Code, Selecting
from schema.deferring import Executor

PLANS: Final = "plans"
"""Under which name what is compiled of a document comes along with an operation."""
PIECES: Final = "pieces"
"""Under which name what keeps finished pieces of answers comes along, of an answer that leaves as it is written."""

_ENCODER: Final = msgspec.json.Encoder()


class CompiledExecutor(Executor):
    """Executes one operation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._variant = self._chosen()
        self._told = Told(self.context_value)
        self._selecting = Selecting(self.schema, self.fragments, self.variable_values, self.operation)
        self._pieces: Pieces | None = (self.operation_extensions or {}).get(PIECES)
        self._values: dict[tuple[int, int], tuple[FieldDetailsList, Code | None]] = {}

    def _chosen(self) -> Variant | None:
        plans: Plans | None = (self.operation_extensions or {}).get(PLANS)
        watched = self.middleware_manager is not None and self.middleware_manager.middlewares
        if plans is None or watched or not self.error_propagation:
            return None
        return plans.variant(self.variable_values.coerced)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Execute a field: as the library does, but for what it does with plain arguments."""
        variant = self._variant if position_context is None else None
        found = (
            variant.direct(self._selecting, parent_type, field_details_list) if variant is not None else None
        )
        given = found.given(self.variable_values) if found is not None else None
        if found is None or given is None:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        kind = found.field.type
        info = self.build_resolve_info(found.field, found.nodes, parent_type, path)
        try:
            result = found.call(source, info, given)
            if self.is_awaitable(result):
                return self.complete_awaitable_value(kind, field_details_list, info, path, result, None)
            completed = self.complete_value(kind, field_details_list, info, path, result, None)
            if self.is_awaitable(completed):
                return self._completed_later(kind, field_details_list, path, completed)
        except Exception as error:
            self.handle_field_error(error, kind, field_details_list, path)
            return None
        return completed

    async def _completed_later(
        self, kind: Any, field_details_list: FieldDetailsList, path: Path, completed: Awaitable[Any]
    ) -> Any:
        try:
            return await completed
        except Exception as error:
            self.handle_field_error(error, kind, field_details_list, path)
            return None

    def collect_subfields(
        self, return_type: GraphQLObjectType, field_details_list: FieldDetailsList
    ) -> CollectedFields:
        """Return which fields a selection comes to: for the same variables, it comes to the same each time."""
        if self._variant is not None:
            found = self._variant.collected(self._selecting, return_type, field_details_list)
            if found is not None:
                return found
        return super().collect_subfields(return_type, field_details_list)

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
                code = variant.value(self._selecting, info.parent_type, return_type, field_details_list)
                known = self._values[key] = (field_details_list, code)
            if known[1] is not None:
                try:
                    return self._completed(known[1], result)
                except Exception:  # whatever it is, the library says it
                    variant.handed_back()
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _completed(self, code: Code, result: Any) -> Any:
        """Return a value completed, a piece of an answer that is kept as it was written the first time."""
        pieces = self._pieces if code.steady else None
        piece = pieces.of(result) if pieces is not None else None
        if pieces is None or piece is None:
            return code.complete(result, self._told)
        written = pieces.written(piece, code.complete)
        if written is not None:
            return written
        completed = code.complete(result, self._told)
        try:
            written = _ENCODER.encode(completed)
        except UnicodeEncodeError:  # half a character: whoever writes the answer meets it, too
            return completed
        raw = msgspec.Raw(written)
        pieces.write(piece, code.complete, raw, len(written))
        return raw

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
            rest = self._variant.rest(self._selecting, parent_type, grouped_field_set)
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

    def _joined(self, shown: dict[str, Any], others: Any) -> Any:
        if self.is_awaitable(others):
            return _awaited(shown, others)
        shown.update(others)
        return shown


async def _awaited(shown: dict[str, Any], others: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    shown.update(await others)
    return shown
