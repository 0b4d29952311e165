"""A request as it came, whose headers are looked up many times and read once."""

from collections.abc import Iterable
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

ALL: Final = "*"
"""What stands for all headers: no header is called so."""


class Indexed(Headers):
    """Headers that are found without going through all of them each time."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        listed = list(raw)
        super().__init__(raw=listed)
        found: dict[str, list[str]] = {}
        for name, value in listed:
            found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        self._found = found
        self.looked: set[str] = set()
        """The names of those that somebody asked for; `ALL` for all of them."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the first header of a name."""
        self.looked.add(key)
        values = self._found.get(key.lower())
        return default if values is None else values[0]

    def getlist(self, key: str) -> list[str]:
        """Return every header of a name."""
        self.looked.add(key)
        return list(self._found.get(key.lower(), ()))

    def __getitem__(self, key: str) -> str:
        self.looked.add(key)
        return self._found[key.lower()][0]

    def keys(self) -> list[str]:  # type: ignore[override]
        """Return the name of every header."""
        self.looked.add(ALL)
        return super().keys()

    def values(self) -> list[str]:  # type: ignore[override]
        """Return what every header says."""
        self.looked.add(ALL)
        return super().values()

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """Return every header."""
        self.looked.add(ALL)
        return super().items()

    def __contains__(self, key: Any) -> bool:
        self.looked.add(key)
        return isinstance(key, str) and key.lower() in self._found


class Incoming(Request):
    """A request over HTTP that was not looked for among all addresses."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._headers = Indexed(scope["headers"])

    @property
    def headers(self) -> Headers:
        """Its headers."""
        return self._headers
