"""Writes the code that completes a subtree: one function for each object type and selection in it.

What of the source text comes from a caller are the keys of the answer, and they are written by `repr`.
"""

from collections.abc import Callable
from types import GeneratorType
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.execution import optimized_is_awaitable

from gateway.engine.compiled.leaves import MISSING, completing
from gateway.engine.compiled.plain import Function, HandBack, NotPlain, Told, see_through, shown_by

Complete = Callable[[Any, Told], Any]


class Code(NamedTuple):
    """What completes a value. `steady` is whether of the same value the same comes, whoever asks, and whenever."""

    complete: Complete
    steady: bool


NO_OBJECTS: Final = (type(None), type(Undefined), GeneratorType)


class Selecting(NamedTuple):
    """What says which fields a selection comes to: fragments, variables and all."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    operation: OperationDefinitionNode

    def below(self, kind: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """Return the fields that are selected of an object; raise `NotPlain` where some are delivered later."""
        see_through(details)
        collected = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, kind, details
        )
        if collected.new_defer_usages:
            raise NotPlain
        return collected.grouped_field_set


class Where(NamedTuple):
    """What a type is told of the place where it is looked for: nothing that depends on the place."""

    schema: GraphQLSchema
    field_name: str = ""
    is_awaitable: Callable[[Any], bool] = optimized_is_awaitable


class Writer:
    """Writes functions into one namespace, the innermost first."""

    def __init__(self, selecting: Selecting) -> None:
        self._selecting = selecting
        self._names: dict[str, Any] = {
            "HandBack": HandBack,
            "as_list": as_list,
            "identity": id,
            "MISSING": MISSING,
        }
        self._source: list[str] = []
        self._number = 0
        self._steady = True

    def value(self, kind: Any, details: FieldDetailsList) -> Code:
        """Return what completes the value of a field; raise `NotPlain` where that cannot be written."""
        complete = self._compiled("complete", "v", [*self._value(kind, "v", details), "return v"])
        return Code(complete, self._steady)

    def fields(self, kind: GraphQLObjectType, fields: GroupedFieldSet) -> tuple[Complete, frozenset[str]]:
        """Return what completes the plain ones of an object's fields, and the keys of the others: those are None."""
        lines, items, others = list[str](), list[str](), set[str]()
        for key, details in fields.items():
            try:
                completed, name = self._field(kind, details)
            except NotPlain:
                others.add(key)
                completed, name = [], "None"
            lines += completed
            items.append(f"{key!r}: {name}")
        complete = self._compiled("complete", "o", [*lines, f"return {{{', '.join(items)}}}"])
        return complete, frozenset(others)

    def _compiled(self, name: str, argument: str, lines: list[str]) -> Complete:
        self._function(name, argument, lines)
        exec(compile("".join(self._source), "<compiled>", "exec"), self._names)  # noqa: S102  its own text
        found: Complete = self._names[name]
        return found

    def _function(self, name: str, argument: str, lines: list[str]) -> None:
        self._source.append(f"def {name}({argument}, i):\n" + "".join(f"    {line}\n" for line in lines))

    def _name(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number}"

    def _constant(self, value: Any, prefix: str) -> str:
        name = self._name(prefix)
        self._names[name] = value
        return name

    def _field(self, kind: GraphQLObjectType, details: FieldDetailsList) -> tuple[list[str], str]:
        """Return the lines that complete a field of the object `o`, and the name that then holds it."""
        see_through(details)
        name = details[0].node.name.value
        if name == "__typename":
            return [], repr(kind.name)
        field = self._selecting.schema.get_field(kind, name)
        shown, v = shown_by(field), self._name("v")
        if isinstance(shown, Function):
            self._steady = self._steady and shown.steady
            told = f"{self._constant(shown.function, 'tell')}(o{', info=i' if shown.informed else ''})"
        else:
            told = f"o.{shown}"
        return [f"{v} = {told}", *self._value(field.type, v, details)], v  # type: ignore[union-attr]

    def _value(self, kind: Any, v: str, details: FieldDetailsList) -> list[str]:
        """Return the lines that complete what the name `v` holds."""
        required = is_non_null_type(kind)
        inner = kind.of_type if required else kind
        if is_leaf_type(inner):
            return self._leaf(inner, v, null=not required)
        completed = f"{self._composite(inner, details)}({v}, i)"
        if required:
            return [f"if {v} is None: raise HandBack", f"{v} = {completed}"]
        return [f"if {v} is not None: {v} = {completed}"]

    def _composite(self, kind: Any, details: FieldDetailsList) -> str:
        """Return the name of the function that completes a list or an object that is there."""
        if is_list_type(kind):
            return self._list(kind, details)
        if is_abstract_type(kind):
            return self._abstract(kind, details)
        return self._object(kind, details)

    def _leaf(self, leaf: Any, v: str, *, null: bool) -> list[str]:
        return completing(leaf, v, self._constant, null=null)

    def _list(self, kind: GraphQLList[Any], details: FieldDetailsList) -> str:
        item = kind.of_type
        required = is_non_null_type(item)
        inner = item.of_type if isinstance(item, GraphQLNonNull) else item
        if is_leaf_type(inner):
            completed = self._name("leaf")
            self._function(completed, "x", [*self._leaf(inner, "x", null=not required), "return x"])
            each = f"{completed}(x, i)"
        else:
            completed = self._composite(inner, details)
            # a null where none may be has no class that is known, and is handed back
            each = f"{completed}(x, i)" if required else f"None if x is None else {completed}(x, i)"
        name = self._name("list")
        self._function(name, "v", [f"return [{each} for x in as_list(v)]"])
        return name

    def _object(self, kind: GraphQLObjectType, details: FieldDetailsList) -> str:
        lines, items = self._check(kind), []
        for key, below in self._selecting.below(kind, details).items():
            completed, name = self._field(kind, below)
            lines += completed
            items.append(f"{key!r}: {name}")
        function = self._name("object")
        self._function(function, "o", [*lines, f"return {{{', '.join(items)}}}"])
        return function

    def _check(self, kind: GraphQLObjectType) -> list[str]:
        """Return the lines that hand back what is no object of a type."""
        is_type_of, where = kind.is_type_of, Where(self._selecting.schema)
        if is_type_of is not None and not getattr(is_type_of, "by_class", False):
            told = f"{self._constant(is_type_of, 'is_type_of')}(o, {self._constant(where, 'where')})"
            return [f"if {told} is not True: raise HandBack"]
        known: set[type] = set()
        learn_of = learning(known) if is_type_of is None else checking(known, is_type_of, where)
        classes, learn = self._constant(known, "classes"), self._constant(learn_of, "learn")
        return [f"if o.__class__ not in {classes}: {learn}(o)"]

    def _abstract(self, kind: Any, details: FieldDetailsList) -> str:
        if kind.resolve_type is None:
            raise NotPlain
        schema = self._selecting.schema
        possible = {one.name: self._object(one, details) for one in schema.get_possible_types(kind)}
        resolve = self._constant(kind.resolve_type, "resolve_type")
        where, of = self._constant(Where(schema), "where"), self._constant(kind, "type")
        name, table = self._name("abstract"), self._name("table")
        self._function(name, "o", [f"return {table}[{resolve}(o, {where}, {of})](o, i)"])
        self._source.append(
            f"{table} = {{{', '.join(f'{key!r}: {value}' for key, value in possible.items())}}}\n"
        )
        return name


def learning(known: set[type]) -> Callable[[Any], None]:
    """Return what learns the classes whose instances are objects; an error, or what is yet to come, is handed back."""

    def learn(value: Any) -> None:
        if isinstance(value, (BaseException, *NO_OBJECTS)) or hasattr(value, "__await__"):
            raise HandBack
        known.add(value.__class__)

    return learn


def checking(known: set[type], is_type_of: Callable[[Any, Any], Any], where: Where) -> Callable[[Any], None]:
    """Return what learns the classes whose instances are of a type, where a value's class alone says whether it is."""

    def learn(value: Any) -> None:
        if is_type_of(value, where) is not True:
            raise HandBack
        known.add(value.__class__)

    return learn


def as_list(value: Any) -> Any:
    """Return a list or tuple as it is; whatever else is iterated over is handed back."""
    if value.__class__ is list or value.__class__ is tuple:
        return value
    raise HandBack
