"""Where a gateway listens, and how many processes do: what `overview serve` can be told, too."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Listening(BaseSettings):
    """Addresses, ports and workers."""

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on")
    admin_host: str = Field(default="127.0.0.1", description="Address of the admin port")
    admin_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Port for metrics and health; none by default. Each worker has one of its own after it",
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve the port together")
    limit_max_requests: int = Field(
        default=0,
        ge=0,
        description="After how many requests, and up to a quarter more, a worker is replaced; 0 is never",
    )
    leaving_seconds: float = Field(
        default=0.0,
        ge=0,
        le=120,
        description="For how long a process that is to end goes on while it says that it is not ready",
    )

    @property
    def supervised(self) -> bool:
        """Whether a parent watches over workers: a process alone cannot be replaced while it serves."""
        return self.workers > 1 or self.limit_max_requests > 0
