"""The gateway: where everything is joined."""
