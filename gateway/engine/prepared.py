"""Documents that are ready to run: read, measured and checked once, and kept for whoever sends them again."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse
from msgspec import Struct

from gateway.engine.compiled import Plans
from gateway.engine.cost import Pricer
from gateway.engine.extent import operations_of
from gateway.engine.limits import Appraisal, appraise
from gateway.engine.undeferred import undeferred
from gateway.engine.validation import errors_of
from resolvers.refusal import Refusal

TOKENS_KEPT: Final = 50_000
"""How long all documents that are kept may be together: a token takes about half a kilobyte."""

NO_OPERATION: Final = "The document holds no such operation, or several and none was named."


class Appraiser(Struct, frozen=True):
    """Looks at documents with the eyes of a schema. `introspects` is whether they may ask about the schema itself."""

    schema: GraphQLSchema
    introspects: bool

    def appraise(self, document: DocumentNode) -> Appraisal:
        """Return what a document comes to."""
        return appraise(document, Pricer(self.schema), introspects=self.introspects)

    def errors(self, document: DocumentNode) -> Sequence[GraphQLError]:
        """Return what of a document does not fit the schema."""
        return errors_of(self.schema, document, introspects=self.introspects)


class Prepared:
    """A document that could be read, and what it comes to. One that `recurs` is known to be sent again and again."""

    def __init__(self, document: DocumentNode, appraiser: Appraiser, *, recurs: bool = False) -> None:
        self.document: Final = document
        self.appraisal: Final = appraiser.appraise(document)
        self.appraiser: Final = appraiser
        self.whole: Final = undeferred(document)
        """The document without what asks for an answer in parts: itself, where nothing does."""
        self.plans: Final = Plans(document, at_once=recurs)
        self._errors: Sequence[GraphQLError] | None = None
        self._numbers: Final[Mapping[str | None, int]] = _numbered(document)
        self._operations: Final = operations_of(document)

    def number(self, name: str | None) -> int:
        """Return the number of an operation, by its name or as the only one; refuse where it cannot be told which."""
        found = self._numbers.get(name)
        if found is None:
            raise Refusal("GRAPHQL_VALIDATION_FAILED", NO_OPERATION)
        return found

    def type_of(self, name: str | None) -> str | None:
        """Return query, mutation or subscription; None where it cannot be told which operation is meant."""
        found = self._numbers.get(name)
        return self._operations[found].operation.value if found is not None else None

    def name(self, asked: str | None) -> str | None:
        """Return what an operation is called, asked for by its name or as the only one; None where it has no name."""
        found = self._numbers.get(asked)
        named = self._operations[found].name if found is not None else None
        return named.value if named is not None else None

    def errors(self) -> Sequence[GraphQLError]:
        """Return what does not fit the schema. This is what costs: first see that the document is within its limits."""
        if self._errors is None:
            self._errors = self.appraiser.errors(self.document)
        return self._errors


class Table:
    """The documents that were sent lately. Of the longest unused it forgets, when they are too long together."""

    def __init__(self, appraiser: Appraiser, most_tokens: int, kept: int = TOKENS_KEPT) -> None:
        self.appraiser = appraiser
        self._most = most_tokens
        self._room = kept
        self._kept: OrderedDict[bytes, Prepared] = OrderedDict()
        self._last: tuple[str | None, Prepared | Exception] = (None, GraphQLError("nothing was read"))

    def prepare(self, text: str) -> Prepared:
        """Return a document, ready; raise `GraphQLError` when it cannot be read, or is too long for anybody."""
        if text is not self._last[0]:  # of one request it is asked for several times
            self._last = (text, self._read(text))
        found = self._last[1]
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def _read(self, text: str) -> Prepared | Exception:
        key = sha256(text.encode("utf-8", "surrogatepass")).digest()
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        try:
            prepared = Prepared(parse(text, max_tokens=self._most), self.appraiser)
        except (GraphQLError, RecursionError) as error:
            return error
        self._room -= prepared.document.token_count
        self._kept[key] = prepared
        while self._room < 0:
            _, oldest = self._kept.popitem(last=False)
            self._room += oldest.document.token_count
        return prepared


def _numbered(document: DocumentNode) -> dict[str | None, int]:
    operations = operations_of(document)
    numbers: dict[str | None, int] = {
        one.name.value: number for number, one in enumerate(operations) if one.name is not None
    }
    if len(operations) == 1:
        numbers[None] = 0
    return numbers
