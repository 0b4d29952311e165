"""The ledger: what the gateway itself knows, in its own database."""
