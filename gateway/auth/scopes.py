"""The permissions that a caller of this gateway can have. What a token holds beyond them means nothing here."""

from sources.parts import PARTS

READ = frozenset({"crn:read", "overview:read", *(part.scope for part in PARTS if part.scope is not None)})
SEARCH = frozenset({"customer:search"})
SCOPES = READ | SEARCH
