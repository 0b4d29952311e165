"""What a row does to the systems that it strikes: on the wire, by the system itself, or to its port."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from tests.chaos.stage import Stage


class Fault(Protocol):
    """Something that can be done to systems."""

    async def strike(self, stage: Stage, parts: Sequence[str]) -> None:
        """Do it."""


@dataclass(frozen=True)
class Wire:
    """A toxic."""

    type: str
    attributes: dict[str, int]
    stream: str = "downstream"
    toxicity: float = 1.0

    async def strike(self, stage: Stage, parts: Sequence[str]) -> None:
        for part in parts:
            await stage.drive.toxic(part, self.type, self.stream, self.toxicity, **self.attributes)


@dataclass(frozen=True)
class Sim:
    """A fault of the system itself."""

    kind: str
    told: dict[str, Any] = field(default_factory=dict)

    async def strike(self, stage: Stage, parts: Sequence[str]) -> None:
        for part in parts:
            await stage.systems.fault(part, self.kind, **self.told)


@dataclass(frozen=True)
class Turned:
    """A port that refuses, or a black hole."""

    enabled: bool = True
    blackhole: bool = False

    async def strike(self, stage: Stage, parts: Sequence[str]) -> None:
        for part in parts:
            await stage.drive.turn(part, enabled=self.enabled, blackhole=self.blackhole)


@dataclass(frozen=True)
class Severed:
    """Every kept connection is closed, once."""

    async def strike(self, stage: Stage, parts: Sequence[str]) -> None:
        for part in parts:
            await stage.kit.proxies[part].sever()


@dataclass(frozen=True)
class Certificate:
    """Another certificate, good for so many days from now on, of an authority that is trusted or not."""

    days: int
    trusted: bool = True

    async def strike(self, stage: Stage, parts: Sequence[str]) -> None:
        assert stage.authority is not None
        authority = stage.authority if self.trusted else stage.authority.stranger()
        for part in parts:
            await stage.kit.proxies[part].present(authority.server(timedelta(days=self.days)))


def wire(type: str, stream: str = "downstream", toxicity: float = 1.0, **attributes: int) -> Fault:
    """A toxic of the wire."""
    return Wire(type, attributes, stream, toxicity)


def sim(kind: str, **told: Any) -> Fault:
    """A fault of the system itself."""
    return Sim(kind, told)


DOWN = Turned(enabled=False)
BLACK_HOLE = Turned(blackhole=True)
SEVERED = Severed()
