"""Who asks: tokens, the personas and the issuers behind them."""

from gateway.auth.authenticator import Authenticator
from gateway.auth.bearer import Bearers
from gateway.auth.issuers import read_issuers
from gateway.auth.jwks import JwksMissing, JwksStale
from gateway.auth.personas import PERSONAS
from gateway.auth.tokens import Tokens

__all__ = ["PERSONAS", "Authenticator", "Bearers", "JwksMissing", "JwksStale", "Tokens", "read_issuers"]
