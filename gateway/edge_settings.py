"""What a deployment decides about requests as they come in: from which pages, how large, and how far they may go."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import Field, field_validator, model_validator

from gateway.document_limits import Enforcement
from gateway.graph_settings import GraphSettings
from gateway.live_settings import LiveSettings
from gateway.trusted.mode import Mode
from resolvers.caller import CallerKind

_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")


def listed(value: str) -> list[str]:
    """Return what stands between commas."""
    return [one.strip() for one in value.split(",") if one.strip()]


class EdgeSettings(LiveSettings, GraphSettings):
    """The settings of the public port."""

    origins: str = Field(
        default="", description="Origins whose pages may read answers, https://…, with commas between them"
    )
    body_bytes: int = Field(default=262_144, ge=1024, description="Largest request body in bytes")
    answer_bytes_staff: int = Field(
        default=4_194_304, ge=1024, description="Largest answer to an officer or a service, in bytes"
    )
    answer_bytes_partner: int = Field(
        default=1_048_576, ge=1024, description="Largest answer to a partner, in bytes"
    )
    document_tokens: int = Field(default=2_000, ge=10, description="Longest document in GraphQL tokens")
    document_limits: Enforcement = Field(
        default=Enforcement.ENFORCE, description="measure or enforce how far documents may go"
    )

    compiled: bool = Field(
        default=True, description="Whether what only shows attributes is completed by compiled code"
    )

    answers: bool = Field(
        default=True, description="Whether finished answers are given again to who may be told the same"
    )
    answers_bytes: int = Field(
        default=32 * 1024 * 1024, ge=1024, description="Memory in bytes that finished answers may take"
    )

    pieces_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=0,
        description="Memory in bytes that finished pieces of answers, boards and what timelines remember may take; 0"
        " keeps none",
    )

    documents: Mode = Field(
        default=Mode.OFF,
        description="off, log or enforce: what is done about documents that nobody registered",
    )
    documents_folder: Path | None = Field(
        default=None, description="Folder of the manifests of registered documents, one for each client"
    )

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        if not all(_ORIGIN.fullmatch(one) for one in listed(value)):
            raise ValueError("an origin is https:// and a host in small letters, with no path and no * in it")
        return value

    @model_validator(mode="after")
    def _registers_what_it_enforces(self) -> "EdgeSettings":
        if self.documents is Mode.ENFORCE and self.documents_folder is None:
            raise ValueError("OVERVIEW_DOCUMENTS=enforce needs manifests, in OVERVIEW_DOCUMENTS_FOLDER")
        return self

    @property
    def answer_bytes(self) -> Mapping[CallerKind, int]:
        """The most bytes of an answer, by who asks."""
        staff, partner = self.answer_bytes_staff, self.answer_bytes_partner
        return {CallerKind.STAFF: staff, CallerKind.SERVICE: staff, CallerKind.PARTNER: partner}

    @property
    def allowed_origins(self) -> list[str]:
        """The origins, one by one."""
        return listed(self.origins)
