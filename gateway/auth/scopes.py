"""The permissions that a caller of this gateway can have. What a token holds beyond them means nothing here."""

from sources.parts import PARTS

GUARDED = frozenset(scope for part in PARTS for _, scope in part.guarded)
READ = GUARDED | {"crn:read", "overview:read", *(part.scope for part in PARTS if part.scope is not None)}
SEARCH = frozenset({"customer:search"})
BREAK_GLASS = frozenset({"breakglass:use"})
SCOPES = READ | SEARCH | BREAK_GLASS
