"""Whether a document can be trusted with running: it can be read, can be measured, and fits the schema."""

from collections.abc import Iterator
from typing import Final

from graphql import GraphQLError, NoDeprecatedCustomRule, parse, validate

from gateway.document_limits import OF_PARTNERS, OF_STAFF
from gateway.engine.errors import formatted
from gateway.engine.extent import MOST
from gateway.engine.limits import too_costly
from gateway.engine.prepared import Appraiser, Prepared

MOST_TOKENS: Final = 10_000
MOST_OVERLAPS: Final = 40_000
"""Ten times what is let in as text: validation takes a second for it."""


class MisfitError(Exception):
    """A document that cannot be trusted: the code of what is wrong, and in words what that is."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code: Final = code


class Checker:
    """Checks documents against a schema."""

    def __init__(self, appraiser: Appraiser) -> None:
        self.appraiser: Final = appraiser

    def prepared(self, text: str) -> Prepared:
        """Return a document that fits, ready to run; raise `MisfitError`. It may go further than any that is sent."""
        try:
            # where its parts stand in the text is half of what a document takes, and told to nobody
            document = parse(text, no_location=True, max_tokens=MOST_TOKENS)
            return self._checked(Prepared(document, self.appraiser, recurs=True))
        except RecursionError:
            raise MisfitError("QUERY_TOO_DEEP", "It goes too deep.") from None
        except GraphQLError as error:
            raise _misfit(error) from None

    def _checked(self, found: Prepared) -> Prepared:
        appraisal = found.appraisal
        if appraisal.extent.depth >= MOST:
            raise MisfitError("QUERY_TOO_DEEP", "It goes too deep.")
        if appraisal.overlaps is None or appraisal.overlaps > MOST_OVERLAPS:
            raise MisfitError("QUERY_TOO_COMPLEX", "It is too large to be measured.")
        if not appraisal.operations:
            raise MisfitError("GRAPHQL_VALIDATION_FAILED", "It holds no operation.")
        errors = found.errors()
        if errors:
            raise _misfit(errors[0])
        return found


def cost_of(prepared: Prepared) -> int:
    """Return what a document's dearest operation may cost where no variable says anything."""
    return max(prepared.appraisal.cost(number, None) for number in range(prepared.appraisal.operations))


def notes_on(prepared: Prepared, appraiser: Appraiser) -> Iterator[str]:
    """Yield what is no mistake, but good to know: what is deprecated, and whose text could not go so far."""
    for error in validate(appraiser.schema, prepared.document, [NoDeprecatedCustomRule]):
        yield error.message
    for who, limits in (("an officer or a service", OF_STAFF), ("a partner", OF_PARTNERS)):
        excess = prepared.appraisal.excess(limits) or too_costly(cost_of(prepared), limits)
        if excess is not None:
            yield f"As text of {who} it would be refused: {excess.code}."


def _misfit(error: GraphQLError) -> MisfitError:
    said = formatted(error, "")
    return MisfitError(said["extensions"]["code"], said["message"])
