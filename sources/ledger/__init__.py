"""The ledger: what the gateway itself knows, in the database's own tables beside the records."""

from sources.ledger.keys import ApiKey, KeyStore, NoSuchKeyError, TooManyKeysError

__all__ = ["ApiKey", "KeyStore", "NoSuchKeyError", "TooManyKeysError"]
