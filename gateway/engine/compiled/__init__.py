"""Subtrees of an answer that only look attributes up, completed by code that was made for them."""

from gateway.engine.compiled.executor import PIECES, PLANS, CompiledExecutor
from gateway.engine.compiled.plans import Plans

__all__ = ["PIECES", "PLANS", "CompiledExecutor", "Plans"]
