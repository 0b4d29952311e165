"""The gateway's own ground: HTTP, access, audit, commands."""
