"""The permissions that a caller of this gateway can have. What a token holds beyond them means nothing here."""

from resolvers.caller import SCHEMA_READ
from resolvers.commands.purge_cache import CACHE_PURGE
from sources.parts import PARTS

GUARDED = frozenset(scope for part in PARTS for _, scope in part.guarded)
READ = GUARDED | {"crn:read", "overview:read", *(part.scope for part in PARTS if part.scope is not None)}
SEARCH = frozenset({"customer:search"})
BREAK_GLASS = frozenset({"breakglass:use"})
PURGE = frozenset({CACHE_PURGE})
DESCRIBE = frozenset({SCHEMA_READ})
SCOPES = READ | SEARCH | BREAK_GLASS | PURGE | DESCRIBE
