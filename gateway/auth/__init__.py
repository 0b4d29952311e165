"""Who asks: tokens and the personas behind them."""

from gateway.auth.personas import PERSONAS
from gateway.auth.tokens import Tokens

__all__ = ["PERSONAS", "Tokens"]
