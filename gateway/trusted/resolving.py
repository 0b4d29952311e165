"""From what a request asks to the document that is run: registered, or not."""

from typing import Final

from gateway.engine import Operation
from gateway.trusted.asked import Asked
from gateway.trusted.events import DocumentUnknown, Looked, Result
from gateway.trusted.labels import Labels
from gateway.trusted.manifest import hash_of
from gateway.trusted.mode import Mode
from gateway.trusted.registrations import Registrations
from gateway.trusted.shelf import Document, Shelf
from resolvers.refusal import Refusal
from sources.source import Observer

FOR_APOLLO: Final = "PersistedQueryNotFound"
"""What Apollo's clients read as: send the text, too."""


class Resolver:
    """Finds documents. `registrations` is there where a text may be registered as it is sent."""

    def __init__(
        self, shelf: Shelf, mode: Mode, observe: Observer, registrations: Registrations | None = None
    ) -> None:
        self.shelf: Final = shelf
        self._mode = mode
        self._observe = observe
        self._registrations = registrations
        self._labels = Labels()

    def resolved(self, asked: Asked, client: str | None) -> Operation:
        """Return the operation that a client asks for; refuse one that it may not, or that is none of its own.

        Of an id that nobody has, and of one that another client has, the same is said.
        """
        if asked.id is None:
            return self._by_text(asked, client, asked.text or "")
        found = self.shelf.find(client, asked.id)
        if found is None:
            return self._unknown(asked, client, asked.id)
        if asked.text is not None and asked.text != found.text:
            raise self._refusal(Result.MISMATCH, "DOCUMENT_MISMATCH")
        return self._hit(found, asked)

    def _by_text(self, asked: Asked, client: str | None, text: str) -> Operation:
        if self._mode is Mode.OFF and self.shelf.is_empty:
            return _adhoc(asked, text)
        found = self.shelf.find(client, hash_of(text))
        if found is not None and found.text == text:
            return self._hit(found, asked)
        if self._mode is Mode.ENFORCE:
            raise self._refusal(Result.UNKNOWN_TEXT, "DOCUMENT_NOT_ALLOWED")
        if self._mode is Mode.LOG:
            self._observe(Looked(Result.UNKNOWN_TEXT))
        return _adhoc(asked, text)

    def _unknown(self, asked: Asked, client: str | None, key: str) -> Operation:
        if self._registrations is None or not asked.automatic:
            self._observe(DocumentUnknown())
            raise self._refusal(Result.UNKNOWN_ID, "DOCUMENT_NOT_FOUND")
        text = asked.text
        if text is None:
            text = self._registrations.find(client, key)
            if text is None:
                raise self._refusal(Result.UNKNOWN_ID, "PERSISTED_QUERY_NOT_FOUND", FOR_APOLLO)
            return self._by_text(asked, client, text)
        if hash_of(text) != key:
            raise self._refusal(Result.MISMATCH, "DOCUMENT_MISMATCH")
        self._registrations.add(client, key, text)
        self._observe(Looked(Result.REGISTERED))
        return self._by_text(asked, client, text)

    def _hit(self, found: Document, asked: Asked) -> Operation:
        self._observe(Looked(Result.HIT))
        prepared = found.prepared
        return Operation(
            found.text,
            asked.variables,
            prepared.name(asked.name) or asked.name,
            prepared,
            self._labels.of(prepared, asked.name),
        )

    def _refusal(self, result: Result, code: str, detail: str | None = None) -> Refusal:
        self._observe(Looked(result))
        return Refusal(code, detail)


def _adhoc(asked: Asked, text: str) -> Operation:
    return Operation(text, asked.variables, asked.name)
