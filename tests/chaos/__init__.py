"""Chaos: neighbours that fail on the wire in every way, what a client gets all the same, and what holds throughout."""
