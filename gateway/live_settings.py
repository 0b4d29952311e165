"""What a deployment decides about answers that are followed: how many, how slowly, and how fast they may begin."""

from pydantic import Field
from pydantic_settings import BaseSettings

from resolvers.caller import CallerKind


class LiveSettings(BaseSettings):
    """The settings of sockets and streams."""

    live_connections: int = Field(
        default=4, ge=1, description="Sockets that one caller may hold in a process"
    )
    live_subscriptions: int = Field(
        default=10, ge=1, description="Operations at once on one socket of an officer or a partner"
    )
    live_subscriptions_service: int = Field(
        default=1_000, ge=1, description="Operations at once on one socket of a service"
    )
    live_starts: int = Field(
        default=50, ge=1, description="Sockets and streams that may begin in a second; twice as many at once"
    )
    live_init_seconds: float = Field(
        default=5.0, gt=0, description="How long a new socket may take to say who it is"
    )
    live_slow_seconds: float = Field(
        default=10.0, gt=0, description="How long a reader may take for one answer before it is let go"
    )
    live_check_seconds: float = Field(
        default=60.0,
        gt=0,
        description="How often access is decided anew where nothing is heard of a change",
    )

    def most_subscriptions(self, kind: CallerKind) -> int:
        """Return how many operations such a caller may have under way on one socket, or streams in all."""
        service = kind is CallerKind.SERVICE
        return self.live_subscriptions_service if service else self.live_subscriptions
