"""The ledger: what the gateway itself knows, in the database's own tables beside the records."""

from sources.ledger.grants import GrantStore, KeptGrant

__all__ = ["GrantStore", "KeptGrant"]
