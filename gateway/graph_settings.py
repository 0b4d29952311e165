"""What a deployment decides about the graph itself: whether it is a part of a larger one, and which views of it."""

from pathlib import Path
from typing import Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

OFF: Final = "off"
VERSIONS: Final = tuple(f"2.{minor}" for minor in range(12))
"""The versions of federation that the library can speak."""


class GraphSettings(BaseSettings):
    """The settings of the graph."""

    federation: str = Field(
        default=OFF,
        description=f"off, or the version of Apollo Federation, {VERSIONS[0]} to {VERSIONS[-1]}: then it is a subgraph",
    )

    contracts_file: Path | None = Field(
        default=None, description="Which views of the schema there are; the ones that ship by default"
    )

    @field_validator("federation")
    @classmethod
    def _is_a_version(cls, value: str) -> str:
        if value not in (OFF, *VERSIONS):
            raise ValueError(
                f"it is off, or a version of the specification from {VERSIONS[0]} to {VERSIONS[-1]}"
            )
        return value

    @property
    def subgraph(self) -> str | None:
        """The version of federation that is spoken, None where none is."""
        return None if self.federation == OFF else self.federation
