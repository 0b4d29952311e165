"""The engine: a document in, an answer out, with every error worded from the table of codes."""

from gateway.engine.execution import Answer, Engine, Operation

__all__ = ["Answer", "Engine", "Operation"]
