"""Who asks: tokens and keys, and the personas, issuers and tables behind them."""

from gateway.auth.api_keys import ApiKeys
from gateway.auth.authenticator import Authenticator
from gateway.auth.bearer import Bearers
from gateway.auth.issuers import read_issuers
from gateway.auth.jwks import JwksMissing, JwksStale
from gateway.auth.personas import PERSONAS
from gateway.auth.proof import Proof, Shown
from gateway.auth.refusals import CredentialRefused, Reason
from gateway.auth.tokens import Tokens

__all__ = [
    "PERSONAS",
    "ApiKeys",
    "Authenticator",
    "Bearers",
    "CredentialRefused",
    "JwksMissing",
    "JwksStale",
    "Proof",
    "Reason",
    "Shown",
    "Tokens",
    "read_issuers",
]
