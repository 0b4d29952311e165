"""What operators see of a gateway: logs, metrics and traces. Never a CRN, a name or a token."""
