"""What happened to manifests and to what was asked by them."""

from msgspec import Struct

from sources.words import Word


class Result(Word):
    """What came of looking for a document among those that are registered."""

    HIT = "hit", "It is one of them."
    UNKNOWN_ID = "unknown_id", "Its id is none of its caller's."
    MISMATCH = "mismatch", "The text that came with the id is another one."
    UNKNOWN_TEXT = "unknown_text", "It was sent as text, and is none of them."
    REGISTERED = "registered", "It was registered as it was sent, which development alone does."


class Looked(Struct, frozen=True):
    """A document was looked for."""

    result: Result


class DocumentUnknown(Struct, frozen=True):
    """Somebody named a document that is none of theirs: a front end newer than its manifest, perhaps.

    `passed_over`: so many more were since the last told.
    """

    passed_over: int = 0


class ManifestLoaded(Struct, frozen=True):
    """A manifest was read: how many documents it has, and how many of them are not used."""

    file: str
    documents: int
    left_out: int


class ManifestRejected(Struct, frozen=True):
    """A manifest cannot be used; what was read before of its file stays."""

    file: str
    reason: str


class LeftOut(Struct, frozen=True):
    """A document of a manifest is not used: the name of its operation, and the code of what is wrong with it."""

    file: str
    operation: str | None
    code: str
