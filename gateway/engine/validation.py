"""Whether a document fits the schema, told by the library's rules: those first that are cheap whatever they look at.

The others compare and follow what the first have vouched for: every fragment is there once and used, and none contains
itself. Only then does what was measured of a document (`limits.py`) bound what its validation takes.
"""

from typing import Any, Final

from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutableDefinitionsRule,
    GraphQLError,
    GraphQLSchema,
    KnownFragmentNamesRule,
    LoneAnonymousOperationRule,
    NoFragmentCyclesRule,
    NoSchemaIntrospectionCustomRule,
    NoUnusedFragmentsRule,
    ObjectValueNode,
    UniqueFragmentNamesRule,
    UniqueOperationNamesRule,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from resolvers.refusal import Refusal

MOST_ERRORS: Final = 20
MOST_OF_AN_OBJECT: Final = 50
"""Fields of an object in the text: the library writes the whole object out for each that its type does not know."""


class SmallObjectsRule(ASTValidationRule):
    """Refuses objects of very many fields."""

    def enter_object_value(self, node: ObjectValueNode, *_: Any) -> None:
        """Look at one object."""
        if len(node.fields or ()) > MOST_OF_AN_OBJECT:
            said = f"An object has {MOST_OF_AN_OBJECT} fields at most in a document."
            self.report_error(GraphQLError("", node, original_error=Refusal("QUERY_TOO_COMPLEX", said)))


FIRST: Final = (
    ExecutableDefinitionsRule,
    UniqueOperationNamesRule,
    LoneAnonymousOperationRule,
    UniqueFragmentNamesRule,
    KnownFragmentNamesRule,
    NoUnusedFragmentsRule,
    NoFragmentCyclesRule,
    SmallObjectsRule,
)
THEN: Final = (
    *(rule for rule in specified_rules if rule not in FIRST),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


def errors_of(schema: GraphQLSchema, document: DocumentNode, *, introspects: bool) -> list[GraphQLError]:
    """Return what of a document does not fit a schema, as much as there is to say to one caller.

    Whoever does not introspect is told nothing of what there is instead.
    """
    how: Any = {"max_errors": MOST_ERRORS, "hide_suggestions": not introspects}
    then = THEN if introspects else (*THEN, NoSchemaIntrospectionCustomRule)
    return validate(schema, document, FIRST, **how) or validate(schema, document, then, **how)
