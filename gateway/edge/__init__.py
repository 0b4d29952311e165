"""The edge: HTTP in front of the engine."""

from gateway.edge.endpoint import Endpoint

__all__ = ["Endpoint"]
