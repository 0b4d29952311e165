"""Pretend upstream systems on real ports: the town told in seven dialects, with faults to order (`DIALECTS.md`)."""

from sandbox.upstreams.running import SERVICES, PortTakenError, Upstreams, running

__all__ = ["SERVICES", "PortTakenError", "Upstreams", "running"]
