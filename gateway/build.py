"""What is built: the gateway's version, and a short hash of the schema that it serves."""

from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from typing import Final

VERSION: Final = version("customer-overview-gateway")
SCHEMA: Final = sha256((resources.files("schema") / "schema.graphql").read_bytes()).hexdigest()[:12]
