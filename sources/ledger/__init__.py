"""The ledger: what the gateway itself knows, in the database's own tables beside the records."""

from sources.ledger.calls import CallStore, KeptCall
from sources.ledger.grants import GrantStore, KeptGrant
from sources.ledger.keys import ApiKey, KeyStore, NoSuchKeyError, TooManyKeysError
from sources.ledger.views import KeptUse, ViewStore

__all__ = [
    "ApiKey",
    "CallStore",
    "GrantStore",
    "KeptCall",
    "KeptGrant",
    "KeptUse",
    "KeyStore",
    "NoSuchKeyError",
    "TooManyKeysError",
    "ViewStore",
]
