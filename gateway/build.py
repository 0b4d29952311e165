"""What is built: the gateway's version, and a short hash of the schema that it serves."""

from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final[Any] = find_spec("schema")  # found, not imported: commands that need no schema begin sooner

VERSION: Final = version("customer-overview-gateway")
_FILE: Final = Path(_PACKAGE.origin).with_name("schema.graphql")
SCHEMA: Final = sha256(_FILE.read_bytes()).hexdigest()[:12]
